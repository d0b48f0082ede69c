import { judge } from '../policy/judging.ts';
import { modelFacts } from '../judging/judgement.ts';
import type { Fact, PolicyContent, PolicyOutcome, PolicySubject } from '../policy/policy.ts';
import { assessValues, type Assessor } from '../scoring/assessing.ts';
import { leverRanges, type LeverRange } from './candidates.ts';
import type { Change, LoanBasis, Move, Rework, Row, Standing } from './change.ts';

/** From the grade C on, approval is at least as likely as not. */
export const likelyFrom = 0.5;

export interface ChangeFacts extends Row {
  assessor: Assessor;
  policy: PolicyContent;
  subject: PolicySubject;
  basis: LoanBasis;
}

/**
 * The smallest single changes, of what a borrower can change, that make what is said of the application better: the
 * policy's word (decline to refer, refer to approve) or the model's (to as likely as not). None makes the other of the
 * two worse. Each lever is tried at all its places, so that no smaller place of the same lever does it: at most 50
 * amounts and 80 terms, each with a schedule to work out, and at most 480 places of what takes none. Some fifty
 * milliseconds of one core for a usual file.
 */
export function changesThatFlip(facts: ChangeFacts, rework: Rework): Change[] {
  const standing = standings(facts);
  const now = standing(facts);
  if (now.outcome === 'approve' && isLikely(now)) return [];
  const standingAfter = (move: Move) => {
    const row = rework(move);
    return row && standing(row);
  };
  return leverRanges(facts).flatMap((range) =>
    flipsOf({ range, now, standingAt: (to) => standingAfter({ lever: range.lever, to }) }),
  );
}

/** What the policy and the model say of a row. */
export function standingOf(by: StandingBy, row: Row): Standing {
  return standings(by)(row);
}

type StandingBy = Omit<ChangeFacts, 'basis' | keyof Row>;

/** The same for many rows that differ in little: what the policy says of the same facts is worked out once. */
function standings({ assessor, policy, subject }: StandingBy): (row: Row) => Standing {
  const named = [...new Set(policy.rules.map(({ fact }) => fact))];
  const said = new Map<string, PolicyOutcome>();
  return (row) => {
    const assessment = row.values ? assessValues(assessor, row.values) : null;
    const facts = { ...row.facts, ...modelFacts(assessment) };
    const key = named.map((name) => factKey(facts[name])).join('|');
    const outcome = said.get(key) ?? judge(policy, { subject, facts }).outcome;
    said.set(key, outcome);
    const { approvalProbability = null, grade = null } = assessment ?? {};
    return { outcome, approvalProbability, grade };
  };
}

const factKey = (fact: Fact) => (typeof fact === 'string' ? fact : fact.known);

function flipsOf(at: { range: LeverRange; now: Standing; standingAt: (to: number) => Standing | null }): Change[] {
  const { range, now, standingAt } = at;
  const { lever, from, places } = range;
  const found: Change[] = [];
  let best = now;
  let short = from;
  for (const to of places) {
    const standing = standingAt(to);
    if (!standing) continue;
    if (isNoWorse(standing, now) && isBetter(standing, best)) {
      found.push({ lever, from, to, short, standing });
      best = standing;
    }
    if (best.outcome === 'approve' && isLikely(best)) break;
    short = to;
  }
  return found;
}

const ranks: Record<PolicyOutcome, number> = { decline: 0, refer: 1, approve: 2 };

function isBetter(one: Standing, other: Standing): boolean {
  return isNoWorse(one, other) && (ranks[one.outcome] > ranks[other.outcome] || (isLikely(one) && !isLikely(other)));
}

function isNoWorse(one: Standing, other: Standing): boolean {
  return ranks[one.outcome] >= ranks[other.outcome] && (isLikely(one) || !isLikely(other));
}

/** Where the model could not score it says nothing against. */
export function isLikely({ approvalProbability }: Standing): boolean {
  return approvalProbability === null || approvalProbability >= likelyFrom;
}
