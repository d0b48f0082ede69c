import type { Writable } from 'node:stream';
import { drawBlock, type Block } from './paper-blocks.ts';
import { drawn, type PaperState } from './paper-drawing.ts';
import { ink, sheet, write, writeRight } from './pen.ts';
import { newPdf, readerTook, streamPdf, type PdfFacts } from './pdf-stream.ts';

/** A document of text and tables on A4: what it is, what stands in it, and what every page of it says. */
export interface Paper extends PdfFacts {
  /** Under the title of the first page, and at the head of the others. */
  about: string;
  /** At the foot of every page, such as `Made on 3 March 2026, 09:12`. */
  foot: string;
  blocks: readonly Block[];
}

/**
 * Writes a document as a tagged PDF, page by page. It is laid out twice, as every page says how many there are and the
 * first is sent before the last is drawn.
 */
export async function writePaper(out: Writable, paper: Paper): Promise<void> {
  const pages = pagesOf(paper);
  const pdf = newPdf(paper, 'tagged');
  const root = pdf.struct('Document');
  pdf.addStructure(root);
  await streamPdf(out, pdf, async () => {
    for (const _page of layOut({ canvas: pdf, root, y: 0 }, paper, pages)) {
      if (out.destroyed) return;
      await readerTook(out);
    }
    root.end();
  });
}

function pagesOf(paper: Paper): number {
  const trial = newPdf(paper, 'plain');
  // Lengths of text are measured on a page.
  trial.addPage();
  const state: PaperState = { canvas: trial, root: undefined, y: 0 };
  return [...layOut(state, paper, 0)].length;
}

/** Yields at the end of every page. */
function* layOut(state: PaperState, paper: Paper, pages: number): Generator<number> {
  let page = 1;
  firstPage(state, { paper, pages });
  for (const block of paper.blocks) {
    // A block says when it needs another page, which is not its to draw.
    for (const _break of drawBlock(state, block)) {
      yield page;
      page += 1;
      otherPage(state, { paper, page, pages });
    }
  }
  yield page;
}

function firstPage(state: PaperState, { paper, pages }: { paper: Paper; pages: number }): void {
  const { canvas } = state;
  frame(state, { paper, page: 1, pages });
  const title = () => {
    write(canvas, paper.title, { x: sheet.left, y: 70, size: 18, bold: 'bold', color: ink.navy });
  };
  const about = () => {
    write(canvas, paper.about, { x: sheet.left, y: 94, size: 10, color: ink.muted, width: sheet.right - sheet.left });
  };
  drawn(state, 'H1', title);
  drawn(state, 'P', about);
  state.y = 120;
}

function otherPage(state: PaperState, place: { paper: Paper; page: number; pages: number }): void {
  frame(state, place);
  state.y = 82;
}

/** What stands on every page is no part of the text: a screen reader passes it over. */
function frame({ canvas, root }: PaperState, place: { paper: Paper; page: number; pages: number }): void {
  if (!root) return;
  const { paper, page, pages } = place;
  canvas.addPage({ size: 'A4', margin: 0 });
  canvas.markContent('Artifact', { type: 'Pagination' });
  canvas.rect(0, 0, sheet.width, 6).fill(ink.teal);
  write(canvas, 'CloudBank', { x: sheet.left, y: 34, size: 16, bold: 'bold', color: ink.navy });
  if (page > 1) writeRight(canvas, `${paper.title}. ${paper.about}`, { ...head, color: ink.muted });
  write(canvas, paper.foot, { x: sheet.left, y: sheet.foot, size: 8, color: ink.muted });
  writeRight(canvas, `Page ${page} of ${pages}`, { right: sheet.right, y: sheet.foot, size: 8, color: ink.muted });
  canvas.endMarkedContent();
}

const head = { right: sheet.right, y: 40, size: 8 };
