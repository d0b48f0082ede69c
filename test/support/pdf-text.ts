import { inflateSync } from 'node:zlib';

export interface PdfText {
  pages: number;
  title: string;
  /** The pieces of text of all pages, in the order they were written. */
  lines: string[];
}

/**
 * Reads a PDF of pdfkit as far as a test needs it: its content streams, whose texts stand as hexadecimal codes of
 * Windows code page 1252 between kerning numbers.
 */
export function pdfText(bytes: Buffer): PdfText {
  const raw = bytes.toString('latin1');
  if (!raw.startsWith('%PDF-')) throw new Error('This is no PDF');
  if (!raw.trimEnd().endsWith('%%EOF')) throw new Error('The PDF has no end');
  const lines: string[] = [];
  for (const match of raw.matchAll(/\/Filter \/FlateDecode\s*>>\s*stream\n/g)) {
    const start = match.index + match[0].length;
    const end = raw.indexOf('\nendstream', start);
    const content = inflateSync(bytes.subarray(start, end)).toString('latin1');
    for (const [, shown = ''] of content.matchAll(/\[([^\]]*)\] TJ/g)) lines.push(decoded(shown));
  }
  const pages = raw.match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;
  const [, place = ''] = /\/Title (\d+) 0 R/.exec(raw) ?? [];
  const title = new RegExp(`\\n${place} 0 obj\\n\\(([^)]*)\\)`).exec(raw)?.[1] ?? '';
  return { pages, title, lines };
}

const decoder = new TextDecoder('windows-1252');

function decoded(shown: string): string {
  const codes = [...shown.matchAll(/<([0-9a-fA-F]+)>/g)].map(([, code]) => code).join('');
  return decoder.decode(Buffer.from(codes, 'hex'));
}
