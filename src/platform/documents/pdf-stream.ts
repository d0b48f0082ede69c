import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import type { Canvas } from './pen.ts';

export interface PdfFacts {
  title: string;
  subject: string;
  /** Of its words, as the locale names it. */
  lang: string;
  madeAt: Date;
}

/** An empty PDF; `tagged` where what is drawn names its headings, paragraphs and tables. */
export function newPdf(facts: PdfFacts, marks: 'tagged' | 'plain'): Canvas {
  return new PDFDocument({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    pdfVersion: '1.7',
    lang: facts.lang,
    displayTitle: true,
    tagged: marks === 'tagged',
    info: { Title: facts.title, Author: 'CloudBank', Subject: facts.subject, CreationDate: facts.madeAt },
  });
}

/**
 * Sends a PDF while it is drawn: `draw` should wait for `readerTook` after each page, so that one that is full is on its
 * way before the next begins. Rejects where drawing fails or the reader is gone; a half file is never ended as a whole one.
 */
export async function streamPdf(out: Writable, pdf: Canvas, draw: () => Promise<void>): Promise<void> {
  const sent = pipeline(pdf, out);
  // Handled below; a reader who leaves in between must not be an unhandled rejection.
  sent.catch(() => undefined);
  try {
    await draw();
    pdf.end();
  } catch (error) {
    pdf.destroy(error instanceof Error ? error : new Error('The document could not be made'));
  }
  await sent;
}

/** Lets other requests have their turn, and waits until the reader has taken what was written, or is gone. */
export async function readerTook(out: Writable): Promise<void> {
  await nextTurn();
  if (!out.writableNeedDrain || out.destroyed) return;
  const stop = new AbortController();
  const { signal } = stop;
  const event = (name: string) => once(out, name, { signal }).catch(() => undefined);
  await Promise.race([event('drain'), event('close')]);
  stop.abort();
}
