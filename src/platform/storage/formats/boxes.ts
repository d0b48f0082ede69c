import { FileRefused } from './refusal.ts';

/** A box of the ISO base media file format (ISO/IEC 14496-12): `from` where its content begins, `to` where it ends. */
export interface Box {
  type: string;
  at: number;
  from: number;
  to: number;
}

/** The boxes that lie in a part of a buffer, one after the other; a box that ends outside is damaged. */
export function boxesIn(bytes: Buffer, { from, to }: { from: number; to: number }): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at < to;) {
    if (at + 8 > to) throw new FileRefused('damaged');
    const size = bytes.readUInt32BE(at);
    // Inside another box nothing is larger than 4 GB, and nothing runs on to the end of the file.
    if (size < 8 || at + size > to || boxes.length > 20_000) throw new FileRefused('damaged');
    boxes.push({ type: bytes.toString('latin1', at + 4, at + 8), at, from: at + 8, to: at + size });
    at += size;
  }
  return boxes;
}

/** Makes a box say nothing: its place and size stay, since others are found by them. */
export function blankBox(bytes: Buffer, box: Box): void {
  bytes.write('free', box.at + 4, 'latin1');
  bytes.fill(0, box.from, box.to);
}

/** Reads numbers of a full box in order; past its end the file is damaged. */
export function numbersOf(bytes: Buffer, { from, to }: { from: number; to: number }) {
  let at = from;
  return {
    /** Of 0, 1, 2, 4 or 8 bytes; one of none is 0. */
    next: (size: number): number => {
      if (size === 0) return 0;
      if (at + size > to || ![1, 2, 4, 8].includes(size)) throw new FileRefused('damaged');
      const value = size === 8 ? Number(bytes.readBigUInt64BE(at)) : bytes.readUIntBE(at, size);
      if (!Number.isSafeInteger(value)) throw new FileRefused('damaged');
      at += size;
      return value;
    },
    at: () => at,
  };
}
