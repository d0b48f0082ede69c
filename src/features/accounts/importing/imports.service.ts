import type { Model } from 'mongoose';
import { isId } from '#core/ids.ts';
import type { Actor } from '#core/roles.ts';
import type { Result } from '#core/result.ts';
import type { Ledger } from '#features/ledger/index.ts';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { AccountRecord } from '../account.model.ts';
import { checkAccounts, orderLines } from './account-check.service.ts';
import { checkLines } from './checking.service.ts';
import { confirm, resume } from './confirming.service.ts';
import type { FileFault } from './import-file.ts';
import { importAccountModel, importLineModel, importModel } from './import.model.ts';
import type { ImportAccount, ImportLine, ImportRecord } from './import.model.ts';
import { importTopic, type ImportParts } from './import-parts.ts';
import type { ConfirmRefusal } from './import-refusals.ts';
import { postPiece } from './posting.service.ts';
import { undoPiece } from './undoing.service.ts';
import { upload } from './uploading.service.ts';

export interface PageOf {
  page: number;
  size: number;
}

export type LineFilter = 'error' | 'warning' | 'all';

/** Another bank's entries, brought over from files: a dry run, then all of a file or nothing. */
export interface Imports {
  /** Keeps the lines of a file and lets it be checked; nothing moves. */
  upload(order: { actor: Actor; fileName: string; bytes: Uint8Array }): Promise<Result<string, FileFault>>;
  find(importId: string): Promise<ImportRecord | undefined>;
  list(page: PageOf): Promise<{ imports: ImportRecord[]; total: number }>;
  lines(importId: string, query: PageOf & { show: LineFilter }): Promise<{ lines: ImportLine[]; total: number }>;
  accounts(importId: string, page: PageOf): Promise<{ accounts: ImportAccount[]; total: number }>;
  /** Every line in the order of the file, for a download. */
  report(importId: string): AsyncIterable<ImportLine>;
  /** `step` is what the page was shown for. A second person's word: from here on it posts by itself. */
  confirm(order: { actor: Actor; importId: string; step: number }): Promise<Result<ImportRecord, ConfirmRefusal>>;
  /** Asks again for the piece of work that is due, where nothing has moved for long. */
  resume(order: { actor: Actor; importId: string }): Promise<void>;
  /** Does one piece of work and asks for the next; out of date or done already, it changes nothing. */
  work(piece: { importId: string; step: number }): Promise<void>;
}

export function createImports(platform: Platform, deps: { ledger: Ledger; accounts: Model<AccountRecord> }): Imports {
  const { connection } = platform.database;
  const parts: ImportParts = {
    platform,
    ...deps,
    imports: importModel(connection),
    lines: importLineModel(connection),
    importAccounts: importAccountModel(connection),
  };
  platform.outbox.handle(importTopic, async ({ payload }) => {
    await work(parts, { importId: String(payload.importId), step: Number(payload.step) });
  });
  return {
    upload: (order) => upload(parts, order),
    find: (importId) => find(parts, importId),
    list: (page) => list(parts, page),
    lines: (importId, query) => linesOf(parts, importId, query),
    accounts: async (importId, { page, size }) => {
      const [accounts, total] = await Promise.all([
        parts.importAccounts
          .find({ importId, place: operators({ $gt: (page - 1) * size }) })
          .sort({ place: 1 })
          .limit(size)
          .lean<ImportAccount[]>(),
        parts.importAccounts.countDocuments({ importId }),
      ]);
      return { accounts, total };
    },
    report: (importId) =>
      parts.lines.find({ importId }).sort({ line: 1 }).lean<ImportLine>().cursor({ batchSize: readAtOnce }),
    confirm: async (order) => confirm(parts, { ...order, record: await find(parts, order.importId) }),
    resume: async ({ actor, importId }) => resume(parts, { actor, record: await find(parts, importId) }),
    work: (piece) => work(parts, piece),
  };
}

const readAtOnce = 1_000;
const mostImports = 10_000;

async function find({ imports }: ImportParts, importId: string): Promise<ImportRecord | undefined> {
  if (!isId(importId)) return undefined;
  return (await imports.findOne({ _id: importId }).lean<ImportRecord>()) ?? undefined;
}

async function list({ imports }: ImportParts, { page, size }: PageOf) {
  const [found, total] = await Promise.all([
    imports
      .find()
      .sort({ _id: -1 })
      .skip((page - 1) * size)
      .limit(size)
      .lean<ImportRecord[]>(),
    imports.countDocuments({}, { limit: mostImports }),
  ]);
  return { imports: found, total };
}

async function linesOf({ lines }: ImportParts, importId: string, query: PageOf & { show: LineFilter }) {
  const { page, size, show } = query;
  const filter = { importId, ...(show === 'all' ? {} : { severity: show }) };
  const [found, total] = await Promise.all([
    lines
      .find(filter)
      .sort({ line: 1 })
      .skip((page - 1) * size)
      .limit(size)
      .lean<ImportLine[]>(),
    lines.countDocuments(filter),
  ]);
  return { lines: found, total };
}

async function work(parts: ImportParts, { importId, step }: { importId: string; step: number }): Promise<void> {
  const record = await find(parts, importId);
  if (record?.step !== step) return;
  switch (record.phase) {
    case 'lines':
      await checkLines(parts, record);
      return;
    case 'order':
      await orderLines(parts, record);
      return;
    case 'accounts':
      await checkAccounts(parts, record);
      return;
    case 'posting':
      await postPiece(parts, record);
      return;
    case 'undoing':
      await undoPiece(parts, record);
      return;
    case null:
      return;
  }
}
