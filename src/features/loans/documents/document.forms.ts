import { z } from 'zod';
import { choiceField, idField, longTextField, versionField } from '#web/fields.ts';
import { paperKinds } from './document-texts.ts';
import type { PaperKind } from './document.model.ts';

const longestText = 500;

export const uploadForm = z.strictObject({});
export const removeForm = z.strictObject({});
export const verifyForm = z.strictObject({ revision: versionField });
export const rejectForm = z.strictObject({
  revision: versionField,
  reason: longTextField({ what: 'why, as the borrower will read it', max: longestText }),
});
export const requestForm = z.strictObject({
  kind: choiceField(paperKinds as [PaperKind, ...PaperKind[]], 'Choose the document that you ask for'),
  partyId: idField,
  text: longTextField({ what: 'what the document should show', max: longestText }),
});
