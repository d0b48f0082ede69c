import { createHmac } from 'node:crypto';
import { Fault } from '#core/errors.ts';
import { decrypt, encrypt } from './cipher.ts';
import type { DataKeys } from './data-keys.ts';
import { openPieces, sealPieces } from './sealed-stream.ts';

/** A personal value as it lies in the database; `key` is the party's id. Strings are base64. */
export interface Sealed {
  key: string;
  nonce: string;
  tag: string;
  text: string;
}

/** Where a sealed value stands: bound to it, so that a value moved to another field or document does not open. */
export interface Place {
  collection: string;
  document: string;
}

/** Shown where a party's key was destroyed. */
export const erased = '(erased)';

export type BlindIndexKind =
  'email' | 'phone' | 'tax-id' | 'bank-account' | 'name-token' | 'shown-form' | 'proof-code' | 'limit';

export interface Vault {
  seal(keyId: string, place: Place & { field: string }, text: string): Promise<Sealed>;
  /** The text, or `erased` where the key was destroyed. A value that was tampered with is a fault. */
  open(place: Place & { field: string }, sealed: Sealed): Promise<string>;
  sealAll<F extends string>(keyId: string, place: Place, fields: Record<F, string>): Promise<Record<F, Sealed>>;
  openAll<F extends string>(place: Place, fields: Record<F, Sealed>): Promise<Record<F, string>>;
  /** Big content while it comes in; nothing of it lies open anywhere. */
  sealStream(keyId: string, place: Place, content: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Buffer>>;
  /** The content, or undefined where the key was destroyed. Content that was tampered with ends in a `SealBroken`. */
  openStream(
    keyId: string,
    place: Place,
    sealed: AsyncIterable<Uint8Array>,
  ): Promise<AsyncIterable<Buffer> | undefined>;
  /** Brings the keys of a list into the cache by one query before its rows are opened. */
  warm(keyIds: readonly string[]): Promise<void>;
  /** A keyed hash of the normalised value: equal values meet, nothing can be read from it. */
  blindIndex(kind: BlindIndexKind, value: string): string;
}

/** Normalised so that what a person means as equal is equal. */
const normalisers: Record<BlindIndexKind, (value: string) => string> = {
  email: (value) => value.normalize('NFKC').trim().toLowerCase(),
  phone: (value) => value.replace(/[^\d+]/g, ''),
  'tax-id': (value) => value.toUpperCase().replace(/[^A-Z0-9]/g, ''),
  'bank-account': (value) => value.toUpperCase().replace(/[^A-Z0-9]/g, ''),
  'name-token': (value) => value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim(),
  // What a page showed and a form brings back: every letter counts.
  'shown-form': (value) => value,
  'proof-code': (value) => value,
  limit: (value) => value,
};

export function createVault(options: { keys: Pick<DataKeys, 'find' | 'warm'>; blindIndexKey: string }): Vault {
  const { keys, blindIndexKey } = options;

  const seal: Vault['seal'] = async (keyId, place, text) => {
    const key = await keys.find(keyId);
    if (!key) throw new Fault('internal', 'There is no data key to seal with');
    const sealed = encrypt(key, Buffer.from(text), bound(place));
    return {
      key: keyId,
      nonce: sealed.nonce.toString('base64'),
      tag: sealed.tag.toString('base64'),
      text: sealed.text.toString('base64'),
    };
  };

  const open: Vault['open'] = async (place, sealed) => {
    const key = await keys.find(sealed.key);
    if (!key) return erased;
    const part = (name: 'nonce' | 'tag' | 'text') => Buffer.from(sealed[name], 'base64');
    try {
      return decrypt(key, { nonce: part('nonce'), tag: part('tag'), text: part('text') }, bound(place)).toString();
    } catch (error) {
      throw new Fault('internal', `A sealed value does not open: ${bound(place)}`, { cause: error });
    }
  };

  return {
    seal,
    open,
    sealAll: async (keyId, place, fields) =>
      mapFields(fields, (field, text: string) => seal(keyId, { ...place, field }, text)),
    openAll: async (place, fields) => mapFields(fields, (field, sealed: Sealed) => open({ ...place, field }, sealed)),
    sealStream: async (keyId, place, content) => {
      const key = await keys.find(keyId);
      if (!key) throw new Fault('internal', 'There is no data key to seal with');
      return sealPieces(content, { key, bound: bound({ ...place, field: 'content' }) });
    },
    openStream: async (keyId, place, sealed) => {
      const key = await keys.find(keyId);
      return key && openPieces(sealed, { key, bound: bound({ ...place, field: 'content' }) });
    },
    warm: (keyIds) => keys.warm(keyIds),
    blindIndex: (kind, value) =>
      createHmac('sha256', blindIndexKey)
        .update(`${kind}\0${normalisers[kind](value)}`)
        .digest('base64url'),
  };
}

async function mapFields<F extends string, A, B>(
  fields: Record<F, A>,
  change: (field: F, value: A) => Promise<B>,
): Promise<Record<F, B>> {
  const changed: Partial<Record<F, B>> = {};
  for (const [field, value] of Object.entries(fields) as [F, A][]) changed[field] = await change(field, value);
  return changed as Record<F, B>;
}

function bound(place: Place & { field: string }): string {
  return `${place.collection}/${place.document}/${place.field}`;
}

/** For a Mongoose schema: the shape of a sealed field. */
export const sealedField = {
  key: { type: String, required: true },
  nonce: { type: String, required: true },
  tag: { type: String, required: true },
  text: { type: String, required: true },
  _id: false,
} as const;
