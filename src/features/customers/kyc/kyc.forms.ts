import { z } from 'zod';
import { choiceField, idField, longTextField, versionField } from '#web/fields.ts';
import { duplicateVerdicts } from './duplicates.rules.ts';
import { askReasons, risks } from './kyc.rules.ts';
import { kycTabs, type KycTab } from './kyc-reading.ts';

export const longestReason = 1000;
const reasonField = longTextField({ what: 'your reason', max: longestReason });

// Every field of the page has a name of its own, since its forms stand on one page.
export const startForm = z.strictObject({});
export const screenForm = z.strictObject({ version: versionField });
export const checkForm = z.strictObject({
  version: versionField,
  check: choiceField(['identity', 'address', 'age'], 'Choose what you looked at'),
  checkVerdict: choiceField(['passed', 'failed'], 'Choose what you found'),
});
export const verifyForm = z.strictObject({
  version: versionField,
  risk: choiceField(risks, 'Choose how soon to look again'),
});
export const rejectForm = z.strictObject({ version: versionField, rejectReason: reasonField });
export const againForm = z.strictObject({
  version: versionField,
  askReason: choiceField(askReasons, 'Choose what we tell the customer'),
});
export const matchForm = z.strictObject({
  version: versionField,
  matchVerdict: choiceField(['cleared', 'confirmed'], 'Choose whether it is the same person'),
  matchReason: reasonField,
});
export const duplicateForm = z.strictObject({
  version: versionField,
  other: idField,
  pairVerdict: choiceField(duplicateVerdicts, 'Choose what they are to each other'),
  pairReason: reasonField,
});

export function kycTabOf(query: unknown): KycTab {
  const wanted = typeof query === 'object' && query !== null && 'tab' in query ? query.tab : undefined;
  return kycTabs.find((tab) => tab === wanted) ?? 'waiting';
}
