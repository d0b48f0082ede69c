import { isId } from '#core/ids.ts';
import type { Actor } from '#core/roles.ts';
import type { Result } from '#core/result.ts';
import { loanModel } from '#features/loans/index.ts';
import type { CsvFault } from '#platform/csv-file.ts';
import type { Platform } from '#platform/platform.ts';
import { checkLines } from './checking.service.ts';
import { confirm, resume } from './confirming.service.ts';
import { checkLoans } from './planning.service.ts';
import { postPiece, settlePiece } from './posting.service.ts';
import { takeoverLineModel, takeoverModel, type TakeoverLine, type TakeoverRecord } from './takeover.model.ts';
import { takeoverTopic, type TakeoverDeps, type TakeoverParts } from './takeover-parts.ts';
import type { ConfirmRefusal } from './takeover-refusals.ts';
import { undoPiece } from './undoing.service.ts';
import { upload } from './uploading.service.ts';

export interface PageOf {
  page: number;
  size: number;
}

export type LineFilter = 'error' | 'warning' | 'loan' | 'all';

/** Running loans of another bank, brought over from files: a dry run, then all of a file or nothing. */
export interface Takeovers {
  /** Keeps the lines of a file and lets it be checked; nothing moves. */
  upload(order: { actor: Actor; fileName: string; bytes: Uint8Array }): Promise<Result<string, CsvFault>>;
  find(importId: string): Promise<TakeoverRecord | undefined>;
  list(page: PageOf): Promise<{ imports: TakeoverRecord[]; total: number }>;
  lines(importId: string, query: PageOf & { show: LineFilter }): Promise<{ lines: TakeoverLine[]; total: number }>;
  /** Every line in the order of the file, for a download. */
  report(importId: string): AsyncIterable<TakeoverLine>;
  /** `step` is what the page was shown for. A second person's word: from here on it posts by itself. */
  confirm(order: { actor: Actor; importId: string; step: number }): Promise<Result<TakeoverRecord, ConfirmRefusal>>;
  /** Asks again for the piece of work that is due, where nothing has moved for long. */
  resume(order: { actor: Actor; importId: string }): Promise<void>;
  /** Does one piece of work and asks for the next; out of date or done already, it changes nothing. */
  work(piece: { importId: string; step: number }): Promise<void>;
}

export function createTakeovers(platform: Platform, deps: TakeoverDeps): Takeovers {
  const { connection } = platform.database;
  const parts: TakeoverParts = {
    platform,
    ...deps,
    loans: loanModel(connection),
    imports: takeoverModel(connection),
    lines: takeoverLineModel(connection),
  };
  platform.outbox.handle(takeoverTopic, async ({ payload }) => {
    await work(parts, { importId: String(payload.importId), step: Number(payload.step) });
  });
  return {
    upload: (order) => upload(parts, order),
    find: (importId) => find(parts, importId),
    list: (page) => list(parts, page),
    lines: (importId, query) => linesOf(parts, importId, query),
    report: (importId) =>
      parts.lines.find({ importId }).sort({ line: 1 }).lean<TakeoverLine>().cursor({ batchSize: readAtOnce }),
    confirm: async (order) => confirm(parts, { ...order, record: await find(parts, order.importId) }),
    resume: async ({ actor, importId }) => resume(parts, { actor, record: await find(parts, importId) }),
    work: (piece) => work(parts, piece),
  };
}

const readAtOnce = 1_000;
const mostImports = 10_000;

async function find({ imports }: TakeoverParts, importId: string): Promise<TakeoverRecord | undefined> {
  if (!isId(importId)) return undefined;
  return (await imports.findOne({ _id: importId }).lean<TakeoverRecord>()) ?? undefined;
}

async function list({ imports }: TakeoverParts, { page, size }: PageOf) {
  const [found, total] = await Promise.all([
    imports
      .find()
      .sort({ _id: -1 })
      .skip((page - 1) * size)
      .limit(size)
      .lean<TakeoverRecord[]>(),
    imports.countDocuments({}, { limit: mostImports }),
  ]);
  return { imports: found, total };
}

const filters = {
  all: {},
  error: { severity: 'error' },
  warning: { severity: 'warning' },
  loan: { kind: 'loan' },
} as const;

async function linesOf({ lines }: TakeoverParts, importId: string, query: PageOf & { show: LineFilter }) {
  const { page, size, show } = query;
  const filter = { importId, ...filters[show] };
  const [found, total] = await Promise.all([
    lines
      .find(filter)
      .sort({ line: 1 })
      .skip((page - 1) * size)
      .limit(size)
      .lean<TakeoverLine[]>(),
    lines.countDocuments(filter),
  ]);
  return { lines: found, total };
}

async function work(parts: TakeoverParts, { importId, step }: { importId: string; step: number }): Promise<void> {
  const record = await find(parts, importId);
  if (record?.step !== step) return;
  switch (record.phase) {
    case 'lines':
      await checkLines(parts, record);
      return;
    case 'loans':
      await checkLoans(parts, record);
      return;
    case 'posting':
      await postPiece(parts, record);
      return;
    case 'settling':
      await settlePiece(parts, record);
      return;
    case 'undoing':
      await undoPiece(parts, record);
      return;
    case null:
      return;
  }
}
