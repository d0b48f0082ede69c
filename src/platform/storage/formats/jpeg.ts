import type { ByteReader } from './byte-reader.ts';
import { minimalExif, orientationOf } from './exif-orientation.ts';
import { judgePixels } from './pixels.ts';
import { FileRefused } from './refusal.ts';

const startsWith = (bytes: Buffer, text: string) => bytes.subarray(0, text.length).equals(Buffer.from(text, 'latin1'));
const marker = { start: 0xd8, end: 0xd9, scan: 0xda, app0: 0xe0, app1: 0xe1, app2: 0xe2, app14: 0xee } as const;
/** Frames (SOF0 to SOF15 without DHT, JPG and DAC) say how large the picture is. */
const isFrame = (code: number) => code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code);
/** Tables that the picture cannot do without: DHT, DAC, DQT, DNL, DRI. */
const isTable = (code: number) => [0xc4, 0xcc, 0xdb, 0xdc, 0xdd].includes(code);
const isApplication = (code: number) => code >= 0xe0 && code <= 0xef;
const comment = 0xfe;
/** Inside a scan, FF 00 is a data byte and FF D0 to FF D7 a restart: neither ends it. */
const goesOn = (code: number) => code === 0x00 || (code >= 0xd0 && code <= 0xd7);

interface Seen {
  frame: boolean;
  scan: boolean;
  orientation: boolean;
  /** The file says that more pictures follow it (CIPA DC-007, as telephones write it for depth and brightness). */
  morePictures: boolean;
}

/**
 * A JPEG (ITU-T T.81) without what cameras and programs write beside the picture: Exif with its place and time, XMP,
 * IPTC, thumbnails, comments. The picture's own bytes stay as they are; so do its colours and which side is up.
 */
export async function* cleanJpeg(reader: ByteReader): AsyncGenerator<Buffer> {
  const seen: Seen = { frame: false, scan: false, orientation: false, morePictures: false };
  yield await reader.take(2);
  for (;;) {
    const code = await nextMarker(reader);
    if (code === marker.end) break;
    const length = (await reader.take(2)).readUInt16BE();
    if (length < 2) throw new FileRefused('damaged');
    const body = await reader.take(length - 2);
    const kept = keptSegment({ code, body, seen });
    if (kept) yield segment(code, kept);
    if (code !== marker.scan) continue;
    seen.scan = true;
    yield* scanData(reader);
  }
  if (!seen.frame || !seen.scan) throw new FileRefused('damaged');
  yield Buffer.from([0xff, marker.end]);
  await judgeRest(reader, seen);
}

async function nextMarker(reader: ByteReader): Promise<number> {
  if ((await reader.take(1))[0] !== 0xff) throw new FileRefused('damaged');
  for (;;) {
    const [code = 0xff] = await reader.take(1);
    // Any number of FF may fill up before a marker.
    if (code !== 0xff) return code;
  }
}

function segment(code: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, code, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** What is kept of a segment; undefined where it is none of the picture. */
function keptSegment({ code, body, seen }: { code: number; body: Buffer; seen: Seen }): Buffer | undefined {
  if (isFrame(code)) {
    if (body.length < 6) throw new FileRefused('damaged');
    judgePixels({ height: body.readUInt16BE(1), width: body.readUInt16BE(3) });
    seen.frame = true;
    return body;
  }
  if (code === marker.scan || isTable(code)) return body;
  if (isApplication(code)) return keptApplication({ code, body, seen });
  if (code === comment) return undefined;
  throw new FileRefused('damaged');
}

function keptApplication({ code, body, seen }: { code: number; body: Buffer; seen: Seen }): Buffer | undefined {
  if (code === marker.app0 && startsWith(body, 'JFIF\0') && body.length >= 14) {
    // Without its thumbnail, which may show what was cut away from the picture.
    return Buffer.concat([body.subarray(0, 12), Buffer.from([0, 0])]);
  }
  if (code === marker.app1 && startsWith(body, 'Exif\0\0') && !seen.orientation) {
    const orientation = orientationOf(body.subarray(6));
    if (orientation === undefined) return undefined;
    seen.orientation = true;
    return minimalExif(orientation);
  }
  if (code === marker.app2 && startsWith(body, 'MPF\0')) seen.morePictures = true;
  if (code === marker.app2 && startsWith(body, 'ICC_PROFILE\0')) return body;
  return code === marker.app14 && startsWith(body, 'Adobe') ? body.subarray(0, 12) : undefined;
}

/** The compressed picture up to the next marker, which stays to be read. */
async function* scanData(reader: ByteReader): AsyncGenerator<Buffer> {
  for (;;) {
    const bytes = await reader.some();
    if (!bytes) throw new FileRefused('damaged');
    const at = endOfScan(bytes);
    if (at === undefined) {
      yield bytes;
      continue;
    }
    if (at > 0) yield bytes.subarray(0, at);
    reader.unread(bytes.subarray(at));
    const [, code] = await reader.peek(2);
    if (code === undefined) throw new FileRefused('damaged');
    if (!goesOn(code)) return;
    yield await reader.take(2);
  }
}

/** Where a marker begins, or may begin at the last byte. */
function endOfScan(bytes: Buffer): number | undefined {
  for (let at = bytes.indexOf(0xff); at !== -1; at = bytes.indexOf(0xff, at + 2)) {
    const code = bytes[at + 1];
    if (code === undefined || !goesOn(code)) return at;
  }
  return undefined;
}

/**
 * What follows the end of the picture is never kept. Telephones put further pictures or their own notes there, which are
 * cut off in silence; anything else makes two files of one.
 */
async function judgeRest(reader: ByteReader, { morePictures }: Seen): Promise<void> {
  let last = Buffer.alloc(0);
  let blank = true;
  for (let bytes = await reader.some(); bytes; bytes = await reader.some()) {
    blank &&= bytes.every((byte) => byte === 0);
    last = Buffer.concat([last, bytes.subarray(-4)]).subarray(-4);
  }
  const samsung = last.equals(Buffer.from('SEFT'));
  if (!blank && !morePictures && !samsung) throw new FileRefused('two-in-one');
}
