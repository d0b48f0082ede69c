import { unreachable } from '#core/assert.ts';
import type { Formats } from '#core/format.ts';
import type { DuplicateVerdict, SharedValue } from './duplicates.rules.ts';
import type { HistoryWord } from './kyc.model.ts';
import type { AskReason, CheckName, CheckVerdict, DecideRefusal, KycLevel, KycState, Risk } from './kyc.rules.ts';

interface Badge {
  kind: string;
  text: string;
  icon?: string;
}

export const stateBadges: Record<KycState, Badge> = {
  'not-started': { kind: 'neutral', text: 'Not started' },
  pending: { kind: 'info', text: 'Pending', icon: 'clock' },
  verified: { kind: 'ok', text: 'Verified' },
  rejected: { kind: 'critical', text: 'Rejected' },
  expired: { kind: 'alert', text: 'Expired' },
};

export const levelTexts: Record<KycLevel, string> = {
  none: 'no level yet',
  basic: 'level basic: we know who it is',
  full: 'level full: every check is settled',
};

export const checkTexts: Record<CheckName, string> = {
  identity: 'Identity document',
  address: 'Address document',
  age: 'Age',
  screening: 'Name screening',
  duplicates: 'Duplicates',
};

export const verdictBadges: Record<CheckVerdict, Badge> = {
  open: { kind: 'neutral', text: 'Open' },
  passed: { kind: 'ok', text: 'Passed' },
  review: { kind: 'alert', text: 'To decide' },
  failed: { kind: 'critical', text: 'Failed' },
  'not-done': { kind: 'alert', text: 'Not done' },
};

export const sharedTexts: Record<SharedValue, string> = {
  'tax-id': 'tax id',
  phone: 'phone number',
  'bank-account': 'bank account',
};

export const duplicateTexts: Record<DuplicateVerdict, string> = {
  'same-person': 'The same person, registered twice',
  family: 'Family or household',
  coincidence: 'Coincidence or a slip',
  'fraud-suspected': 'Fraud suspected',
};

export const duplicateKinds: Record<DuplicateVerdict, string> = {
  'same-person': 'info',
  family: 'ok',
  coincidence: 'ok',
  'fraud-suspected': 'critical',
};

export const riskTexts: Record<Risk, string> = {
  low: 'Low risk: again after 24 months',
  medium: 'Medium risk: again after 12 months',
  high: 'High risk: again after 6 months',
};

export const askTexts: Record<AskReason, string> = {
  unclear: 'We could not read the documents',
  changed: 'Their details have changed',
  old: 'It is some time since we looked',
  other: 'We need to look once more',
};

export const happened: Record<HistoryWord, string> = {
  started: 'began the check',
  'brought-up': 'brought the checks up to date',
  'document-verified': 'verified a document',
  'document-taken-back': 'took a document back',
  'check-passed': 'saw an original and passed a check',
  'check-failed': 'failed a check',
  'profile-changed': 'changed their details',
  'screened-clear': 'screened the name: clear',
  'screened-match': 'screened the name: possible match',
  'not-screened': 'asked for screening: nobody looked',
  'match-cleared': 'cleared a possible match',
  'match-confirmed': 'confirmed a match',
  'duplicate-judged': 'decided on a duplicate',
  verified: 'verified the customer',
  rejected: 'rejected the customer',
  'asked-again': 'asked for the documents again',
  expired: 'ended the verification: its day had come',
};

export function explainDecision(refusal: DecideRefusal, formats: Formats): string {
  switch (refusal.code) {
    case 'own-file':
      return 'This is your own file. Somebody else has to decide; nothing was changed.';
    case 'relative':
      return 'You are related to this customer. Somebody else has to decide; nothing was changed.';
    case 'not-allowed':
      return 'Only a senior officer or compliance decides this. Ask one of them; nothing was changed.';
    case 'moved':
      return 'Somebody else worked on this check since you opened the page. Look at it again; nothing of yours was kept.';
    case 'not-reached':
      return 'The screening did not answer. Try again in some minutes; nothing was changed.';
    case 'verified-already':
      return `This customer is verified until ${formats.date(refusal.until)}. Ask for the documents again first.`;
    case 'rejected-already':
      return 'This customer was rejected. Ask for the documents again first.';
    case 'checks-missing':
      return `Not settled yet: ${refusal.missing.map((name) => checkTexts[name].toLowerCase()).join(', ')}. Nothing was changed.`;
    case 'nothing-to-decide':
      return 'There is no possible match to decide on any more. Nothing was changed.';
    default:
      return unreachable(refusal);
  }
}
