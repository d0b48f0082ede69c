import type { Model } from 'mongoose';
import { Fault } from '#core/errors.ts';
import type { Ledger } from '#features/ledger/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import type { AccountRecord } from '../account.model.ts';
import { importCollection, type ImportAccount, type ImportLine, type ImportRecord } from './import.model.ts';

export interface ImportParts {
  platform: Platform;
  ledger: Ledger;
  accounts: Model<AccountRecord>;
  imports: Model<ImportRecord>;
  lines: Model<ImportLine>;
  importAccounts: Model<ImportAccount>;
}

/** What a piece of work changes; posted and undone lines count themselves, with their journals. */
export type ImportChange = Partial<Omit<ImportRecord, '_id' | 'step' | 'posted' | 'undone' | 'claims' | 'turn'>>;

export const importTopic = 'accounts.import';

/** The row that makes some instance do the piece of work numbered `step`. */
export function workRow({ platform }: ImportParts, work: { importId: string; step: number }): Companion {
  return platform.outbox.row({ topic: importTopic, payload: work });
}

/**
 * Ends a piece of work: what it changed and the row for the next piece commit together. Whoever did the same piece beside
 * us, after our lease was over, has moved it already: then this changes nothing.
 */
export async function moveOn(
  parts: ImportParts,
  { _id, step, state }: ImportRecord,
  move: { change: ImportChange; unset?: readonly ('turn' | 'expiresAt')[]; action?: string },
): Promise<void> {
  const { change, unset = [], action } = move;
  const next = step + 1;
  const unsetting = unset.length === 0 ? {} : { $unset: Object.fromEntries(unset.map((name) => [name, ''])) };
  const companions: Companion[] = [
    {
      collection: importCollection,
      kind: 'update',
      filter: { _id, step, state },
      change: { $set: { ...change, step: next, movedAt: bsonDate(parts.platform.clock.now()) }, ...unsetting },
    },
  ];
  if (change.phase !== null) companions.push(workRow(parts, { importId: _id, step: next }));
  if (action !== undefined)
    companions.push(parts.platform.audit.entry({ actor: 'system', action, subject: { type: 'import', id: _id } }));
  try {
    await commitTogether(parts.platform.database, companions);
  } catch (error) {
    if (!(error instanceof Fault && error.kind === 'conflict')) throw error;
  }
}

/** Abandoned files are removed after so long; their lines a day later, so that none vanishes while its file is there. */
const keptDays = 14;
const dayMs = 24 * 60 * 60 * 1_000;

export function expiryFrom(now: number): { file: Date; lines: Date } {
  return { file: new Date(now + keptDays * dayMs), lines: new Date(now + (keptDays + 1) * dayMs) };
}
