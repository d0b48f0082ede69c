import type { Model } from 'mongoose';
import { operators } from '#platform/mongo.ts';
import type { Vault } from '#platform/vault/vault.ts';
import type { Party } from './party.model.ts';

/** How staff look for a customer; a name by whole words, whatever their order. */
export type PartySearch = { by: 'email'; email: string } | { by: 'name'; name: string };

const mostWords = 8;
const mostFound = 200;

/** Parties by the keyed hashes of what is sealed; nobody's values are opened to find them. */
export async function searchParties(
  { vault, parties }: { vault: Pick<Vault, 'blindIndex'>; parties: Model<Party> },
  search: PartySearch,
): Promise<string[]> {
  const filter = filterOf(vault, search);
  if (!filter) return [];
  const found = await parties.find(filter, { _id: 1 }).limit(mostFound).lean<Pick<Party, '_id'>[]>();
  return found.map((party) => party._id);
}

function filterOf(vault: Pick<Vault, 'blindIndex'>, search: PartySearch) {
  if (search.by === 'email') return { emailIndex: vault.blindIndex('email', search.email) };
  const words = search.name.split(/\s+/).filter(Boolean).slice(0, mostWords);
  if (words.length === 0) return undefined;
  return { nameTokens: operators({ $all: words.map((word) => vault.blindIndex('name-token', word)) }) };
}
