import { printable } from './printable.rules.ts';

/** What is drawn with: the part of pdfkit's document that pages need. */
export type Canvas = PDFKit.PDFDocument;

/** A4 in points, with the margins and the foot of every document of ours. */
export const sheet = { width: 595.28, height: 841.89, left: 48, right: 547.28, bottom: 786, foot: 812 };
export const ink = {
  navy: '#1B3A4B',
  teal: '#0D7377',
  text: '#1F2D35',
  muted: '#5A6B75',
  line: '#D9E2E7',
  credit: '#1A7A43',
};

export interface Style {
  size: number;
  bold?: 'bold' | undefined;
  color?: string | undefined;
}

function styled(canvas: Canvas, { size, bold, color = ink.text }: Style): Canvas {
  return canvas
    .font(bold ? 'Helvetica-Bold' : 'Helvetica')
    .fontSize(size)
    .fillColor(color);
}

/** One line from the left; with a width as much of the text as there is room for. */
export function write(canvas: Canvas, text: string, at: Style & { x: number; y: number; width?: number }): void {
  styled(canvas, at);
  const shown = at.width === undefined ? printable(text) : fitted(canvas, printable(text), at.width);
  canvas.text(shown, at.x, at.y, { lineBreak: false });
}

/** One line that ends at the right. */
export function writeRight(canvas: Canvas, text: string, at: Style & { right: number; y: number }): void {
  styled(canvas, at);
  const shown = printable(text);
  canvas.text(shown, at.right - canvas.widthOfString(shown), at.y, { lineBreak: false });
}

/** All of the text, in as many lines as it needs; a line end of its own begins a new one. */
export function writeWrapped(canvas: Canvas, text: string, at: Style & { x: number; y: number; width: number }): void {
  styled(canvas, at).text(printableLines(text), at.x, at.y, { width: at.width, lineGap: 1.5 });
}

/** How high `writeWrapped` draws it, in points. */
export function heightOf(canvas: Canvas, text: string, at: Style & { width: number }): number {
  return styled(canvas, at).heightOfString(printableLines(text), { width: at.width, lineGap: 1.5 });
}

export function rule(canvas: Canvas, y: number, color: string): void {
  canvas.moveTo(sheet.left, y).lineTo(sheet.right, y).lineWidth(0.5).stroke(color);
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function fitted(canvas: Canvas, text: string, width: number): string {
  if (canvas.widthOfString(text) <= width) return text;
  let shown = text.slice(0, 120);
  while (shown !== '' && canvas.widthOfString(`${shown}…`) > width) shown = shown.slice(0, -1);
  return `${shown.trimEnd()}…`;
}
