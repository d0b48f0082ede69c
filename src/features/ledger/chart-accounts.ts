import type { Currency } from '#core/money.ts';
import { normalSide, type AccountKind, type Side } from './chart.rules.ts';
import type { Collections } from './collections.ts';
import type { LedgerAccount } from './ledger.model.ts';

/** What an account is in the chart, without what is on it. */
export interface ChartAccount {
  id: string;
  name: string;
  kind: AccountKind;
  /** The side that raises it. */
  side: Side;
  currency: Currency;
  owner: LedgerAccount['owner'];
}

const mostAsked = 200;

export async function chartAccounts(
  { accounts }: Collections,
  ids: readonly string[],
): Promise<Map<string, ChartAccount>> {
  const asked = [...new Set(ids)].slice(0, mostAsked);
  const fields = { name: 1, kind: 1, currency: 1, owner: 1 };
  const found = await accounts.find({ _id: { $in: asked } }, { projection: fields }).toArray();
  return new Map(
    found.map(({ _id, name, kind, currency, owner }) => [
      _id,
      { id: _id, name, kind, side: normalSide[kind], currency, owner },
    ]),
  );
}
