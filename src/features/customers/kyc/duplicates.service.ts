import { operators } from '#platform/mongo.ts';
import { pairOf, standingVerdict, type Duplicate, type SharedValue } from './duplicates.rules.ts';
import type { DuplicatePair } from './kyc.model.ts';
import { customerOf, recordOf, type KycParts } from './kyc-parts.ts';

/** A value that so many share finds nobody any more; the page says that there are more. */
export const mostDuplicates = 50;

/**
 * Other customers with the same tax id, phone or bank account, by blind index: nobody's values are opened. Asked are
 * the values of the profile, those that were declared before and those that are given.
 */
export async function findDuplicates(
  parts: KycParts,
  query: { partyId: string; taxId?: string; phone?: string },
): Promise<Duplicate[]> {
  const { partyId } = query;
  const { vault } = parts.platform;
  const [party, record] = await Promise.all([customerOf(parts, partyId), recordOf(parts, partyId)]);
  const given = {
    taxId: query.taxId === undefined ? null : vault.blindIndex('tax-id', query.taxId),
    phone: query.phone === undefined ? null : vault.blindIndex('phone', query.phone),
  };
  const [byTaxId, byPhone, byAccount] = await Promise.all([
    holdersOf(parts, { field: 'taxIdIndex', values: [party.taxIdIndex, record?.taxIdIndex, given.taxId], partyId }),
    holdersOf(parts, { field: 'phoneIndex', values: [party.phoneIndex, record?.phoneIndex, given.phone], partyId }),
    parts.sharingBankAccount(partyId),
  ]);
  const shares = new Map<string, SharedValue[]>();
  const note = (ids: readonly string[], value: SharedValue) => {
    for (const id of ids) if (id !== partyId) shares.set(id, [...(shares.get(id) ?? []), value]);
  };
  note(byTaxId, 'tax-id');
  note(byAccount, 'bank-account');
  note(byPhone, 'phone');
  return judged(parts, partyId, [...shares].slice(0, mostDuplicates));
}

/** How the profile's and the declared values are looked up; for the query and for the test of its index. */
export const holderFilter = (field: 'taxIdIndex' | 'phoneIndex', indexes: readonly string[]) => ({
  [field]: operators({ $in: [...indexes] }),
});

async function holdersOf(
  { parties, models }: KycParts,
  query: { field: 'taxIdIndex' | 'phoneIndex'; values: readonly (string | null | undefined)[]; partyId: string },
): Promise<string[]> {
  const indexes = [...new Set(query.values.filter((one) => typeof one === 'string'))];
  if (indexes.length === 0) return [];
  const filter = holderFilter(query.field, indexes);
  const kinds = operators({ $in: ['person', 'organisation'] as const });
  // One more than shown, and the party itself is among them.
  const most = mostDuplicates + 1;
  const [inProfiles, declared] = await Promise.all([
    parties
      .find({ ...filter, kind: kinds }, { _id: 1 })
      .limit(most)
      .lean<{ _id: string }[]>(),
    models.records.find(filter, { _id: 1 }).limit(most).lean<{ _id: string }[]>(),
  ]);
  return [...new Set([...inProfiles, ...declared].map(({ _id }) => _id))];
}

async function judged(
  { models }: KycParts,
  partyId: string,
  found: readonly [string, SharedValue[]][],
): Promise<Duplicate[]> {
  if (found.length === 0) return [];
  const ids = found.map(([other]) => pairOf(partyId, other).id);
  const pairs = await models.pairs
    .find({ _id: operators({ $in: ids }) })
    .limit(ids.length)
    .lean<DuplicatePair[]>();
  const byId = new Map(pairs.map((pair) => [pair._id, pair]));
  return found.map(([other, shares]) => ({
    partyId: other,
    shares,
    verdict: standingVerdict(byId.get(pairOf(partyId, other).id), shares),
  }));
}
