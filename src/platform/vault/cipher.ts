import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D); `bound` is authenticated with the text. */
export function encrypt(key: Buffer, text: Buffer, bound: string): { nonce: Buffer; tag: Buffer; text: Buffer } {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(bound));
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return { nonce, tag: cipher.getAuthTag(), text: sealed };
}

/** Throws where the key, the place or a single bit of the text is not what it was. */
export function decrypt(key: Buffer, sealed: { nonce: Buffer; tag: Buffer; text: Buffer }, bound: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.nonce, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(bound));
  decipher.setAuthTag(sealed.tag);
  return Buffer.concat([decipher.update(sealed.text), decipher.final()]);
}

/** One buffer of nonce, tag and text: how a wrapped key is kept. */
export function pack(sealed: { nonce: Buffer; tag: Buffer; text: Buffer }): Buffer {
  return Buffer.concat([sealed.nonce, sealed.tag, sealed.text]);
}

export function unpack(packed: Buffer): { nonce: Buffer; tag: Buffer; text: Buffer } {
  return { nonce: packed.subarray(0, 12), tag: packed.subarray(12, 28), text: packed.subarray(28) };
}
