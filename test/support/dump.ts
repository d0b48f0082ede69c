import type { Db } from 'mongodb';
import { BSON } from 'mongodb';

/** One document as text, with everything in it that could be an encoding of text decoded beside it. */
export interface DumpedDocument {
  collection: string;
  id: string;
  text: string;
}

/** Every document of every collection, one after the other, so that a large database fits. */
export async function* databaseText(db: Db): AsyncGenerator<DumpedDocument> {
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  for (const { name } of collections.filter((one) => !one.name.startsWith('system.'))) {
    for await (const document of db.collection(name).find({}, { promoteBuffers: false })) {
      const plain = BSON.EJSON.stringify(document, { relaxed: true });
      yield { collection: name, id: String(document._id), text: [plain, ...decodings(plain)].join('\n') };
    }
  }
}

/** Where the values stand in the database, in any case of letters; `collection/id: value` of each. */
export async function whereStored(db: Db, values: readonly string[]): Promise<string[]> {
  const wanted = values.filter((value) => value !== '').map((value) => value.toLowerCase());
  const found: string[] = [];
  for await (const { collection, id, text } of databaseText(db)) {
    const lower = text.toLowerCase();
    found.push(...wanted.filter((value) => lower.includes(value)).map((value) => `${collection}/${id}: ${value}`));
  }
  return found;
}

/** What the base64, base64url and hexadecimal runs in a text say. */
function decodings(text: string): string[] {
  const base64 = text.match(/[A-Za-z0-9+/_-]{8,}={0,2}/g) ?? [];
  const hex = text.match(/(?:[0-9a-f]{2}){4,}/gi) ?? [];
  return [
    ...base64.map((run) => Buffer.from(run, 'base64').toString()),
    ...hex.map((run) => Buffer.from(run, 'hex').toString()),
  ];
}
