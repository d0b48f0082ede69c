import { z } from 'zod';
import { longTextField, optionalText, versionField } from '#web/fields.ts';

export const longestNote = 500;

export const approveForm = z.strictObject({
  version: versionField,
  note: optionalText({ what: 'the note', max: longestNote }),
});

export const rejectForm = z.strictObject({
  version: versionField,
  reason: longTextField({ what: 'why you reject it', max: longestNote }),
});

export const withdrawForm = z.strictObject({ version: versionField });

export const approvalTabs = ['waiting', 'mine', 'decided'] as const;
export type ApprovalTab = (typeof approvalTabs)[number];

/** What is not a filter of the list is passed over. */
export const approvalQuery = z.object({
  tab: z.enum(approvalTabs).catch('waiting'),
  kind: z
    .string()
    .regex(/^[a-z][a-z-]{0,59}$/)
    .optional()
    .catch(undefined),
});
