import type { ByteReader } from './byte-reader.ts';
import { createNameWatch } from './pdf-names.ts';
import { createStreamWatch } from './pdf-streams.ts';
import { FileRefused } from './refusal.ts';
import { createTail, endsAsArchive } from './tail.ts';

const header = /^%PDF-[12]\.\d/;
const page = /<(html|script|!doctype|svg|\?php)/i;
const headBytes = 1_024;
const endMark = '%%EOF';

/**
 * A PDF, byte for byte as it came: refused where it is another file as well, runs programs, carries files or needs a
 * password. Its own notes (author, program) stay, since it cannot be changed without being written anew.
 */
export async function* cleanPdf(reader: ByteReader): AsyncGenerator<Buffer> {
  const head = (await reader.peek(headBytes)).toString('latin1');
  if (!header.test(head)) throw new FileRefused('damaged');
  if (page.test(head)) throw new FileRefused('two-in-one');
  const names = createNameWatch();
  const streams = createStreamWatch();
  const tail = createTail();
  for (let bytes = await reader.some(); bytes; bytes = await reader.some()) {
    names(bytes);
    await streams(bytes);
    tail.add(bytes);
    yield bytes;
  }
  judgeEnd(tail.bytes());
}

function judgeEnd(tail: Buffer): void {
  const at = tail.lastIndexOf(endMark);
  if (at === -1) throw new FileRefused('damaged');
  const behind = tail.subarray(at + endMark.length);
  if (behind.some((byte) => ![0, 9, 10, 12, 13, 26, 32].includes(byte))) throw new FileRefused('two-in-one');
  if (endsAsArchive(tail)) throw new FileRefused('two-in-one');
}
