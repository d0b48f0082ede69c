import { ok, type Result } from '#core/result.ts';
import { conflict } from '#core/errors.ts';
import type { Companion } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import type { Application } from '../applying/application.model.ts';
import { authorise, nowOf, trail, write, type DeskParts, type DeskRefusal, type FileOrder } from './desk-parts.ts';
import { deskCollections, notePlace, type ApplicationNote, type NoteKind } from './desk.model.ts';

export interface NewNote {
  application: Application;
  /** The user's id. */
  by: string;
  key: string;
  kind: NoteKind;
  text: string;
}

export async function noteInsert(parts: DeskParts, note: NewNote): Promise<Companion> {
  const { application, by, key, kind, text } = note;
  const document: ApplicationNote = {
    ...{ _id: key, applicationId: application._id, kind, by, at: nowOf(parts) },
    text: await parts.platform.vault.seal(application.partyId, notePlace(key), text),
  };
  return { collection: deskCollections.notes, kind: 'insert', document: { ...document } };
}

/** A note for colleagues. The same key again is the same note. */
export async function addNote(
  parts: DeskParts,
  order: Omit<FileOrder, 'version'> & { key: string; text: string },
): Promise<Result<Application, DeskRefusal>> {
  const { actor, key, text } = order;
  const authorised = await authorise(parts, order);
  if (!authorised.ok) return authorised;
  const application = authorised.value;
  try {
    return await write(parts, {
      companions: [
        await noteInsert(parts, { application, by: actor.userId, key, kind: 'note', text }),
        trail(parts, { actor, action: 'application-noted', application }),
      ],
      value: application,
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const same = await parts.models.notes.exists({ _id: key, applicationId: application._id, by: actor.userId });
    if (!same) throw conflict('The note');
    return ok(application);
  }
}

/** What the officer wrote to the borrower when the file was last given back; null where it never was. */
export async function wordsOf(parts: DeskParts, application: Pick<Application, '_id'>): Promise<string | null> {
  const [newest] = await parts.models.notes
    .find({ applicationId: application._id, kind: 'return' })
    .sort({ _id: -1 })
    .limit(1)
    .lean<ApplicationNote[]>();
  return newest ? parts.platform.vault.open(notePlace(newest._id), newest.text) : null;
}
