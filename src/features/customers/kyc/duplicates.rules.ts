import type { CheckVerdict } from './kyc.rules.ts';

export const sharedValues = ['tax-id', 'phone', 'bank-account'] as const;
export type SharedValue = (typeof sharedValues)[number];

export const duplicateVerdicts = ['same-person', 'family', 'coincidence', 'fraud-suspected'] as const;
export type DuplicateVerdict = (typeof duplicateVerdicts)[number];

/** Another customer who shares something, by id; names are for the page to open. */
export interface Duplicate {
  partyId: string;
  shares: readonly SharedValue[];
  /** What staff made of it; undefined where nobody has decided, or where they share more since. */
  verdict: DuplicateVerdict | undefined;
}

/** A tax id is one person's: until somebody has decided, this one is not verified. A phone or an account may be shared. */
export function duplicatesVerdict(duplicates: readonly Duplicate[]): CheckVerdict {
  if (duplicates.some(({ verdict }) => verdict === 'fraud-suspected')) return 'failed';
  const open = duplicates.some(({ shares, verdict }) => shares.includes('tax-id') && verdict === undefined);
  return open ? 'review' : 'passed';
}

/** What was decided about a pair holds for what they shared then; a suspicion holds whatever else they share. */
export function standingVerdict(
  judged: { verdict: DuplicateVerdict; shares: readonly SharedValue[] } | undefined,
  shares: readonly SharedValue[],
): DuplicateVerdict | undefined {
  if (!judged) return undefined;
  if (judged.verdict === 'fraud-suspected') return judged.verdict;
  return shares.every((one) => judged.shares.includes(one)) ? judged.verdict : undefined;
}

/** The two in a fixed order, so that a pair is one document whoever looks at it. */
export function pairOf(a: string, b: string): { id: string; parties: [string, string] } {
  const parties: [string, string] = a < b ? [a, b] : [b, a];
  return { id: parties.join('+'), parties };
}
