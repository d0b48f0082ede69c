import { promisify } from 'node:util';
import { constants, inflate } from 'node:zlib';
import { createNameWatch } from './pdf-names.ts';
import { FileRefused } from './refusal.ts';

const inflated = promisify(inflate);
/** Objects are packed by the hundred; what is larger than this is a picture or a font. */
const most = { packedBytes: 512 * 1024, textBytes: 4 * 1024 * 1024, streams: 20_000, dictionaryBytes: 2_048 };
const opens = /(?<!end)stream\r?\n/;
const closes = 'endstream';

interface Inside {
  packedObjects: boolean;
  deflated: boolean;
  parts: Buffer[];
  bytes: number;
}

/**
 * Looks into the compressed streams of a PDF, where programs and other files like to hide (object streams, 7.5.7). The
 * file passes by in pieces; each stream is unpacked by itself, within limits.
 */
export function createStreamWatch(): (bytes: Buffer) => Promise<void> {
  let outside = '';
  let inside: Inside | undefined;
  let streams = 0;

  const enter = (text: string, at: number, from: number): Buffer => {
    const dictionary =
      text
        .slice(Math.max(0, at - most.dictionaryBytes), at)
        .split(/\bobj\b/)
        .at(-1) ?? '';
    const packedObjects = /\/ObjStm\b/.test(dictionary);
    const deflated = /\/(FlateDecode|Fl)\b/.test(dictionary);
    // Packed in a way that we do not look through, or more than anybody's document has.
    streams += 1;
    if ((packedObjects && /\/(ASCII|LZW|RunLength|Crypt)/.test(dictionary)) || streams > most.streams)
      throw new FileRefused('damaged');
    inside = { packedObjects, deflated, parts: [], bytes: 0 };
    outside = '';
    return Buffer.from(text.slice(from), 'latin1');
  };

  return async (bytes) => {
    for (let rest = bytes; rest.length > 0;) {
      if (inside) {
        const end = rest.indexOf(closes);
        gather(inside, end === -1 ? rest : rest.subarray(0, end));
        if (end === -1) return;
        await judge(inside);
        inside = undefined;
        rest = rest.subarray(end + closes.length);
        continue;
      }
      const text = outside + rest.toString('latin1');
      const found = opens.exec(text);
      if (!found) {
        outside = text.slice(-most.dictionaryBytes);
        return;
      }
      rest = enter(text, found.index, found.index + found[0].length);
    }
  };
}

function gather(inside: Inside, bytes: Buffer): void {
  inside.bytes += bytes.length;
  if (inside.deflated && inside.bytes <= most.packedBytes) inside.parts.push(Buffer.from(bytes));
  else inside.parts = [];
}

async function judge(inside: Inside): Promise<void> {
  const { packedObjects, deflated, parts } = inside;
  if (inside.bytes > most.packedBytes) {
    if (packedObjects) throw new FileRefused('damaged');
    return;
  }
  const watch = createNameWatch();
  if (!deflated) return;
  try {
    const options = { maxOutputLength: most.textBytes, finishFlush: constants.Z_SYNC_FLUSH };
    const text = await inflated(Buffer.concat(parts), options);
    watch(Buffer.concat([text, Buffer.from('\n')]));
  } catch (error) {
    // A picture may unpack to more, or be damaged; packed objects may not.
    if (error instanceof FileRefused || packedObjects) throw refusalOf(error);
  }
}

function refusalOf(error: unknown): FileRefused {
  return error instanceof FileRefused ? error : new FileRefused('damaged');
}
