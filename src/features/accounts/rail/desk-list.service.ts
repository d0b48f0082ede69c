import { operators } from '#platform/mongo.ts';
import { railDirections, type RailDirection } from '#platform/payment-rail.ts';
import type { AccountRecord } from '../account.model.ts';
import type { RailPayment } from './rail.model.ts';
import type { RailParts } from './rail-parts.ts';
import type { RailState } from './rail.rules.ts';

export interface DeskQuery {
  page: number;
  size: number;
  /** Left out: every state, pending first. */
  state?: RailState | undefined;
  direction?: RailDirection | undefined;
}

export type ListedPayment = RailPayment & { accountNumber: string };

export interface DeskList {
  /** First the pending ones, the one that waits longest on top; then the others, newest first. */
  payments: ListedPayment[];
  total: number;
  pending: Record<RailDirection, number>;
}

const ended: readonly RailState[] = ['settled', 'returned', 'refused'];
const waitingLongest = { at: 1, _id: 1 } as const;
const newest = { at: -1, _id: -1 } as const;
/** What lies further back is found by narrower filters; counting all of it would cost more every year. */
const mostCounted = 100_000;

/** One page of the staff's list: where it has both, the pending ones and what is left of the page from the others. */
export async function listPayments(parts: RailParts, query: DeskQuery): Promise<DeskList> {
  const { payments } = parts;
  const { size, state } = query;
  const way = query.direction === undefined ? {} : { direction: query.direction };
  const skip = (query.page - 1) * size;
  const states = state === undefined ? ended : ended.filter((one) => one === state);
  const others = { ...way, state: operators({ $in: states }) };
  const counted = (filter: object) => payments.countDocuments(filter).limit(mostCounted).exec();
  const [notPending, ...waitingByWay] = await Promise.all([
    states.length === 0 ? 0 : counted(others),
    ...railDirections.map((direction) => counted({ state: 'pending', direction })),
  ]);
  const [incoming = 0, outgoing = 0] = waitingByWay;
  const ofWay = { in: incoming, out: outgoing };
  const waiting = query.direction === undefined ? incoming + outgoing : ofWay[query.direction];
  const pending = state === undefined || state === 'pending' ? waiting : 0;
  const first = await page(parts, {
    filter: { ...way, state: 'pending' },
    sort: waitingLongest,
    skip,
    limit: Math.min(size, pending - skip),
  });
  const rest = { skip: Math.max(0, skip - pending), limit: states.length === 0 ? 0 : size - first.length };
  const then = await page(parts, { filter: others, sort: newest, ...rest });
  const listed = await withNumbers(parts, [...first, ...then]);
  return { payments: listed, total: pending + notPending, pending: ofWay };
}

async function page(
  { payments }: RailParts,
  wanted: { filter: object; sort: Record<string, 1 | -1>; skip: number; limit: number },
): Promise<RailPayment[]> {
  const { filter, sort, skip, limit } = wanted;
  if (limit <= 0) return [];
  return payments.find(filter).sort(sort).skip(skip).limit(limit).lean<RailPayment[]>();
}

async function withNumbers({ accounts }: RailParts, payments: RailPayment[]): Promise<ListedPayment[]> {
  const ids = [...new Set(payments.map((payment) => payment.accountId))];
  const of = { _id: operators({ $in: ids }) };
  const records = await accounts.find(of, { number: 1 }).lean<Pick<AccountRecord, '_id' | 'number'>[]>();
  const numbers = new Map(records.map((record) => [record._id, record.number]));
  return payments.map((payment) => ({ ...payment, accountNumber: numbers.get(payment.accountId) ?? '' }));
}
