import { FileRefused } from './refusal.ts';

/** A stream that is read by need; holds no more than what was asked for and one chunk. */
export interface ByteReader {
  /** Up to `count` of the next bytes, which stay to be read. */
  peek(count: number): Promise<Buffer>;
  /** Exactly the next `count` bytes; a file that ends before is damaged. */
  take(count: number): Promise<Buffer>;
  /** The next `count` bytes as they come in. */
  pieces(count: number): AsyncGenerator<Buffer>;
  /** Whatever is at hand; undefined at the end. */
  some(): Promise<Buffer | undefined>;
  /** Puts back what was read last. */
  unread(bytes: Buffer): void;
  /** Lets go of the stream, wherever it stands. */
  close(): Promise<void>;
}

export function createByteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const chunks = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const more = () => nextChunk(chunks);
  const fill = async (count: number): Promise<void> => {
    if (held.length < count) held = await filled(held, { count, more });
  };
  const cut = (count: number): Buffer => {
    const taken = held.subarray(0, count);
    held = held.subarray(count);
    return taken;
  };
  const some = async (): Promise<Buffer | undefined> => {
    if (held.length === 0) return more();
    return cut(held.length);
  };
  return {
    some,
    peek: async (count) => {
      await fill(count);
      return held.subarray(0, count);
    },
    take: async (count) => {
      await fill(count);
      if (held.length < count) throw new FileRefused('damaged');
      return cut(count);
    },
    pieces: async function* (count) {
      for (let left = count; left > 0;) {
        const bytes = await some();
        if (!bytes) throw new FileRefused('damaged');
        if (bytes.length > left) held = bytes.subarray(left);
        const piece = bytes.subarray(0, left);
        left -= piece.length;
        yield piece;
      }
    },
    close: async () => {
      await chunks.return?.();
    },
    unread: (bytes) => {
      held = held.length === 0 ? bytes : Buffer.concat([bytes, held]);
    },
  };
}

async function nextChunk(chunks: AsyncIterator<Uint8Array>): Promise<Buffer | undefined> {
  for (;;) {
    const next = await chunks.next();
    if (next.done) return undefined;
    const { buffer, byteOffset, byteLength } = next.value;
    if (byteLength > 0) return Buffer.from(buffer, byteOffset, byteLength);
  }
}

async function filled(held: Buffer, to: { count: number; more: () => Promise<Buffer | undefined> }): Promise<Buffer> {
  const parts = [held];
  for (let length = held.length; length < to.count;) {
    const chunk = await to.more();
    if (!chunk) break;
    parts.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(parts);
}
