import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { Fault } from '#core/errors.ts';
import type { Finding } from '#core/finding.ts';
import { bsonDate } from './clock.ts';
import { commitTogether, type Companion } from './companion.ts';
import { cellText } from './documents/csv-text.rules.ts';
import type { Platform } from './platform.ts';

/** A file whose lines are checked, confirmed and posted in pieces: each piece ends by what makes the next one done. */
export interface ImportedFile {
  _id: string;
  /** Counts the pieces, and guards them. */
  step: number;
  state: string;
}

/** Which kind of file it is: where it lies, what the audit trail calls it, and what does its pieces. */
export interface ImportKind {
  collection: string;
  subject: string;
  topic: string;
}

export interface ImportMove {
  /** A phase of null is the last: nothing follows by itself. */
  change: { phase?: string | null | undefined } & Record<string, unknown>;
  unset?: readonly ('turn' | 'expiresAt')[];
  action?: string;
  /** What else commits with it, once. */
  companions?: readonly Companion[];
}

/** The row that makes some instance do the piece of work numbered `step`. */
export function importWork(
  { outbox }: Pick<Platform, 'outbox'>,
  { topic }: Pick<ImportKind, 'topic'>,
  work: { importId: string; step: number },
): Companion {
  return outbox.row({ topic, payload: work });
}

/**
 * Ends a piece of work: what it changed and the row for the next piece commit together. Whoever did the same piece beside
 * us, after our lease was over, has moved it already: then this changes nothing.
 */
export async function endPiece(
  platform: Pick<Platform, 'outbox' | 'audit' | 'clock' | 'database'>,
  { kind, file }: { kind: ImportKind; file: ImportedFile },
  { change, unset = [], action, companions: more = [] }: ImportMove,
): Promise<void> {
  const { _id, step, state } = file;
  const next = step + 1;
  const unsetting = unset.length === 0 ? {} : { $unset: Object.fromEntries(unset.map((name) => [name, ''])) };
  const companions: Companion[] = [
    {
      collection: kind.collection,
      kind: 'update',
      filter: { _id, step, state },
      change: { $set: { ...change, step: next, movedAt: bsonDate(platform.clock.now()) }, ...unsetting },
    },
    ...more,
  ];
  if (change.phase !== null) companions.push(importWork(platform, kind, { importId: _id, step: next }));
  if (action !== undefined)
    companions.push(platform.audit.entry({ actor: 'system', action, subject: { type: kind.subject, id: _id } }));
  try {
    await commitTogether(platform.database, companions);
  } catch (error) {
    if (!(error instanceof Fault && error.kind === 'conflict')) throw error;
  }
}

export function lineId(importId: string, line: number): string {
  return `${importId}:${line}`;
}

/** Abandoned files are removed after so long; their lines a day later, so that none vanishes while its file is there. */
const keptDays = 14;
const dayMs = 24 * 60 * 60 * 1_000;

export function expiryFrom(now: number): { file: Date; lines: Date } {
  return { file: new Date(now + keptDays * dayMs), lines: new Date(now + (keptDays + 1) * dayMs) };
}

export interface ReportedLine {
  line: number;
  severity: Finding['severity'] | null;
  state: string;
  findings: readonly Finding[];
}

const outcomes = { error: 'error', warning: 'warning', none: 'ok' } as const;

/** Every line with what was found about it, as CSV (RFC 4180); the cells after the report are the caller's to quote. */
export async function writeLineReport<L extends ReportedLine>(
  out: Writable,
  { columns, lines, cells }: { columns: readonly string[]; lines: AsyncIterable<L>; cells: (line: L) => string[] },
): Promise<void> {
  const header = ['line', 'result', 'state', 'report', ...columns];
  const format = stringify({ header: true, columns: header, bom: true, record_delimiter: 'windows' });
  await pipeline(Readable.from(rowsOf(lines, cells)), format, out);
}

async function* rowsOf<L extends ReportedLine>(
  lines: AsyncIterable<L>,
  cells: (line: L) => string[],
): AsyncGenerator<string[]> {
  for await (const one of lines) {
    const { line, severity, state, findings } = one;
    const report = cellText(findings.map(({ text }) => text).join(' '));
    yield [String(line), outcomes[severity ?? 'none'], state, report, ...cells(one)];
  }
}
