import { crc32 } from 'node:zlib';
import type { ByteReader } from './byte-reader.ts';
import { judgePixels } from './pixels.ts';
import { FileRefused } from './refusal.ts';

/** What draws the picture, its transparency and its colours; text, time, place and animation are left out. */
const kept: readonly string[] = [
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS'],
  ...['gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT', 'bKGD', 'pHYs'],
];
const isName = (type: string) => /^[A-Za-z]{4}$/.test(type);
/** A capital letter says that a picture cannot be shown without this chunk (PNG third edition, 5.4). */
const isCritical = (type: string) => /^[A-Z]/.test(type);
const headerBytes = 13;

/** A PNG without anything beside the picture; every chunk's check sum is verified. */
export async function* cleanPng(reader: ByteReader): AsyncGenerator<Buffer> {
  yield await reader.take(8);
  let seen: 'nothing' | 'header' | 'picture' = 'nothing';
  for (;;) {
    const head = await reader.take(8);
    const type = head.toString('latin1', 4);
    const length = head.readUInt32BE();
    if (!isName(type) || (seen === 'nothing') !== (type === 'IHDR')) throw new FileRefused('damaged');
    if (type === 'IHDR') {
      judgeHeader(length, await reader.peek(headerBytes));
      seen = 'header';
    }
    if (type === 'IDAT') seen = 'picture';
    if (isCritical(type) && !kept.includes(type)) throw new FileRefused('damaged');
    yield* chunk(reader, { head, length, keep: kept.includes(type) ? 'kept' : 'dropped' });
    if (type === 'IEND') break;
  }
  if (seen !== 'picture') throw new FileRefused('damaged');
  if (await reader.some()) throw new FileRefused('two-in-one');
}

function judgeHeader(length: number, body: Buffer): void {
  if (length !== headerBytes || body.length < headerBytes) throw new FileRefused('damaged');
  judgePixels({ width: body.readUInt32BE(0), height: body.readUInt32BE(4) });
}

async function* chunk(
  reader: ByteReader,
  { head, length, keep }: { head: Buffer; length: number; keep: 'kept' | 'dropped' },
): AsyncGenerator<Buffer> {
  let sum = crc32(head.subarray(4));
  if (keep === 'kept') yield head;
  for await (const piece of reader.pieces(length)) {
    sum = crc32(piece, sum);
    if (keep === 'kept') yield piece;
  }
  const said = await reader.take(4);
  if (said.readUInt32BE() !== sum) throw new FileRefused('damaged');
  if (keep === 'kept') yield said;
}
