import { decoration, room, type PaperState } from './paper-drawing.ts';
import { heightOf, ink, rule, sheet, write, writeRight, writeWrapped, type Canvas } from './pen.ts';

export interface PaperColumn {
  label: string;
  /** A share of the page's width, against the other columns' shares. */
  share: number;
  align?: 'right';
  /** Text that may need several lines; other cells are cut where there is no room. */
  wrap?: true;
}

export interface PaperTable {
  columns: readonly PaperColumn[];
  rows: readonly (readonly string[])[];
  foot?: readonly string[];
}

interface Placed extends PaperColumn {
  x: number;
  width: number;
}

const size = 8.5;
const gap = 8;

/** A table whose head is repeated on every page it goes on to. */
export function* drawTable(state: PaperState, { columns, rows, foot }: PaperTable): Generator<undefined> {
  const placed = placesOf(columns);
  const { canvas } = state;
  yield* room(state, 60);
  let table = tableOf(state);
  drawRow(state, placed, { table, cells: columns.map(({ label }) => label), as: 'head' });
  const all = [
    ...rows.map((cells) => ({ cells, as: 'row' as const })),
    ...(foot ? [{ cells: foot, as: 'foot' as const }] : []),
  ];
  for (const { cells, as } of all) {
    const height = rowHeight(canvas, placed, cells);
    for (const _break of room(state, height)) {
      table?.end();
      yield;
      table = tableOf(state);
      drawRow(state, placed, { table, cells: columns.map(({ label }) => label), as: 'head' });
    }
    drawRow(state, placed, { table, cells, as });
  }
  table?.end();
  state.y += 8;
}

function tableOf({ canvas, root }: PaperState): PDFKit.PDFStructureElement | undefined {
  if (!root) return undefined;
  const table = canvas.struct('Table');
  root.add(table);
  return table;
}

function placesOf(columns: readonly PaperColumn[]): Placed[] {
  const shares = columns.reduce((sum, { share }) => sum + share, 0);
  const unit = (sheet.right - sheet.left) / shares;
  let x = sheet.left;
  return columns.map((column) => {
    const place = { ...column, x, width: column.share * unit };
    x += place.width;
    return place;
  });
}

function rowHeight(canvas: Canvas, columns: readonly Placed[], cells: readonly string[]): number {
  const heights = columns.map((column, index) =>
    column.wrap ? heightOf(canvas, cells[index] ?? '', { size, width: column.width - gap }) : size + 2,
  );
  return Math.max(...heights) + 6;
}

function drawRow(
  state: PaperState,
  columns: readonly Placed[],
  row: { table: PDFKit.PDFStructureElement | undefined; cells: readonly string[]; as: 'head' | 'row' | 'foot' },
): void {
  const { canvas, y } = state;
  const { table, cells, as } = row;
  const line = table && canvas.struct('TR');
  if (line) table.add(line);
  for (const [index, column] of columns.entries()) {
    const draw = () => {
      drawCell(canvas, column, { text: cells[index] ?? '', y, as });
    };
    line?.add(canvas.struct(as === 'head' ? 'TH' : 'TD', {}, draw));
  }
  line?.end();
  state.y += rowHeight(canvas, columns, cells);
  decoration(state, () => {
    rule(canvas, state.y - 4, as === 'row' ? ink.line : ink.muted);
  });
}

function drawCell(
  canvas: Canvas,
  column: Placed,
  cell: { text: string; y: number; as: 'head' | 'row' | 'foot' },
): void {
  const { text, y, as } = cell;
  const { x, width } = column;
  const style = {
    size,
    y,
    ...(as === 'row' ? {} : { bold: 'bold' as const }),
    ...(as === 'head' ? { color: ink.muted } : {}),
  };
  if (column.align === 'right') writeRight(canvas, text, { ...style, right: x + width });
  else if (column.wrap) writeWrapped(canvas, text, { ...style, x, width: width - gap });
  else write(canvas, text, { ...style, x, width: width - gap });
}

/** A table of a page as one on paper, where every column has the room it needs: numbers are right-aligned there as well. */
export function tableOnPaper(table: {
  columns: readonly { key: string; label: string; kind?: string }[];
  rows: readonly { cells: Record<string, string> }[];
  foot?: { cells: Record<string, string> };
}): PaperTable {
  const { columns, rows, foot } = table;
  const cellsOf = ({ cells }: { cells: Record<string, string> }) => columns.map(({ key }) => cells[key] ?? '');
  return {
    columns: columns.map(({ key, label, kind }) => {
      const share = key === 'n' ? 1 : 2;
      return kind === 'num' ? { label, share, align: 'right' as const } : { label, share };
    }),
    rows: rows.map(cellsOf),
    ...(foot ? { foot: cellsOf(foot) } : {}),
  };
}
