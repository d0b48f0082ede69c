import { decoration, drawn, room, type PaperState } from './paper-drawing.ts';
import { heightOf, ink, rule, sheet, write, writeWrapped } from './pen.ts';
import { drawTable, type PaperTable } from './paper-table.ts';

export interface PaperFact {
  label: string;
  value: string;
  total?: boolean;
}

/** What a document is made of, in the order it is read. */
export type Block =
  | { kind: 'heading'; text: string }
  /** A paragraph, with a title above it and a number beside it. */
  | { kind: 'text'; text: string; title?: string; number?: string }
  | { kind: 'facts'; items: readonly PaperFact[] }
  | { kind: 'figures'; items: readonly { label: string; value: string; note?: string }[] }
  | { kind: 'table'; table: PaperTable }
  | { kind: 'page' };

const width = sheet.right - sheet.left;
const numberWidth = 26;
const labelWidth = 176;

/** Draws one block; yields where it goes on on a new page, which whoever draws it begins. */
export function* drawBlock(state: PaperState, block: Block): Generator<undefined> {
  switch (block.kind) {
    case 'heading':
      yield* room(state, 60);
      state.y += 6;
      drawHeading(state, block.text);
      return;
    case 'text':
      yield* drawText(state, block);
      return;
    case 'facts':
      for (const fact of block.items) yield* drawFact(state, fact);
      state.y += 6;
      return;
    case 'figures':
      yield* room(state, 60);
      drawFigures(state, block.items);
      return;
    case 'table':
      yield* drawTable(state, block.table);
      return;
    case 'page':
      yield;
  }
}

function drawHeading(state: PaperState, text: string): void {
  const { canvas, y } = state;
  const draw = () => {
    write(canvas, text, { x: sheet.left, y, size: 12, bold: 'bold', color: ink.navy });
  };
  drawn(state, 'H2', draw);
  state.y += 18;
}

function* drawText(state: PaperState, block: Extract<Block, { kind: 'text' }>): Generator<undefined> {
  const { canvas } = state;
  const { text, title, number } = block;
  const x = sheet.left + (number === undefined ? 0 : numberWidth);
  const style = { size: 9.5, width: sheet.right - x };
  const titleHeight = title === undefined ? 0 : 14;
  const height = titleHeight + heightOf(canvas, text, style);
  yield* room(state, height);
  const { y } = state;
  drawn(state, 'P', () => {
    if (number !== undefined) write(canvas, number, { x: sheet.left, y, size: 9.5, bold: 'bold' });
    if (title !== undefined) write(canvas, title, { x, y, size: 9.5, bold: 'bold', width: style.width });
    writeWrapped(canvas, text, { ...style, x, y: y + titleHeight });
  });
  state.y += height + 7;
}

function* drawFact(state: PaperState, { label, value, total }: PaperFact): Generator<undefined> {
  const { canvas } = state;
  const bold = total ? ('bold' as const) : undefined;
  const style = { size: 9, bold, width: width - labelWidth };
  const height = Math.max(11, heightOf(canvas, value, style));
  yield* room(state, height + 5);
  const { y } = state;
  const draw = () => {
    write(canvas, label, { x: sheet.left, y, size: 9, bold, color: ink.muted, width: labelWidth - 8 });
    writeWrapped(canvas, value, { ...style, x: sheet.left + labelWidth, y });
  };
  drawn(state, 'P', draw);
  state.y += height + 5;
  decoration(state, () => {
    rule(canvas, state.y - 3.5, ink.line);
  });
}

function drawFigures(state: PaperState, items: readonly { label: string; value: string; note?: string }[]): void {
  const { canvas, y } = state;
  const each = width / items.length;
  decoration(state, () => {
    canvas.rect(sheet.left, y, width, 50).lineWidth(0.75).stroke(ink.line);
  });
  for (const [index, { label, value, note }] of items.entries()) {
    const x = sheet.left + index * each + 9;
    const inside = each - 14;
    const draw = () => {
      write(canvas, label, { x, y: y + 7, size: 8, color: ink.muted, width: inside });
      write(canvas, value, { x, y: y + 19, size: 12, bold: 'bold', width: inside });
      if (note !== undefined) write(canvas, note, { x, y: y + 36, size: 7.5, color: ink.muted, width: inside });
    };
    drawn(state, 'P', draw);
  }
  state.y += 62;
}
