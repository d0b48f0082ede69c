import { daysBetween, dateOf, isBefore, yearsBetween, type PlainDate } from '#core/calendar.ts';
import { ok, refuse, type Result } from '#core/result.ts';

export const kycStates = ['not-started', 'pending', 'verified', 'rejected', 'expired'] as const;
export type KycState = (typeof kycStates)[number];
export type KycLevel = 'none' | 'basic' | 'full';

export const checkNames = ['identity', 'address', 'age', 'screening', 'duplicates'] as const;
export type CheckName = (typeof checkNames)[number];

/**
 * `open`: nobody has looked. `review`: somebody has to decide. `not-done`: it could not be done, and the bank goes on
 * knowing that, as where no list of names is loaded.
 */
export type CheckVerdict = 'open' | 'passed' | 'review' | 'failed' | 'not-done';

export interface Check {
  verdict: CheckVerdict;
  /** A user's id, or `system`. */
  by: string;
  at: Date;
  /** The business date it was made on. */
  on: string;
  /** The document or the entry that it rests on, never a personal value. */
  evidence: string | null;
}
/** A check that is missing here is open. */
export type Checks = Partial<Record<CheckName, Check>>;

export const risks = ['low', 'medium', 'high'] as const;
export type Risk = (typeof risks)[number];

/** After how many months somebody is checked again, by how risky the relationship is. */
export const reverifyMonths: Record<Risk, number> = { low: 24, medium: 12, high: 6 };
/** So long before its end the customer is told, and their documents may be checked anew. */
export const renewalDays = 30;
export const adultAge = 18;

/** What a record says of itself; everything that staff and payouts ask for follows from it and the business date. */
export interface KycFacts {
  checks: Checks;
  decision: 'verified' | 'rejected' | null;
  reverifyOn: string | null;
}

/** The documents show who somebody is and where they live today: these two checks grow old. */
const agingChecks: readonly CheckName[] = ['identity', 'address'];

export const verdictOf = (checks: Checks, name: CheckName): CheckVerdict => checks[name]?.verdict ?? 'open';

const settles: Record<CheckName, readonly CheckVerdict[]> = {
  identity: ['passed'],
  address: ['passed'],
  age: ['passed'],
  screening: ['passed', 'not-done'],
  duplicates: ['passed'],
};

export const isSettled = (checks: Checks, name: CheckName): boolean => settles[name].includes(verdictOf(checks, name));

/** Basic: we know who it is. Full: also where they live, and that nothing speaks against them. Anything failed: none. */
export function levelOf(checks: Checks): KycLevel {
  if (checkNames.some((name) => verdictOf(checks, name) === 'failed')) return 'none';
  if (!isSettled(checks, 'identity') || !isSettled(checks, 'age')) return 'none';
  return checkNames.every((name) => isSettled(checks, name)) ? 'full' : 'basic';
}

const isOver = ({ decision, reverifyOn }: KycFacts, today: PlainDate) =>
  decision === 'verified' && reverifyOn !== null && !isBefore(today, dateOf(reverifyOn));

/** Whether the end is so near that the customer is asked for documents again, or past. */
export const isRenewing = ({ decision, reverifyOn }: KycFacts, today: PlainDate): boolean =>
  decision === 'verified' && reverifyOn !== null && daysBetween(today, dateOf(reverifyOn)) <= renewalDays;

/** The checks without those that were made for the verification that ends: they do not carry the next one. */
export function checksForRenewal(facts: KycFacts, today: PlainDate): Checks {
  const { checks, reverifyOn } = facts;
  if (!isRenewing(facts, today) || reverifyOn === null) return checks;
  const from = dateOf(reverifyOn).subtract({ days: renewalDays });
  const kept = Object.entries(checks).filter(
    ([name, check]) => !agingChecks.includes(name as CheckName) || !isBefore(dateOf(check.on), from),
  );
  return Object.fromEntries(kept);
}

/** The checks that count on a day: after the end of a verification, its documents do not. */
export function checksOn(facts: KycFacts, today: PlainDate): Checks {
  return isOver(facts, today) ? checksForRenewal(facts, today) : facts.checks;
}

export function stateOf(facts: KycFacts, today: PlainDate): Exclude<KycState, 'not-started'> {
  if (facts.decision === 'rejected') return 'rejected';
  if (facts.decision === null) return 'pending';
  if (isOver(facts, today)) return 'expired';
  return levelOf(facts.checks) === 'full' ? 'verified' : 'pending';
}

export const askReasons = ['unclear', 'changed', 'old', 'other'] as const;
export type AskReason = (typeof askReasons)[number];

export type DecideRefusal =
  | { code: 'own-file' | 'relative' | 'not-allowed' }
  | { code: 'moved' }
  /** Whoever screens names did not answer. */
  | { code: 'not-reached' }
  | { code: 'verified-already'; until: string }
  | { code: 'rejected-already' }
  | { code: 'checks-missing'; missing: readonly CheckName[] }
  | { code: 'nothing-to-decide' };

/** Gives the checks that the decision rests on. */
export function decideVerify(facts: KycFacts, today: PlainDate): Result<Checks, DecideRefusal> {
  if (facts.decision === 'rejected') return refuse({ code: 'rejected-already' });
  const { reverifyOn } = facts;
  if (stateOf(facts, today) === 'verified' && reverifyOn !== null && !isRenewing(facts, today))
    return refuse({ code: 'verified-already', until: reverifyOn });
  const checks = checksForRenewal(facts, today);
  const missing = checkNames.filter((name) => !isSettled(checks, name));
  return missing.length === 0 ? ok(checks) : refuse({ code: 'checks-missing', missing });
}

export function reverifyDate(today: PlainDate, risk: Risk): PlainDate {
  return today.add({ months: reverifyMonths[risk] });
}

/** Where no birth date is known the check stays open: the officer reads it off the document. */
export function ageVerdict(birthDate: string | undefined, today: PlainDate): CheckVerdict {
  if (birthDate === undefined || birthDate === '') return 'open';
  return yearsBetween(dateOf(birthDate), today) >= adultAge ? 'passed' : 'failed';
}

/** Which check a document of a kind is for, by the name that applications give it; other kinds are no matter of identity. */
export function checkOfDocument(kind: string): 'identity' | 'address' | undefined {
  if (kind === 'address-proof') return 'address';
  return kind === 'identity' || kind === 'address' ? kind : undefined;
}

/** A rejected document takes back only what rests on it: a customer may have sent a better one meanwhile. */
export function documentEffect(
  present: Check | undefined,
  note: { documentId: string; verdict: 'verified' | 'rejected' },
): 'pass' | 'unset' | 'nothing' {
  const restsOnIt = present?.evidence === note.documentId;
  if (note.verdict === 'verified') return restsOnIt && present.verdict === 'passed' ? 'nothing' : 'pass';
  return restsOnIt && present.verdict === 'passed' ? 'unset' : 'nothing';
}

/** What a change of the profile makes doubtful; giving a value for the first time contradicts nothing. */
export function doubtedBy(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): { unset: CheckName[]; screenAgain: boolean; lookAgain: boolean } {
  const changed = (field: string) => (before[field] ?? '') !== (after[field] ?? '');
  const contradicted = (fields: readonly string[]) =>
    fields.some((field) => changed(field) && (before[field] ?? '') !== '');
  return {
    unset: [
      ...(contradicted(['fullName', 'birthDate']) ? (['identity'] as const) : []),
      ...(contradicted(['addressLine', 'city', 'postcode', 'country']) ? (['address'] as const) : []),
    ],
    screenAgain: changed('fullName') || changed('birthDate'),
    lookAgain: changed('taxId') || changed('phone') || changed('birthDate'),
  };
}
