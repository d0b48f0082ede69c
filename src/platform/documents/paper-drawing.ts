import { sheet, type Canvas } from './pen.ts';

/** Where the drawing is. One object, moved along by the blocks and seen by nobody else. */
export interface PaperState {
  readonly canvas: Canvas;
  /** What all elements of the document hang from; undefined while it is only measured, and nothing is drawn. */
  readonly root: PDFKit.PDFStructureElement | undefined;
  y: number;
}

/** A new page where so much does not fit on this one any more. */
export function* room(state: PaperState, height: number): Generator<undefined> {
  if (state.y + height > sheet.bottom) yield;
}

/** Draws something that is read, as an element of the document. */
export function drawn({ canvas, root }: PaperState, as: 'H1' | 'H2' | 'P', draw: () => void): void {
  root?.add(canvas.struct(as, {}, draw));
}

/** Lines and boxes say nothing to somebody who listens. */
export function decoration({ canvas, root }: PaperState, draw: () => void): void {
  if (!root) return;
  canvas.markContent('Artifact', { type: 'Layout' });
  draw();
  canvas.endMarkedContent();
}
