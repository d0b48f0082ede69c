/** A ZIP archive is found from its end: a record of 22 bytes and a comment of up to 65,535 (APPNOTE 4.3.16). */
const recordBytes = 22;
const mostBytes = recordBytes + 65_535;
const record = Buffer.from('PK\x05\x06', 'latin1');

/** The last bytes of what passes by. */
export function createTail(): { add(bytes: Buffer): void; bytes(): Buffer } {
  let kept: Buffer = Buffer.alloc(0);
  return {
    add: (bytes) => {
      const joined = bytes.length >= mostBytes ? bytes : Buffer.concat([kept, bytes]);
      kept = Buffer.from(joined.subarray(-mostBytes));
    },
    bytes: () => kept,
  };
}

/** Whether a program that reads archives would take this for one, whatever stands before (GIFAR, 2008). */
export function endsAsArchive(tail: Buffer): boolean {
  for (let at = tail.lastIndexOf(record); at !== -1; at = at === 0 ? -1 : tail.lastIndexOf(record, at - 1)) {
    if (at + recordBytes <= tail.length && tail.readUInt16LE(at + 20) === tail.length - at - recordBytes) return true;
  }
  return false;
}
