import type { Model } from 'mongoose';
import type { Ledger } from '#features/ledger/index.ts';
import type { Companion } from '#platform/companion.ts';
import { endPiece, importWork, type ImportMove } from '#platform/imported-file.ts';
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

const kind = { collection: importCollection, subject: 'import', topic: importTopic };

/** The row that makes some instance do the piece of work numbered `step`. */
export function workRow({ platform }: ImportParts, work: { importId: string; step: number }): Companion {
  return importWork(platform, kind, work);
}

/** Ends a piece of work; where somebody else did it meanwhile, it changes nothing. */
export function moveOn(
  parts: ImportParts,
  file: ImportRecord,
  move: ImportMove & { change: ImportChange },
): Promise<void> {
  return endPiece(parts.platform, { kind, file }, move);
}
