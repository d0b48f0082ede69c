import type { Model } from 'mongoose';
import { operators } from '#platform/mongo.ts';
import type { Vault } from '#platform/vault/vault.ts';
import type { Party } from './party.model.ts';

/** How staff look for a customer; a name by whole words, whatever their order. */
export type PartySearch =
  | { by: 'email'; email: string }
  | { by: 'name'; name: string }
  | { by: 'phone'; phone: string }
  | { by: 'tax-id'; taxId: string };

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
  switch (search.by) {
    case 'email':
      return { emailIndex: vault.blindIndex('email', search.email) };
    case 'phone':
      return { phoneIndex: vault.blindIndex('phone', search.phone) };
    case 'tax-id':
      return { taxIdIndex: vault.blindIndex('tax-id', search.taxId) };
    case 'name':
      return nameFilter(vault, search.name);
  }
}

function nameFilter(vault: Pick<Vault, 'blindIndex'>, name: string) {
  const words = name.split(/\s+/).filter(Boolean).slice(0, mostWords);
  if (words.length === 0) return undefined;
  return { nameTokens: operators({ $all: words.map((word) => vault.blindIndex('name-token', word)) }) };
}

/** A customer as lists that come in bulk name them, with nothing opened. */
export interface KnownCustomer {
  partyId: string;
  branchId: string;
  emailIndex: string;
}

/** Parties that may have an account or a loan, found by id or by the keyed hash of their address. */
export async function knownCustomers(
  parties: Model<Party>,
  { ids, emailIndexes }: { ids: readonly string[]; emailIndexes: readonly string[] },
): Promise<KnownCustomer[]> {
  // Two customers may have one address, and whoever asks has to see that.
  const most = (ids.length + emailIndexes.length) * 4;
  if (most === 0) return [];
  const named = [{ _id: operators({ $in: ids }) }, { emailIndex: operators({ $in: emailIndexes }) }];
  const found = await parties
    .find({ kind: operators({ $in: ['person', 'organisation'] as const }), $or: named }, { branchId: 1, emailIndex: 1 })
    .limit(most)
    .lean<Pick<Party, '_id' | 'branchId' | 'emailIndex'>[]>();
  return found.map(({ _id, branchId, emailIndex }) => ({ partyId: _id, branchId, emailIndex }));
}
