import type { Response } from 'express';

const types = { pdf: 'application/pdf', csv: 'text/csv; charset=utf-8' } as const;

/**
 * Sends a document as a file while it is made. Its name says what it is and of which days, and nothing of whose it is: it
 * ends up in folders, mails and histories of downloads.
 */
export async function sendDocument(
  res: Response,
  file: { name: string; type: keyof typeof types },
  write: () => Promise<void>,
): Promise<void> {
  res.attachment(file.name).type(types[file.type]);
  try {
    await write();
  } catch (error) {
    // Whoever left needs nothing; a file that could not be finished must not look as if it was.
    if (!res.destroyed) throw error;
  }
}
