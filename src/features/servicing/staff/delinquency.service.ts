import type { Model } from 'mongoose';
import { plus, sum, type Currency, type Money } from '#core/money.ts';
import type { Customers } from '#features/customers/index.ts';
import { loanModel, type Loan } from '#features/loans/index.ts';
import type { Products } from '#features/products/index.ts';
import { operators, readCount, readMoney } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import { bucketGroups, bucketNames, type BucketGroup, type BucketName } from './buckets.rules.ts';
import { listed, mostCounted, type FoundLoan, type ListedLoan } from './loan-search.service.ts';

/** What lies in one bucket, or in all of them; loans that run, in the bank's currency. */
export interface BucketFigures {
  loans: number;
  outstanding: Money;
  arrears: Money;
  provision: Money;
}

export interface BucketShare extends BucketFigures {
  group: BucketGroup;
}

export interface Delinquency {
  shares(): Promise<{ shares: BucketShare[]; all: BucketFigures; buckets: Map<string, BucketName> }>;
  /** Those of a bucket, the most days past due first; of every bucket that is late where none is given. */
  list(query: {
    actor: string;
    codes: readonly string[];
    page: number;
    size: number;
  }): Promise<{ loans: FoundLoan[]; total: number }>;
  /** All of them in pieces, for a file: memory stays flat. */
  pieces(codes: readonly string[]): AsyncIterable<FoundLoan[]>;
}

export interface DelinquencyParts {
  platform: Pick<Platform, 'audit' | 'database' | 'currency'>;
  customers: Pick<Customers, 'names'>;
  products: Pick<Products, 'newest'>;
}

interface Parts extends DelinquencyParts {
  loans: Model<Loan>;
}

const pieceSize = 200;
const order = { 'arrears.daysPastDue': -1, _id: 1 } as const;

export function createDelinquency(given: DelinquencyParts): Delinquency {
  const parts: Parts = { ...given, loans: loanModel(given.platform.database.connection) };
  return {
    shares: () => shares(parts),
    list: (query) => list(parts, query),
    pieces: (codes) => pieces(parts, codes),
  };
}

async function shares({ loans, products, platform }: Parts) {
  const [newest, found] = await Promise.all([products.newest(), figuresByCode(loans, platform.currency)]);
  const buckets = bucketNames(newest);
  const groups = bucketGroups(buckets, [...found.keys()]);
  const list = groups.map((group) => ({ group, ...together(group.codes.flatMap((code) => found.get(code) ?? [])) }));
  return { shares: list, all: together([...found.values()]), buckets };
}

/** From one index alone: the documents hold hundreds of rows each. */
async function figuresByCode(loans: Model<Loan>, currency: Currency): Promise<Map<string, BucketFigures>> {
  const found = await loans.aggregate<Record<string, unknown>>(figuresPipeline(currency));
  return new Map(
    found.map((one) => [
      String(one._id),
      {
        loans: readCount(one.loans),
        outstanding: readMoney(one.outstanding),
        arrears: sum([one.principal, one.interest, one.fee, one.penalty].map((part) => readMoney(part))),
        // Provisions are credits, which are booked negative.
        provision: (0n - readMoney(one.provision)) as Money,
      },
    ]),
  );
}

export function figuresPipeline(currency: Currency) {
  return [
    { $match: { state: 'active', currency } },
    {
      $group: {
        _id: '$arrears.bucket',
        loans: { $sum: 1 },
        outstanding: { $sum: '$outstandingPrincipal' },
        principal: { $sum: '$arrears.principal' },
        interest: { $sum: '$arrears.interest' },
        fee: { $sum: '$arrears.fee' },
        penalty: { $sum: '$arrears.penalty' },
        provision: { $sum: '$booked.provision' },
      },
    },
  ];
}

function together(figures: readonly BucketFigures[]): BucketFigures {
  return {
    loans: figures.reduce((count, one) => count + one.loans, 0),
    outstanding: figures.map((one) => one.outstanding).reduce(plus, sum([])),
    arrears: figures.map((one) => one.arrears).reduce(plus, sum([])),
    provision: figures.map((one) => one.provision).reduce(plus, sum([])),
  };
}

export function bucketFilter(codes: readonly string[]) {
  return { state: 'active' as const, 'arrears.bucket': operators({ $in: codes }) };
}

async function list(
  parts: Parts,
  query: { actor: string; codes: readonly string[]; page: number; size: number },
): Promise<{ loans: FoundLoan[]; total: number }> {
  const { loans, platform } = parts;
  const { actor, codes, page, size } = query;
  const filter = bucketFilter(codes);
  const [found, total] = await Promise.all([
    loans
      .find(filter, listed)
      .sort(order)
      .skip((page - 1) * size)
      .limit(size)
      .lean<ListedLoan[]>(),
    loans.countDocuments(filter).limit(mostCounted),
  ]);
  const subject = { type: 'loans', id: 'delinquency' };
  await platform.audit.record({ actor, action: 'loans-listed', subject, details: { page: String(page) } });
  return { loans: await named(parts, found), total };
}

async function named({ customers }: Parts, found: readonly ListedLoan[]): Promise<FoundLoan[]> {
  const names = await customers.names(found.map(({ partyId }) => partyId));
  return found.map((loan) => ({ loan, borrower: names.get(loan.partyId) ?? 'Unknown' }));
}

async function* pieces(parts: Parts, codes: readonly string[]): AsyncGenerator<FoundLoan[]> {
  const cursor = parts.loans
    .find(bucketFilter(codes), listed)
    .sort(order)
    .lean<ListedLoan>()
    .cursor({ batchSize: pieceSize });
  let piece: ListedLoan[] = [];
  for await (const loan of cursor) {
    piece.push(loan);
    if (piece.length < pieceSize) continue;
    yield await named(parts, piece);
    piece = [];
  }
  if (piece.length > 0) yield await named(parts, piece);
}
