import type { Database } from '#platform/mongo.ts';
import type { Migration } from '#platform/schema.ts';
import type { Sealed, Vault } from '#platform/vault/vault.ts';
import { conditionPlace, stagePlace } from '../offer/agreed-words.ts';

/** An application of before the officer's words in an offer were sealed. */
interface Old {
  _id: string;
  partyId: string;
  conditions: { id: string; text: unknown }[];
  tranches: { n: number; stage: unknown }[];
}

interface Sealing {
  db: Database['db'];
  /** Undefined where the customer's data were erased: what is left of the words goes as well. */
  seal: ((place: { collection: string; document: string; field: string }, text: string) => Promise<Sealed>) | undefined;
}

/** Seals the words of offers that lie open, and takes those that were quoted out of notices. */
export function wordsMigration(vault: Vault): Migration {
  return {
    id: 'applications-with-sealed-words',
    run: async (database) => {
      const { db } = database;
      const applications = db.collection<Old>('applications');
      const open = { $or: [{ 'conditions.text': { $type: 'string' } }, { 'tranches.stage': { $type: 'string' } }] };
      for await (const application of applications.find(open as never)) {
        const { partyId } = application;
        const known = await db.collection<{ _id: string }>('dataKeys').findOne({ _id: partyId });
        const seal: Sealing['seal'] = known ? (place, text) => vault.seal(partyId, place, text) : undefined;
        await sealWords({ db, seal }, application);
      }
      await unquote(database);
    },
  };
}

async function sealWords({ db, seal }: Sealing, { _id, partyId, conditions, tranches }: Old): Promise<void> {
  const applications = db.collection<Old>('applications');
  const nothing: Sealed = { key: partyId, nonce: '', tag: '', text: '' };
  const sealed = (place: ReturnType<typeof conditionPlace>, text: string) => seal?.(place, text) ?? nothing;
  // Each word by itself, and only as it was read: an instance of before may still be at work.
  for (const { id, text } of conditions) {
    if (typeof text !== 'string') continue;
    const change = { $set: { 'conditions.$[one].text': await sealed(conditionPlace(_id, id), text) } };
    await applications.updateOne({ _id }, change, { arrayFilters: [{ 'one.id': id, 'one.text': text }] });
  }
  for (const { n, stage } of tranches) {
    if (typeof stage !== 'string') continue;
    const kept = stage === '' ? null : await sealed(stagePlace(_id, n), stage);
    const change = { $set: { 'tranches.$[one].stage': kept } };
    await applications.updateOne({ _id }, change, { arrayFilters: [{ 'one.n': n, 'one.stage': stage }] });
  }
}

const quoting = 'A condition of your loan is met';
const instead = 'The page of your offer says which one.';

async function unquote({ db }: Database): Promise<void> {
  await db.collection('notices').updateMany({ title: quoting }, { $set: { text: instead } });
  await db.collection('outbox').updateMany({ 'payload.title': quoting }, { $set: { 'payload.text': instead } });
}
