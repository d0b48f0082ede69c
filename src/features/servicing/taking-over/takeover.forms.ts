import { z } from 'zod';
import { versionField } from '#web/fields.ts';
import type { Upload } from '#web/uploads.ts';

export const confirmForm = z.strictObject({ version: versionField });

/** Which lines of a file are looked at; anything else is the errors, where there are any. */
export const linesQuery = z.object({
  show: z.enum(['error', 'warning', 'loan', 'all']).optional().catch(undefined),
});

export function explainUpload(fault: Exclude<Upload, { ok: true }>['fault']): string {
  const sentences = {
    none: 'Choose a CSV file',
    'too-large': 'The file is larger than 5 MB. Split it between two loans, and upload the parts one after the other',
    unreadable: 'We could not read the file. Choose it again',
  };
  return sentences[fault];
}

const longestName = 80;

/** A file's name is only shown: without paths and control characters, and not endless. */
export function shownFileName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const plain = last.replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
  return plain === '' ? 'file.csv' : plain.slice(0, longestName);
}
