import { fileTypeFromBuffer } from 'file-type';
import { createByteReader, type ByteReader } from './byte-reader.ts';
import { cleanHeic } from './heic.ts';
import { cleanJpeg } from './jpeg.ts';
import { cleanPdf } from './pdf.ts';
import { cleanPng } from './png.ts';
import { FileRefused } from './refusal.ts';

export const fileKinds = ['pdf', 'jpeg', 'png', 'heic'] as const;
export type FileKind = (typeof fileKinds)[number];

interface Format {
  extensions: readonly string[];
  /** What browsers call it; those that do not know HEIC say nothing, or that it is bytes. */
  types: readonly string[];
  /** What it is called when it is given out. */
  type: string;
  /** Bytes at the very beginning. */
  begins: (head: Buffer) => boolean;
  clean: (reader: ByteReader) => AsyncGenerator<Buffer>;
}

const startsWith = (text: string) => (head: Buffer) =>
  head.subarray(0, text.length).equals(Buffer.from(text, 'latin1'));
const unknownType = 'application/octet-stream';

export const formats: Readonly<Record<FileKind, Format>> = {
  pdf: {
    extensions: ['pdf'],
    types: ['application/pdf'],
    type: 'application/pdf',
    begins: startsWith('%PDF-'),
    clean: cleanPdf,
  },
  jpeg: {
    extensions: ['jpg', 'jpeg'],
    types: ['image/jpeg'],
    type: 'image/jpeg',
    begins: startsWith('\xff\xd8\xff'),
    clean: cleanJpeg,
  },
  png: {
    extensions: ['png'],
    types: ['image/png'],
    type: 'image/png',
    begins: startsWith('\x89PNG\r\n\x1a\n'),
    clean: cleanPng,
  },
  heic: {
    extensions: ['heic', 'heif'],
    types: ['image/heic', 'image/heif', unknownType],
    type: 'image/heic',
    begins: (head) => head.toString('latin1', 4, 8) === 'ftyp',
    clean: cleanHeic,
  },
};
const recognised: Readonly<Record<FileKind, readonly string[]>> = {
  pdf: ['application/pdf'],
  jpeg: ['image/jpeg'],
  png: ['image/png', 'image/apng'],
  heic: ['image/heic', 'image/heif'],
};
const headBytes = 4_100;

export interface DeclaredFile {
  /** As the browser gave it. */
  name: string;
  type: string;
}

/** What a file is by its name; throws where that is nothing we take, or not what the browser says. */
export function declaredKind({ name, type }: DeclaredFile): FileKind {
  const extension = /\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1]?.toLowerCase();
  const kind = fileKinds.find((one) => extension !== undefined && formats[one].extensions.includes(extension));
  if (kind === undefined) throw new FileRefused('type-not-taken');
  if (!formats[kind].types.includes(type.toLowerCase())) throw new FileRefused('types-disagree');
  return kind;
}

/** The content without what is beside a picture; throws a `FileRefused`, also late, where it is not what it says. */
export async function* cleanedContent(kind: FileKind, source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const reader = createByteReader(source);
  try {
    await judgeHead(kind, await reader.peek(headBytes));
    yield* formats[kind].clean(reader);
  } finally {
    // What is refused in the middle would else hold its stream for ever, and with it the form that it came in.
    await reader.close();
  }
}

async function judgeHead(kind: FileKind, head: Buffer): Promise<void> {
  if (head.length === 0) throw new FileRefused('empty');
  // Ours looks at the first byte, the library at more: a file that either takes for something else is refused.
  if (!formats[kind].begins(head)) throw new FileRefused('types-disagree');
  const found = await fileTypeFromBuffer(head);
  if (!found || !recognised[kind].includes(found.mime)) throw new FileRefused('types-disagree');
}
