import type { Model } from 'mongoose';
import { Fault } from '#core/errors.ts';
import type { Accounts } from '#features/accounts/index.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { Loan } from '#features/loans/index.ts';
import type { Products } from '#features/products/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import { takeoverCollection, type TakeoverLine, type TakeoverRecord } from './takeover.model.ts';

export interface TakeoverDeps {
  ledger: Ledger;
  products: Pick<Products, 'version' | 'newestByCode'>;
  accounts: Pick<Accounts, 'byNumbers'>;
  customers: Pick<Customers, 'known'>;
}

export interface TakeoverParts extends TakeoverDeps {
  platform: Platform;
  loans: Model<Loan>;
  imports: Model<TakeoverRecord>;
  lines: Model<TakeoverLine>;
}

/** What a piece of work changes; posted and undone loans count themselves, with their journals. */
export type TakeoverChange = Partial<Omit<TakeoverRecord, '_id' | 'step' | 'posted' | 'undone' | 'turn'>>;

export const takeoverTopic = 'loans.import';

/** The row that makes some instance do the piece of work numbered `step`. */
export function workRow({ platform }: TakeoverParts, work: { importId: string; step: number }): Companion {
  return platform.outbox.row({ topic: takeoverTopic, payload: work });
}

export function lineId(importId: string, line: number): string {
  return `${importId}:${line}`;
}

interface Move {
  change: TakeoverChange;
  unset?: readonly ('turn' | 'expiresAt')[];
  action?: string;
  /** What else commits with it, once. */
  companions?: readonly Companion[];
}

/**
 * Ends a piece of work: what it changed and the row for the next piece commit together. Whoever did the same piece beside
 * us, after our lease was over, has moved it already: then this changes nothing.
 */
export async function moveOn(parts: TakeoverParts, { _id, step, state }: TakeoverRecord, move: Move): Promise<void> {
  const { change, unset = [], action, companions: more = [] } = move;
  const { database, audit, clock } = parts.platform;
  const next = step + 1;
  const unsetting = unset.length === 0 ? {} : { $unset: Object.fromEntries(unset.map((name) => [name, ''])) };
  const companions: Companion[] = [
    {
      collection: takeoverCollection,
      kind: 'update',
      filter: { _id, step, state },
      change: { $set: { ...change, step: next, movedAt: bsonDate(clock.now()) }, ...unsetting },
    },
    ...more,
  ];
  if (change.phase !== null) companions.push(workRow(parts, { importId: _id, step: next }));
  if (action !== undefined)
    companions.push(audit.entry({ actor: 'system', action, subject: { type: 'loan-import', id: _id } }));
  try {
    await commitTogether(database, companions);
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
