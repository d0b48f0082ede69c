import type { ByteReader } from './byte-reader.ts';
import { blankOutside, cleanMeta, type Range } from './heic-items.ts';
import { FileRefused } from './refusal.ts';

const brands: readonly string[] = ['heic', 'heix', 'heim', 'heis', 'mif1', 'mif2', 'miaf'];
const mostMetaBytes = 1024 * 1024;
const mostFileTypeBytes = 4_096;
const copied = (bytes: Buffer) => Buffer.from(bytes);

/**
 * A HEIC (ISO/IEC 23008-12) in which everything that is no picture is blank: Exif and XMP items, notes of programs, films
 * beside the picture. Nothing is moved, since pictures are found by their place in the file. Which side is up is a
 * property of the picture itself, and stays.
 */
export async function* cleanHeic(reader: ByteReader): AsyncGenerator<Buffer> {
  let at = 0;
  let pictures: Range[] | undefined;
  let data = false;
  for (;;) {
    const head = await reader.peek(16);
    if (head.length === 0) break;
    const { type, size, headBytes } = boxHead(head, at);
    if (type === 'meta') {
      if (pictures || size > mostMetaBytes || size < 12) throw new FileRefused('damaged');
      const meta = copied(await reader.take(size));
      pictures = cleanMeta(meta);
      yield meta;
    } else if (type === 'ftyp') {
      yield await fileType(reader, { at, size });
    } else {
      const isData = type === 'mdat';
      // The places of pictures are needed before the bytes pass; cameras write them first.
      if (isData && !pictures) throw new FileRefused('damaged');
      data ||= isData;
      const ranges = isData && pictures ? pictures : [];
      yield blankedHead(await reader.take(headBytes), isData ? 'mdat' : 'free');
      yield* blanked(reader, { at: at + headBytes, count: size - headBytes, ranges });
    }
    at += size;
  }
  if (!pictures || (!data && pictures.length > 0)) throw new FileRefused('damaged');
}

function boxHead(head: Buffer, at: number): { type: string; size: number; headBytes: number } {
  if (head.length < 8) throw new FileRefused('two-in-one');
  const type = head.toString('latin1', 4, 8);
  if (at === 0 && type !== 'ftyp') throw new FileRefused('damaged');
  const short = head.readUInt32BE();
  if (short !== 1) {
    // What runs on to the end of the file could hide another one behind it.
    if (short < 8) throw new FileRefused('damaged');
    return { type, size: short, headBytes: 8 };
  }
  if (head.length < 16) throw new FileRefused('damaged');
  const size = Number(head.readBigUInt64BE(8));
  if (!Number.isSafeInteger(size) || size < 16) throw new FileRefused('damaged');
  return { type, size, headBytes: 16 };
}

async function fileType(reader: ByteReader, { at, size }: { at: number; size: number }): Promise<Buffer> {
  if (at !== 0 || size > mostFileTypeBytes || size < 16 || size % 4 !== 0) throw new FileRefused('damaged');
  const box = await reader.take(size);
  const named = Array.from({ length: (size - 8) / 4 }, (_, n) => box.toString('latin1', 8 + n * 4, 12 + n * 4));
  // The second word is a version, not a brand.
  if (!named.some((brand, n) => n !== 1 && brands.includes(brand))) throw new FileRefused('damaged');
  return box;
}

function blankedHead(head: Buffer, type: string): Buffer {
  const changed = copied(head);
  changed.write(type, 4, 'latin1');
  return changed;
}

async function* blanked(
  reader: ByteReader,
  part: { at: number; count: number; ranges: readonly Range[] },
): AsyncGenerator<Buffer> {
  let at = part.at;
  for await (const piece of reader.pieces(part.count)) {
    const own = copied(piece);
    blankOutside(own, { at, ranges: part.ranges });
    yield own;
    at += own.length;
  }
}
