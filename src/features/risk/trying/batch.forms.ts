import { unreachable } from '#core/assert.ts';
import { z } from 'zod';
import type { Upload } from '#web/uploads.ts';
import { stages } from '../models/shipped.ts';
import type { BatchRefusal } from './batches.service.ts';

export const batchForm = z.strictObject({ stage: z.enum(stages, { error: 'Choose when the score is made' }) });

/** Which rows are looked at; anything else is all of them. */
export const rowsQuery = z.object({ show: z.enum(['all', 'faulty']).catch('all') });

export function explainUpload(fault: Exclude<Upload, { ok: true }>['fault']): string {
  const sentences = {
    none: 'Choose a CSV file',
    'too-large': 'The file is larger than 5 MB. Split it, and score the parts one after the other',
    unreadable: 'We could not read the file. Choose it again',
  };
  return sentences[fault];
}

export function explainBatch(refusal: BatchRefusal): string {
  switch (refusal.code) {
    case 'empty':
      return 'The file has no rows below the column names. Choose another file';
    case 'not-utf-8':
      return 'The file is not UTF-8 text. Save it as CSV in UTF-8 and upload it again';
    case 'missing-columns':
      return `The first line does not name ${listed(refusal.columns)}. Add what is missing and upload the file again`;
    case 'unknown-columns':
      return `The first line names ${listed(refusal.columns)}, which we do not know. Take it out and upload the file again`;
    case 'repeated-columns':
      return `The first line names ${listed(refusal.columns)} more than once. Name each column once`;
    case 'too-many-lines':
      return 'The file has more than 20,000 rows. Split it, and score the parts one after the other';
    case 'line-too-long':
      return `Line ${refusal.line} is too long for one applicant. A quotation mark may be missing before it`;
    case 'broken-quotes':
      return `Line ${refusal.line}: the quotation marks do not fit together. Mend the line and upload the file again`;
    case 'too-many-kept':
      return 'You have 20 results here already. Remove one below, or wait until the oldest is a day old';
    default:
      return unreachable(refusal);
  }
}

const mostNamed = 6;

function listed(names: readonly string[]): string {
  const quoted = names.slice(0, mostNamed).map((name) => `“${name}”`);
  const rest = names.length - quoted.length;
  const all = rest > 0 ? [...quoted, `${rest} more`] : quoted;
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
}
