import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/*
 * Big content in pieces of 64 KiB, each sealed by AES-256-GCM under a key of this content alone: HKDF of the data key, a
 * random salt and the place. The nonce of a piece is its number and whether it is the last one (the STREAM construction:
 * Hoang, Reyhanitabar, Rogaway, Vizár 2015), so that a piece left out, moved, or taken from another content does not
 * open, and neither does content that ends early.
 */
const pieceBytes = 64 * 1024;
const tagBytes = 16;
const saltBytes = 32;
const prefixBytes = 7;
const mark = Buffer.from('CBS1');
const headerBytes = mark.length + saltBytes + prefixBytes;

export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

interface Sealing {
  key: Buffer;
  prefix: Buffer;
  bound: Buffer;
}

/** The sealed bytes of a content, as it comes in; holds one piece at a time. `key` is a data key, `bound` its place. */
export async function* sealPieces(
  content: AsyncIterable<Uint8Array>,
  { key, bound }: { key: Buffer; bound: string },
): AsyncGenerator<Buffer> {
  const salt = randomBytes(saltBytes);
  const prefix = randomBytes(prefixBytes);
  const sealing = sealingOf({ key, salt, prefix, bound });
  yield Buffer.concat([mark, salt, prefix]);
  let number = 0;
  for await (const { piece, last } of inPieces(content, pieceBytes)) {
    yield sealPiece(sealing, { number, last, piece });
    number += 1;
  }
}

/** The content again; throws `SealBroken` at the first piece that is not what was sealed there, or is missing. */
export async function* openPieces(
  sealed: AsyncIterable<Uint8Array>,
  { key, bound }: { key: Buffer; bound: string },
): AsyncGenerator<Buffer> {
  let sealing: Sealing | undefined;
  let number = 0;
  for await (const { piece, last } of inPieces(sealed, pieceBytes + tagBytes, headerBytes)) {
    if (!sealing) {
      if (piece.length !== headerBytes || !piece.subarray(0, mark.length).equals(mark)) throw new SealBroken('header');
      const salt = piece.subarray(mark.length, mark.length + saltBytes);
      sealing = sealingOf({ key, salt, prefix: piece.subarray(mark.length + saltBytes), bound });
      if (last) throw new SealBroken('Nothing follows the header');
      continue;
    }
    yield openPiece(sealing, { number, last, piece });
    number += 1;
  }
  if (!sealing) throw new SealBroken('There is nothing');
}

function sealingOf(parts: { key: Buffer; salt: Buffer; prefix: Buffer; bound: string }): Sealing {
  const bound = Buffer.from(parts.bound);
  return { key: Buffer.from(hkdfSync('sha256', parts.key, parts.salt, bound, 32)), prefix: parts.prefix, bound };
}

function nonceOf({ prefix }: Sealing, { number, last }: { number: number; last: boolean }): Buffer {
  const nonce = Buffer.alloc(12);
  prefix.copy(nonce);
  nonce.writeUInt32BE(number, prefixBytes);
  nonce.writeUInt8(Number(last), prefixBytes + 4);
  return nonce;
}

function sealPiece(sealing: Sealing, at: { number: number; last: boolean; piece: Buffer }): Buffer {
  const cipher = createCipheriv('aes-256-gcm', sealing.key, nonceOf(sealing, at));
  cipher.setAAD(sealing.bound);
  return Buffer.concat([cipher.update(at.piece), cipher.final(), cipher.getAuthTag()]);
}

function openPiece(sealing: Sealing, at: { number: number; last: boolean; piece: Buffer }): Buffer {
  const { piece } = at;
  if (piece.length < tagBytes) throw new SealBroken('A piece is cut');
  const decipher = createDecipheriv('aes-256-gcm', sealing.key, nonceOf(sealing, at), { authTagLength: tagBytes });
  decipher.setAAD(sealing.bound);
  decipher.setAuthTag(piece.subarray(piece.length - tagBytes));
  const text = decipher.update(piece.subarray(0, piece.length - tagBytes));
  try {
    return Buffer.concat([text, decipher.final()]);
  } catch (error) {
    throw new SealBroken(`Piece ${at.number} does not open`, { cause: error });
  }
}

/** Pieces of one size, the last one marked and shorter; at least one, which may be empty. The first may have its own size. */
async function* inPieces(
  content: AsyncIterable<Uint8Array>,
  size: number,
  firstSize: number = size,
): AsyncGenerator<{ piece: Buffer; last: boolean }> {
  let wanted = firstSize;
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of content) {
    held.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    heldBytes += chunk.byteLength;
    if (heldBytes <= wanted) continue;
    let whole = Buffer.concat(held, heldBytes);
    // More than a piece: so that what is held back can still turn out to be the last one.
    while (whole.length > wanted) {
      yield { piece: whole.subarray(0, wanted), last: false };
      whole = whole.subarray(wanted);
      wanted = size;
    }
    held = [whole];
    heldBytes = whole.length;
  }
  yield { piece: Buffer.concat(held, heldBytes), last: true };
}
