import type { LedgerRefusal } from '#features/ledger/index.ts';
import { explainCsv } from '#platform/csv-fault-words.ts';
import type { FileFault } from './import-file.ts';
import type { ImportLine } from './import.model.ts';

export type ConfirmRefusal =
  | { code: 'own-upload' }
  | { code: 'own-account' }
  | { code: 'has-errors' }
  | { code: 'moved' }
  | { code: 'too-old' }
  | { code: 'another-one' };

/** Why the ledger refused a line in the middle of posting: kept with the import, for staff. */
export function explainLineRefusal({ line, externalId }: ImportLine, refusal: LedgerRefusal): string {
  const which = `Line ${line} (${externalId}) could not be posted: `;
  switch (refusal.code) {
    case 'insufficient-funds':
      return `${which}the account no longer had the money for it.`;
    case 'closed-account':
      return `${which}the account was closed in the meantime.`;
    case 'frozen':
      return `${which}the account was frozen in the meantime.`;
    case 'held-by-guard':
      return `${which}it was held back by monitoring.`;
    default:
      return `${which}the ledger refused it (${refusal.code}).`;
  }
}

export function explainFile(fault: FileFault): string {
  const split = 'Split it, and upload the parts one after the other';
  return explainCsv(fault, { lines: 'lines', about: 'entry', split });
}

export function explainConfirmation({ code }: ConfirmRefusal): string {
  const sentences: Record<ConfirmRefusal['code'], string> = {
    'own-upload': 'You uploaded this file. A colleague has to confirm it. Nothing was moved',
    'own-account': 'The file moves money of an account of your own. A colleague has to confirm it. Nothing was moved',
    'has-errors': 'The file has errors. Mend it and upload it again. Nothing was moved',
    moved: 'This import has moved on since you opened the page. Nothing was moved by you',
    'too-old': 'This file was uploaded too long ago. Upload it again. Nothing was moved',
    'another-one': 'Another import is being posted. Wait until it has ended and confirm again. Nothing was moved',
  };
  return sentences[code];
}
