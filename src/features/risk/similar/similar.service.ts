import type { Model } from 'mongoose';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import { recordModel, type StoredRecord } from '../records/record.model.ts';
import type { Stage } from '../models/shipped.ts';
import type { LoanOutcome, RiskPorts } from '../records/record.ts';
import { gradeBands, type Grade } from '../scoring/grade.rules.ts';
import { nearest } from './nearest.rules.ts';

export interface SimilarOrder {
  /** Itself is no similar loan. */
  applicationId: string;
  product: string;
  /** In minor units. */
  amount: bigint;
  months: number;
  grade: Grade | null;
  /** Of the model that gave the grade: past loans are compared by theirs of the same model. */
  stage: Stage;
}

/** A past loan, of whomever: nothing here says whose it is. */
export interface SimilarLoan {
  amount: bigint;
  months: number;
  grade: Grade | null;
  /** The day of the decision. */
  on: string;
  /** Undefined where servicing does not know it (any more). */
  outcome: LoanOutcome | undefined;
}

/** Past loans of the same product that are nearest in amount, term and grade, nearest first: at most twenty. */
export type FindSimilar = (order: SimilarOrder) => Promise<SimilarLoan[]>;

export const mostSimilar = 20;
// On either side of the amount: what is further away is not similar.
const mostLooked = 100;

type Found = Pick<StoredRecord, 'applicationId' | 'amount' | 'months' | 'on' | 'scored' | 'quoted' | 'loanId'>;
const fields = { applicationId: 1, amount: 1, months: 1, on: 1, scored: 1, quoted: 1, loanId: 1 };

export function createSimilar(platform: Platform, ports: Pick<RiskPorts, 'outcomesOf'>): FindSimilar {
  const records = recordModel(platform.database.connection);
  return async (order) => {
    const sides = await Promise.all([around(records, order, 'below'), around(records, order, 'above')]);
    const others = sides.flat().filter(({ applicationId }) => applicationId !== order.applicationId);
    const gradeOf = ({ scored, quoted }: Found) => (order.stage === 'quoted' ? quoted : scored)?.grade ?? null;
    const shaped = others.map((one) => ({ ...one, grade: placeOf(gradeOf(one)), record: one }));
    const near = nearest({ ...order, grade: placeOf(order.grade) }, shaped, mostSimilar).map(({ record }) => record);
    const outcomes = await ports.outcomesOf(near.flatMap(({ loanId }) => loanId ?? []));
    return near.map((one) => ({
      ...{ amount: one.amount, months: one.months, on: one.on, grade: gradeOf(one) },
      outcome: one.loanId === null ? undefined : outcomes.get(one.loanId),
    }));
  };
}

/** Those whose amount is next, on one side of it; each query reads so many entries of its index and no more. */
export function similarQuery(order: Pick<SimilarOrder, 'product' | 'amount'>, side: 'below' | 'above') {
  const amount = side === 'below' ? { $lt: order.amount } : { $gte: order.amount };
  return {
    filter: {
      'subject.product': order.product,
      moment: 'decided' as const,
      amount: operators(amount),
      // As the index says it, so that it is used.
      loanId: operators({ $type: 'string' as const }),
    },
    sort: { amount: side === 'below' ? (-1 as const) : (1 as const) },
  };
}

async function around(records: Model<StoredRecord>, order: SimilarOrder, side: 'below' | 'above'): Promise<Found[]> {
  const { filter, sort } = similarQuery(order, side);
  return records.find(filter, fields).sort(sort).limit(mostLooked).lean<Found[]>();
}

function placeOf(grade: Grade | null): number | null {
  return grade === null ? null : gradeBands.findIndex((band) => band.grade === grade);
}
