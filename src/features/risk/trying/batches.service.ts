import { notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import type { CsvFault } from '#platform/csv-file.ts';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { RiskModels, Stage } from '../models/shipped.ts';
import { scoreFile, type ScoredFile } from './batch-file.ts';
import {
  batchCollection,
  batchPartModel,
  partCollection,
  scoreBatchModel,
  type BatchPart,
  type BatchRow,
  type ScoreBatch,
} from './batch.model.ts';

export type BatchRefusal = CsvFault | { code: 'too-many-kept' };

/** Files of applicants that staff try a model on: the results are theirs alone, for a day. */
export interface ScoreBatches {
  /** Scores a file; what is refused, or dies half-way, leaves nothing behind. Gives the id of its results. */
  upload(order: { actor: Actor; stage: Stage; bytes: Uint8Array }): Promise<Result<string, BatchRefusal>>;
  /** Somebody else's, and one whose day is over, is not found. */
  find(query: { actor: Actor; batchId: string }): Promise<ScoreBatch>;
  /** Rows of a found batch, a page of them. */
  rows(batch: ScoreBatch, query: { list: BatchPart['list']; page: number; size: number }): Promise<BatchRow[]>;
  /** All rows of a found batch, part by part. */
  parts(batch: ScoreBatch): AsyncIterable<BatchRow[]>;
  /** One's own, newest first. */
  list(query: { actor: Actor; page: number; size: number }): Promise<{ batches: ScoreBatch[]; total: number }>;
  remove(order: { actor: Actor; batchId: string }): Promise<void>;
}

const dayMs = 24 * 60 * 60 * 1_000;
const hourMs = 60 * 60 * 1_000;
const mostKept = 20;
const rowsInPart = 900;

export function createScoreBatches(platform: Platform, deps: { models: RiskModels }): ScoreBatches {
  const { connection } = platform.database;
  const batches = scoreBatchModel(connection);
  const parts = batchPartModel(connection);
  const own = (actor: Actor) => ({ uploadedBy: actor.userId, expiresAt: operators({ $gt: new Date() }) });

  const find: ScoreBatches['find'] = async ({ actor, batchId }) => {
    const batch = await batches.findOne({ _id: batchId, ...own(actor) }).lean<ScoreBatch>();
    if (!batch) throw notFound('Results');
    return batch;
  };
  const partAt = async (batchId: string, at: { list: BatchPart['list']; place: number }): Promise<BatchRow[]> => {
    const part = await parts.findOne({ batchId, ...at }).lean<BatchPart>();
    return part?.rows ?? [];
  };

  return {
    upload: async ({ actor, stage, bytes }) => {
      if ((await batches.countDocuments(own(actor))) >= mostKept) return refuse({ code: 'too-many-kept' });
      const model = deps.models.models[stage];
      const scored = await scoreFile({ model, scorecard: deps.models.scorecard }, bytes);
      if (!scored.ok) return scored;
      const batchId = newId();
      const facts = { _id: batchId, uploadedBy: actor.userId, stage, model: model.sha256 };
      await commitTogether(platform.database, writesOf(platform, facts, scored.value));
      return ok(batchId);
    },
    find,
    rows: async ({ _id }, { list, ...page }) => pageOf((place) => partAt(_id, { list, place }), page),
    parts: async function* ({ _id, rows }) {
      for (let place = 0; place * rowsInPart < rows; place += 1) yield await partAt(_id, { list: 'all', place });
    },
    list: async ({ actor, page, size }) => {
      const found = await batches
        .find(own(actor))
        .sort({ _id: -1 })
        .skip((page - 1) * size)
        .limit(size)
        .lean<ScoreBatch[]>();
      return { batches: found, total: await batches.countDocuments(own(actor)) };
    },
    remove: async (order) => {
      const { _id } = await find(order);
      // The batch first: without it nobody sees its parts, and the database removes what a crash leaves.
      await batches.deleteOne({ _id });
      await parts.deleteMany({ batchId: _id });
    },
  };
}

/** A page may lie across two parts. */
async function pageOf(
  partAt: (place: number) => Promise<BatchRow[]>,
  { page, size }: { page: number; size: number },
): Promise<BatchRow[]> {
  const from = (page - 1) * size;
  const first = Math.trunc(from / rowsInPart);
  const last = Math.trunc((from + size - 1) / rowsInPart);
  const rows = await partAt(first);
  const all = last === first ? rows : [...rows, ...(await partAt(last))];
  return all.slice(from - first * rowsInPart, from - first * rowsInPart + size);
}

/** The results in one transaction: whatever is killed in between has kept nothing. */
function writesOf(
  platform: Platform,
  facts: Pick<ScoreBatch, '_id' | 'uploadedBy' | 'stage' | 'model'>,
  { rows, grades, reasons }: ScoredFile,
): Companion[] {
  const faulty = rows.filter((row) => 'fault' in row);
  const expiresAt = new Date(Date.now() + dayMs);
  const document = {
    ...{ ...facts, rows: rows.length, faulty: faulty.length, grades, reasons, expiresAt },
    uploadedAt: bsonDate(platform.clock.now()),
  };
  const entry = platform.audit.entry({
    actor: facts.uploadedBy,
    action: 'score-file-tried',
    subject: { type: 'score-batch', id: facts._id },
    details: { rows: String(rows.length), faulty: String(faulty.length), stage: facts.stage },
  });
  return [
    { collection: batchCollection, kind: 'insert', document },
    ...partsOf(facts._id, { list: 'all', rows, expiresAt }),
    ...partsOf(facts._id, { list: 'faulty', rows: faulty, expiresAt }),
    entry,
  ];
}

function partsOf(
  batchId: string,
  { list, rows, expiresAt }: { list: BatchPart['list']; rows: readonly BatchRow[]; expiresAt: Date },
): Companion[] {
  const count = Math.trunc((rows.length + rowsInPart - 1) / rowsInPart);
  // A little later than the batch, so that no page of it is empty while it is there.
  const later = new Date(expiresAt.getTime() + hourMs);
  return Array.from({ length: count }, (_none, place) => {
    const some = rows.slice(place * rowsInPart, (place + 1) * rowsInPart);
    const document = { _id: newId(), batchId, list, place, rows: some, expiresAt: later };
    return { collection: partCollection, kind: 'insert', document };
  });
}
