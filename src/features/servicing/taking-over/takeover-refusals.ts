import { unreachable } from '#core/assert.ts';
import type { LedgerRefusal } from '#features/ledger/index.ts';
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
  switch (fault.code) {
    case 'empty':
      return 'The file has no lines below the column names. Choose another file';
    case 'not-utf-8':
      return 'The file is not UTF-8 text. Save it as CSV in UTF-8 and upload it again';
    case 'missing-columns':
      return `The first line does not name ${listed(fault.columns)}. Add what is missing and upload the file again`;
    case 'unknown-columns':
      return `The first line names ${listed(fault.columns)}, which we do not know. Take it out and upload the file again`;
    case 'repeated-columns':
      return `The first line names ${listed(fault.columns)} more than once. Name each column once`;
    case 'too-many-lines':
      return 'The file has more than 20,000 lines. Split it between two loans, and upload the parts one after the other';
    case 'line-too-long':
      return `Line ${fault.line} is too long for one entry. A quotation mark may be missing before it`;
    case 'broken-quotes':
      return `Line ${fault.line}: the quotation marks do not fit together. Mend the line and upload the file again`;
    default:
      return unreachable(fault);
  }
}

function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `“${name}”`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1) ?? ''}`;
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
