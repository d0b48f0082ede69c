import type { LedgerRefusal } from '#features/ledger/index.ts';
import { explainCsv } from '#platform/csv-fault-words.ts';
import type { CsvFault } from '#platform/csv-file.ts';
import type { TakeoverLine } from './takeover.model.ts';

export type ConfirmRefusal =
  | { code: 'own-upload' }
  | { code: 'own-loan' }
  | { code: 'has-errors' }
  | { code: 'moved' }
  | { code: 'too-old' }
  | { code: 'another-one' };

/** Why the ledger refused a loan in the middle of posting: kept with the import, for staff. */
export function explainLoanRefusal({ line, externalId }: TakeoverLine, refusal: LedgerRefusal): string {
  const which = `Line ${line} (${externalId}) could not be brought over: `;
  switch (refusal.code) {
    case 'guard-missed':
      return `${which}a loan with its number came here in the meantime.`;
    case 'held-by-guard':
      return `${which}it was held back by monitoring.`;
    default:
      return `${which}the ledger refused it (${refusal.code}).`;
  }
}

export function explainFile(fault: CsvFault): string {
  const split = 'Split it between two loans, and upload the parts one after the other';
  return explainCsv(fault, { lines: 'lines', about: 'entry', split });
}

export function explainConfirmation({ code }: ConfirmRefusal): string {
  const sentences: Record<ConfirmRefusal['code'], string> = {
    'own-upload': 'You uploaded this file. A colleague has to confirm it. Nothing was moved',
    'own-loan': 'The file brings a loan of your own. A colleague has to confirm it. Nothing was moved',
    'has-errors': 'The file has errors. Mend it and upload it again. Nothing was moved',
    moved: 'This import has moved on since you opened the page. Nothing was moved by you',
    'too-old': 'This file was uploaded too long ago. Upload it again. Nothing was moved',
    'another-one': 'Another import is being posted. Wait until it has ended and confirm again. Nothing was moved',
  };
  return sentences[code];
}
