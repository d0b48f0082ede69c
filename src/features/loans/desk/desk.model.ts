import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import type { Sealed } from '#platform/vault/vault.ts';

/** A question of an officer to the borrower, and the answer; both sealed under the borrower's key. */
export interface ApplicationQuestion {
  _id: string;
  applicationId: string;
  /** Its place among those that were asked at once. */
  n: number;
  /** What it is about: `section:<name>`, `documents`, or empty. */
  about: string;
  text: Sealed;
  state: 'open' | 'answered' | 'dropped';
  by: string;
  at: Date;
  answer: Sealed | null;
  answeredAt: Date | null;
}

/** `return` is for the borrower; everything else is for staff alone. */
export const noteKinds = ['note', 'referral', 'return', 'lock-broken'] as const;
export type NoteKind = (typeof noteKinds)[number];

/** Something an officer wrote on a file, sealed under the borrower's key. Its id is the form's key. */
export interface ApplicationNote {
  _id: string;
  applicationId: string;
  kind: NoteKind;
  text: Sealed;
  by: string;
  at: Date;
}

export const deskCollections = { questions: 'applicationQuestions', notes: 'applicationNotes' } as const;

const text = { type: String, required: true };
const facts = { type: Object, required: true };
const at = { type: Date, required: true };

const questionSchema = documentSchema(
  {
    applicationId: text,
    n: { type: Number, required: true },
    about: { type: String, default: '' },
    text: facts,
    state: text,
    by: text,
    at,
    answer: { type: Object, default: null },
    answeredAt: { type: Date, default: null },
  },
  deskCollections.questions,
).index({ applicationId: 1, at: -1, n: -1 });

const noteSchema = documentSchema({ applicationId: text, kind: text, text: facts, by: text, at }, deskCollections.notes)
  .index({ applicationId: 1, _id: -1 })
  .index({ applicationId: 1, kind: 1, _id: -1 });

export interface DeskModels {
  questions: Model<ApplicationQuestion>;
  notes: Model<ApplicationNote>;
}

export const deskModels = (connection: Connection): DeskModels => ({
  questions: connection.model<ApplicationQuestion>('ApplicationQuestion', questionSchema as never),
  notes: connection.model<ApplicationNote>('ApplicationNote', noteSchema as never),
});

export const questionPlace = (id: string, field: 'text' | 'answer') => ({
  collection: deskCollections.questions,
  document: id,
  field,
});

export const notePlace = (id: string) => ({ collection: deskCollections.notes, document: id, field: 'text' });
