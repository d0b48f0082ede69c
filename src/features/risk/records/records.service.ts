import type { Model } from 'mongoose';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import { erased } from '#platform/vault/vault.ts';
import type { Judgement } from '../judging/judgement.ts';
import type { PolicyFacts } from '../policy/policy.ts';
import { weakGrades } from '../policy/limits.ts';
import { moments, type EvidenceRow, type Moment, type OpenedRecord, type ScoreRecord } from './record.ts';
import { recordCollection, recordId, recordModel, type StoredRecord } from './record.model.ts';
import { quotedBy, saidBy } from './said.ts';

/** What was judged, of which application and when. */
export interface RecordOrder extends Pick<
  ScoreRecord,
  'applicationId' | 'partyId' | 'moment' | 'on' | 'amount' | 'months' | 'decision' | 'loanId'
> {
  /** The application's version at that moment. */
  sequence: number;
  evidence: EvidenceRow;
  /** Of the stage `application`. */
  judgement: Judgement;
  /** With the rate offered; null where there is no offer. */
  quoted: Judgement | null;
}

/** The first and the last day, both included, as `YYYY-MM-DD`; undefined for no bound. */
export interface ScanOrder {
  moment: Moment;
  from?: string | undefined;
  to?: string | undefined;
}

export interface RecordPage {
  records: ScoreRecord[];
  total: number;
}

/** What the model and the policy said of each application, at most once a moment. */
export interface Records {
  /** Keeps it, in the place of an earlier one of the same moment; of a later one it changes nothing. */
  keep(order: RecordOrder): Promise<void>;
  /** Of one application, in the order of the moments. */
  of(applicationId: string): Promise<OpenedRecord[]>;
  /** Newest first, without what they were made of. */
  list(page: { page: number; size: number }): Promise<RecordPage>;
  /** By day, in batches of two hundred; what is recorded meanwhile may be missing. */
  scan(order: ScanOrder): AsyncIterable<OpenedRecord[]>;
  /** Loans that were decided with a weak grade, whatever became of them, in batches of five hundred. */
  weakLoans(): AsyncIterable<string[]>;
  /** On every record of the application there is; none is no fault. */
  noteDecision(order: { applicationId: string; decision: NonNullable<ScoreRecord['decision']> }): Promise<void>;
  noteLoan(order: { applicationId: string; loanId: string }): Promise<void>;
}

interface Parts {
  platform: Platform;
  records: Model<StoredRecord>;
}

const batchSize = 200;

export function createRecords(platform: Platform): Records {
  const records = recordModel(platform.database.connection);
  const parts: Parts = { platform, records };
  return {
    keep: (order) => keep(parts, order),
    of: (applicationId) => ofApplication(parts, applicationId),
    list: (page) => list(parts, page),
    scan: (order) => scan(parts, order),
    weakLoans: () => weakLoans(records),
    noteDecision: async ({ applicationId, decision }) => {
      await records.updateMany({ _id: operators({ $in: idsOf(applicationId) }) }, { $set: { decision } });
    },
    noteLoan: async ({ applicationId, loanId }) => {
      await records.updateMany({ _id: operators({ $in: idsOf(applicationId) }) }, { $set: { loanId } });
    },
  };
}

const idsOf = (applicationId: string) => moments.map((moment) => recordId(applicationId, moment));

async function keep({ platform, records }: Parts, order: RecordOrder): Promise<void> {
  const { judgement, quoted, evidence, sequence, ...about } = order;
  const _id = recordId(order.applicationId, order.moment);
  const place = { collection: recordCollection, document: _id };
  const sealed = await platform.vault.sealAll(order.partyId, place, {
    evidence: JSON.stringify(evidence),
    facts: JSON.stringify(judgement.facts),
  });
  const record = { ...about, ...saidBy(judgement), quoted: quoted && quotedBy(quoted), ...sealed, sequence };
  // A record that is there and not older fails the guard, so that the upsert inserts a second one and is refused.
  const older = { _id, sequence: operators({ $lt: sequence }) };
  try {
    await records.updateOne(older, { $set: record }, { upsert: true });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    await keepOverOlder(records, { _id, sequence, record });
  }
}

/** Whoever inserted it in the same moment may have had an older one. */
async function keepOverOlder(
  records: Model<StoredRecord>,
  { _id, sequence, record }: { _id: string; sequence: number; record: Omit<StoredRecord, '_id'> },
): Promise<void> {
  await records.updateOne({ _id, sequence: operators({ $lt: sequence }) }, { $set: record });
}

async function ofApplication(parts: Parts, applicationId: string): Promise<OpenedRecord[]> {
  const found = await parts.records
    .find({ _id: operators({ $in: idsOf(applicationId) }) })
    .limit(moments.length)
    .lean<StoredRecord[]>();
  const opened = await openAll(parts, found);
  return opened.toSorted((a, b) => moments.indexOf(a.moment) - moments.indexOf(b.moment));
}

async function list({ records }: Parts, { page, size }: { page: number; size: number }): Promise<RecordPage> {
  const [found, total] = await Promise.all([
    records
      .find({}, { evidence: 0, facts: 0 })
      .sort({ on: -1, _id: -1 })
      .skip((page - 1) * size)
      .limit(size)
      .lean<StoredRecord[]>(),
    records.estimatedDocumentCount(),
  ]);
  return { records: found.map(bare), total };
}

async function* scan(parts: Parts, { moment, from, to }: ScanOrder): AsyncGenerator<OpenedRecord[]> {
  let after: Place | undefined;
  for (;;) {
    const batch = await parts.records
      .find({ moment, ...daysOf({ from: after?.on ?? from, to }), ...(after ? beyond(after) : {}) })
      .sort({ on: 1, _id: 1 })
      .limit(batchSize)
      .lean<StoredRecord[]>();
    const last = batch.at(-1);
    if (!last) return;
    yield await openAll(parts, batch);
    if (batch.length < batchSize) return;
    after = { on: last.on, _id: last._id };
  }
}

const loanBatch = 500;

/** The next of them after a loan, as the index has them: nothing but it is read. */
export function weakLoanQuery(after: string) {
  return {
    filter: {
      moment: 'decided' as const,
      'scored.grade': operators({ $in: [...weakGrades] }),
      loanId: operators({ $type: 'string' as const, $gt: after }),
    },
    fields: { _id: 0, loanId: 1 },
    order: { loanId: 1 },
  } as const;
}

async function* weakLoans(records: Model<StoredRecord>): AsyncGenerator<string[]> {
  let after = '';
  for (;;) {
    const { filter, fields, order } = weakLoanQuery(after);
    const found = await records
      .find(filter, fields)
      .sort(order)
      .limit(loanBatch)
      .lean<Pick<StoredRecord, 'loanId'>[]>();
    const ids = found.flatMap(({ loanId }) => loanId ?? []);
    const last = ids.at(-1);
    if (last === undefined) return;
    yield ids;
    if (found.length < loanBatch) return;
    after = last;
  }
}

type Place = Pick<StoredRecord, 'on' | '_id'>;

function daysOf({ from, to }: { from: string | undefined; to: string | undefined }): object {
  if (from === undefined && to === undefined) return {};
  return {
    on: operators({ ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lte: to }) }),
  };
}

function beyond({ on, _id }: Place): object {
  return { $or: [{ on: operators({ $gt: on }) }, { on, _id: operators({ $gt: _id }) }] };
}

async function openAll(parts: Parts, found: readonly StoredRecord[]): Promise<OpenedRecord[]> {
  const { vault } = parts.platform;
  await vault.warm([...new Set(found.map(({ partyId }) => partyId))]);
  return Promise.all(
    found.map(async (record) => {
      const place = { collection: recordCollection, document: record._id };
      const { evidence, facts } = await vault.openAll(place, { evidence: record.evidence, facts: record.facts });
      return {
        ...bare(record),
        evidence: read(evidence) as EvidenceRow | undefined,
        facts: read(facts) as PolicyFacts | undefined,
      };
    }),
  );
}

function read(text: string): unknown {
  return text === erased ? undefined : JSON.parse(text);
}

function bare(record: StoredRecord): ScoreRecord {
  const { _id, sequence: _sequence, evidence: _evidence, facts: _facts, ...kept } = record;
  return kept;
}
