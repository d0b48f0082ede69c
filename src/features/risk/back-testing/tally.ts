import { plus, moneyOf, zero, type Money } from '#core/money.ts';
import { outcomes, type PolicyOutcome } from '../policy/policy.ts';
import { expectedLoss, withPredictions, type Prediction, type Predictions } from './metrics.rules.ts';
import type { Replayed, ReplayedSide } from './replaying.ts';

/** What the loans of one outcome come to. */
export interface OutcomeSum {
  count: number;
  exposure: Money;
  loss: Money;
  /** Without a probability, so that nothing of them is in the loss. */
  unpriced: number;
}

export type OutcomeSums = Readonly<Record<PolicyOutcome, OutcomeSum>>;

export interface GroupCount {
  group: string;
  members: number;
  approvedThen: number;
  approvedNow: number;
}

/** What happened of an event, with the probability that was recorded and the one of the tested model. */
export interface PredictionPair {
  then: Predictions;
  now: Predictions;
}

/**
 * Everything that a back-test counts while it goes. It is written in one piece together with how far the test has come,
 * so that a batch is in it once whatever happens between.
 */
export interface Tally {
  /** Records looked at, of which `unreadable` could not be opened any more and are in no other figure. */
  read: number;
  unreadable: number;
  /** The tested model could not score them. */
  unscored: number;
  /** The column that stood in the way of the first of those. */
  firstFault: string | null;
  /** Outcome then → outcome now. */
  moves: Readonly<Record<PolicyOutcome, Readonly<Record<PolicyOutcome, number>>>>;
  then: OutcomeSums;
  now: OutcomeSums;
  groups: readonly GroupCount[];
  /** Whose group nobody knows. */
  ungrouped: number;
  /** Approval by the people who decided. */
  decided: PredictionPair;
  /** No default of the loan that came of it. */
  repaid: PredictionPair;
}

const noMoves = { approve: 0, refer: 0, decline: 0 } as const;
const noSum: OutcomeSum = { count: 0, exposure: zero, loss: zero, unpriced: 0 };
const noSums: OutcomeSums = { approve: noSum, refer: noSum, decline: noSum };

export const emptyTally: Tally = {
  ...{ read: 0, unreadable: 0, unscored: 0, firstFault: null, ungrouped: 0, groups: [] },
  moves: { approve: noMoves, refer: noMoves, decline: noMoves },
  ...{ then: noSums, now: noSums },
  decided: { then: {}, now: {} },
  repaid: { then: {}, now: {} },
};

/** What is known of a record beside its judgement. */
export interface RecordFacts {
  /** In minor units. */
  amount: bigint;
  group: string | undefined;
  decision: 'approved' | 'declined' | null;
  defaulted: boolean | undefined;
}

export interface CountedRecord {
  /** Undefined for a record that could not be read. */
  replayed: Replayed | undefined;
  facts: RecordFacts;
}

/** The tally with a batch of further records. */
export function withRecords(tally: Tally, records: readonly CountedRecord[]): Tally {
  return {
    ...records.reduce(withRecord, tally),
    decided: withPairs(tally.decided, records, ({ decision }) => decision && decision === 'approved'),
    repaid: withPairs(tally.repaid, records, ({ defaulted }) => (defaulted === undefined ? null : !defaulted)),
  };
}

function withRecord(tally: Tally, { replayed, facts }: CountedRecord): Tally {
  const read = tally.read + 1;
  if (!replayed) return { ...tally, read, unreadable: tally.unreadable + 1 };
  const { then, now, fault } = replayed;
  const moved = { ...tally.moves[then.outcome], [now.outcome]: tally.moves[then.outcome][now.outcome] + 1 };
  return {
    ...tally,
    read,
    unscored: tally.unscored + (fault === null ? 0 : 1),
    firstFault: tally.firstFault ?? fault,
    moves: { ...tally.moves, [then.outcome]: moved },
    then: withLoan(tally.then, then, facts),
    now: withLoan(tally.now, now, facts),
    groups: withMember(tally.groups, replayed, facts),
    ungrouped: tally.ungrouped + (facts.group === undefined ? 1 : 0),
  };
}

function withLoan(sums: OutcomeSums, side: ReplayedSide, { amount }: RecordFacts): OutcomeSums {
  const { outcome, approvalProbability: probability } = side;
  const exposure = moneyOf(amount);
  const loss = probability === null ? zero : expectedLoss({ exposure, defaultProbability: 1 - probability });
  const before = sums[outcome];
  return {
    ...sums,
    [outcome]: {
      count: before.count + 1,
      exposure: plus(before.exposure, exposure),
      loss: plus(before.loss, loss),
      unpriced: before.unpriced + (probability === null ? 1 : 0),
    },
  };
}

function withMember(groups: readonly GroupCount[], { then, now }: Replayed, facts: RecordFacts) {
  const { group } = facts;
  if (group === undefined) return groups;
  const before = groups.find((one) => one.group === group) ?? { group, members: 0, approvedThen: 0, approvedNow: 0 };
  const after = {
    group,
    members: before.members + 1,
    approvedThen: before.approvedThen + (then.outcome === 'approve' ? 1 : 0),
    approvedNow: before.approvedNow + (now.outcome === 'approve' ? 1 : 0),
  };
  return [...groups.filter((one) => one !== before), after].sort((a, b) => (a.group < b.group ? -1 : 1));
}

/** `happenedOf` says what happened, null where that is not known. */
function withPairs(
  pair: PredictionPair,
  records: readonly CountedRecord[],
  happenedOf: (facts: RecordFacts) => boolean | null,
): PredictionPair {
  const of = (side: 'then' | 'now') =>
    records.flatMap(({ replayed, facts }): Prediction[] => {
      const probability = replayed?.[side].approvalProbability ?? null;
      const happened = happenedOf(facts);
      return probability === null || happened === null ? [] : [{ probability, happened }];
    });
  return { then: withPredictions(pair.then, of('then')), now: withPredictions(pair.now, of('now')) };
}

/** How many decisions the tested rules would turn. */
export function flipCount({ moves }: Pick<Tally, 'moves'>): number {
  return outcomes.reduce(
    (total, then) => total + outcomes.reduce((sum, now) => sum + (then === now ? 0 : moves[then][now]), 0),
    0,
  );
}

/** Records that were judged once more. */
export function judgedCount({ read, unreadable }: Pick<Tally, 'read' | 'unreadable'>): number {
  return read - unreadable;
}
