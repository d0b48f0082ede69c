import type { Model } from 'mongoose';
import type { Accounts } from '#features/accounts/index.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { Loan } from '#features/loans/index.ts';
import type { Products } from '#features/products/index.ts';
import type { Companion } from '#platform/companion.ts';
import { endPiece, importWork, type ImportMove } from '#platform/imported-file.ts';
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

const kind = { collection: takeoverCollection, subject: 'loan-import', topic: takeoverTopic };

/** The row that makes some instance do the piece of work numbered `step`. */
export function workRow({ platform }: TakeoverParts, work: { importId: string; step: number }): Companion {
  return importWork(platform, kind, work);
}

/** Ends a piece of work; where somebody else did it meanwhile, it changes nothing. */
export function moveOn(
  parts: TakeoverParts,
  file: TakeoverRecord,
  move: ImportMove & { change: TakeoverChange },
): Promise<void> {
  return endPiece(parts.platform, { kind, file }, move);
}
