import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
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

/** Sends a PDF whose bytes are there already: as it was signed, to the last byte. */
export function sendBytes(res: Response, { name, bytes }: { name: string; bytes: Buffer }): void {
  res.attachment(name).type(types.pdf).set('Content-Length', String(bytes.length)).end(bytes);
}

/**
 * Sends a file that somebody uploaded: never opened by the browser, never kept on its way, and cut off visibly where its
 * content turns out not to be whole.
 */
export async function sendContent(
  res: Response,
  file: { name: string; type: string; bytes: number; content: AsyncIterable<Buffer> },
): Promise<void> {
  res.attachment(file.name).type(file.type);
  res.set({
    'Cache-Control': 'private, no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Content-Length': String(file.bytes),
  });
  try {
    await pipeline(Readable.from(file.content), res);
  } catch (error) {
    // Whoever left needs nothing; whoever waits must not take half a file for the whole.
    if (!isPrematureClose(error)) throw error;
  }
}

function isPrematureClose(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
