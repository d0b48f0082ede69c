import { z } from 'zod';
import { explainCsv } from '#platform/csv-fault-words.ts';
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
  if (refusal.code === 'too-many-kept')
    return 'You have 20 results here already. Remove one below, or wait until the oldest is a day old';
  const split = 'Split it, and score the parts one after the other';
  return explainCsv(refusal, { lines: 'rows', about: 'applicant', split });
}
