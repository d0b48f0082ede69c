import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openPieces, sealPieces } from '#platform/vault/sealed-stream.ts';

const key = randomBytes(32);
const bound = 'files/one/content';
const header = 43;
const piece = 64 * 1024 + 16;
async function* inPieces(bytes: Buffer, size = 10_000) {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}
const seal = async (bytes: Buffer, place = bound) =>
  Buffer.concat(await Array.fromAsync(sealPieces(inPieces(bytes), { key, bound: place })));
const open = async (bytes: Buffer, with_: { key: Buffer; bound: string } = { key, bound }) =>
  Buffer.concat(await Array.fromAsync(openPieces(inPieces(bytes, 7_001), with_)));
const pieces = (sealed: Buffer) =>
  Array.from({ length: Math.ceil((sealed.length - header) / piece) }, (_, n) =>
    sealed.subarray(header + n * piece, header + (n + 1) * piece),
  );

describe('a sealed stream', () => {
  it.each([0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_000])('of %i bytes opens as it was', async (size) => {
    const content = randomBytes(size);
    const sealed = await seal(content);
    expect((await open(sealed)).equals(content)).toBe(true);
    expect(sealed.length).toBe(header + size + 16 * Math.max(1, Math.ceil(size / 65_536)));
  });

  it('does not open under another key, at another place, or with any bit changed', async () => {
    const sealed = await seal(randomBytes(100_000));
    await expect(open(sealed, { key: randomBytes(32), bound })).rejects.toThrow();
    await expect(open(sealed, { key, bound: 'files/two/content' })).rejects.toThrow();
    for (const at of [0, 5, 40, header, header + 70_000, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(open(changed), `byte ${at}`).rejects.toThrow();
    }
  });

  it('does not open cut short, with a piece left out, twice, or in another order', async () => {
    const sealed = await seal(randomBytes(3 * 65_536));
    const [first, second, third] = pieces(sealed) as [Buffer, Buffer, Buffer];
    const head = sealed.subarray(0, header);
    const again = (...parts: Buffer[]) => open(Buffer.concat([head, ...parts]));
    expect(await again(first, second, third)).toHaveLength(3 * 65_536);
    const wrong = [
      [first, second],
      [first, third],
      [second, first, third],
      [first, second, third, third],
      [first, first, second, third],
      [third],
      [],
    ];
    for (const parts of wrong) await expect(again(...parts)).rejects.toThrow();
    await expect(open(sealed.subarray(0, 20))).rejects.toThrow();
    await expect(open(Buffer.alloc(0))).rejects.toThrow();
  });

  it('does not take a piece of another stream under the same key and place', async () => {
    const [one, other] = [await seal(Buffer.alloc(150_000, 1)), await seal(Buffer.alloc(150_000, 2))];
    const [, , last] = pieces(one);
    const [first, second] = pieces(other);
    const mixed = Buffer.concat([other.subarray(0, header), first ?? head0, second ?? head0, last ?? head0]);
    await expect(open(mixed)).rejects.toThrow();
  });
});

const head0 = Buffer.alloc(0);
