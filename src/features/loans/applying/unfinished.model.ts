import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import { sealedField, type Sealed } from '#platform/vault/vault.ts';
import type { SectionName } from './application-sections.ts';

/** What was typed into a section and does not make answers yet; one a section, the newest counts. */
export interface UnfinishedSection {
  /** `<application>:<section>`. */
  _id: string;
  applicationId: string;
  section: SectionName;
  /** The form's values as one JSON text, bound to `unfinishedSections/<id>/values`. */
  sealed: Sealed;
  savedAt: Date;
}

export const unfinishedCollection = 'unfinishedSections';

const text = { type: String, required: true };

const unfinishedSchema = documentSchema(
  { applicationId: text, section: text, sealed: sealedField, savedAt: { type: Date, required: true } },
  unfinishedCollection,
).index({ applicationId: 1 });

export const unfinishedModel = (connection: Connection): Model<UnfinishedSection> =>
  connection.model<UnfinishedSection>('UnfinishedSection', unfinishedSchema as never);
