import { unreachable } from '#core/assert.ts';
import type { CsvFault } from './csv-file.ts';

/** What the lines of a kind of file are called. */
export interface CsvWords {
  lines: 'lines' | 'rows';
  /** What one line is about: `entry`. */
  about: string;
  /** How to make two files of one that is too long. */
  split: string;
}

const mostNamed = 6;

/** Why a CSV file was not read, in a sentence for whoever chose it that says what to do. */
export function explainCsv(fault: CsvFault, { lines, about, split }: CsvWords): string {
  switch (fault.code) {
    case 'empty':
      return `The file has no ${lines} below the column names. Choose another file`;
    case 'not-utf-8':
      return 'The file is not UTF-8 text. Save it as CSV in UTF-8 and upload it again';
    case 'missing-columns':
      return `The first line does not name ${listed(fault.columns)}. Add what is missing and upload the file again`;
    case 'unknown-columns':
      return `The first line names ${listed(fault.columns)}, which we do not know. Take it out and upload the file again`;
    case 'repeated-columns':
      return `The first line names ${listed(fault.columns)} more than once. Name each column once`;
    case 'too-many-lines':
      return `The file has more than 20,000 ${lines}. ${split}`;
    case 'line-too-long':
      return `Line ${fault.line} is too long for one ${about}. A quotation mark may be missing before it`;
    case 'broken-quotes':
      return `Line ${fault.line}: the quotation marks do not fit together. Mend the line and upload the file again`;
    default:
      return unreachable(fault);
  }
}

function listed(names: readonly string[]): string {
  const quoted = names.slice(0, mostNamed).map((name) => `“${name}”`);
  const rest = names.length - quoted.length;
  const all = rest > 0 ? [...quoted, `${rest} more`] : quoted;
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
}
