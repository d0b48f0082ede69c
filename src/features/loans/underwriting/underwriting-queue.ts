import type { Model } from 'mongoose';
import type { Money } from '#core/money.ts';
import type { Customers } from '#features/customers/index.ts';
import { readCount } from '#platform/mongo.ts';
import type { Application } from '../applying/application.model.ts';

/** Where officers have something to do or to follow. */
export const queueStates = ['submitted', 'offered', 'accepted'] as const;
export type QueueState = (typeof queueStates)[number];

export interface QueueQuery {
  page: number;
  size: number;
  /** Left out: what waits for a decision. */
  state?: QueueState | undefined;
  productCode?: string | undefined;
}

export interface QueueEntry {
  applicationId: string;
  reference: string;
  partyId: string;
  applicant: string;
  productName: string;
  state: QueueState;
  /** What was asked for, or offered. */
  amount: Money;
  instalments: number;
  submittedAt: Date;
}

export interface Queue {
  /** Oldest first. */
  entries: QueueEntry[];
  total: number;
  /** Of the same state, by product. */
  byProduct: { productCode: string; productName: string; count: number }[];
  byState: Record<QueueState, number>;
}

interface Parts {
  customers: Pick<Customers, 'names'>;
  applications: Model<Application>;
}

export async function listQueue(parts: Parts, query: QueueQuery): Promise<Queue> {
  const { applications } = parts;
  const { page, size, state = 'submitted', productCode } = query;
  const filter = { state, ...(productCode === undefined ? {} : { productCode }) };
  const [found, byProduct, byState] = await Promise.all([
    applications
      .find(filter)
      .sort({ submittedAt: 1, _id: 1 })
      .skip((page - 1) * size)
      .limit(size)
      .lean<Application[]>(),
    countByProduct(parts, state),
    countByState(parts),
  ]);
  const names = await parts.customers.names(found.map((application) => application.partyId));
  const entries = found.map((application) => entryOf(application, { state, name: names.get(application.partyId) }));
  const counted = byProduct.filter((one) => productCode === undefined || one.productCode === productCode);
  return { entries, total: counted.reduce((sum, one) => sum + one.count, 0), byProduct, byState };
}

function entryOf(application: Application, facts: { state: QueueState; name: string | undefined }): QueueEntry {
  const { _id, reference, partyId, productName, submittedAt, createdAt, sections, offer } = application;
  const terms = offer ?? sections.terms;
  return {
    applicationId: _id,
    reference,
    partyId,
    applicant: facts.name ?? '',
    productName,
    state: facts.state,
    amount: terms?.amount ?? (0n as Money),
    instalments: terms?.instalments ?? 0,
    submittedAt: submittedAt ?? createdAt,
  };
}

async function countByProduct({ applications }: Parts, state: QueueState): Promise<Queue['byProduct']> {
  const groups = await applications.aggregate<{ _id: { code: string; name: string }; count: unknown }>([
    { $match: { state } },
    { $group: { _id: { code: '$productCode', name: '$productName' }, count: { $sum: 1 } } },
    { $sort: { '_id.name': 1 } },
    { $limit: 100 },
  ]);
  return groups.map(({ _id, count }) => ({ productCode: _id.code, productName: _id.name, count: readCount(count) }));
}

async function countByState({ applications }: Parts): Promise<Queue['byState']> {
  const [submitted, offered, accepted] = await Promise.all(
    queueStates.map((state) => applications.countDocuments({ state })),
  );
  return { submitted: submitted ?? 0, offered: offered ?? 0, accepted: accepted ?? 0 };
}
