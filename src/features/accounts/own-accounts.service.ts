import type { Model } from 'mongoose';
import { present } from '#core/assert.ts';
import type { Currency, Money } from '#core/money.ts';
import type { AccountLimits, Freeze, Ledger } from '#features/ledger/index.ts';
import type { Platform } from '#platform/platform.ts';
import type { AccountRecord } from './account.model.ts';
import type { AccountTypes } from './opening/account-types.service.ts';

/** An account as one of its holders sees it. */
export interface DepositAccount {
  id: string;
  number: string;
  /** `··4471` */
  masked: string;
  name: string;
  kind: AccountRecord['kind'];
  /** The version of its type that it was opened under. */
  typeId: string;
  /** `Savings account` */
  typeName: string;
  currency: Currency;
  balance: Money;
  /** What is set aside for payments that are not settled yet. */
  held: Money;
  /** What can be taken: balance less what is held and the floor. */
  available: Money;
  limits: AccountLimits;
  freeze: Freeze;
  state: 'open' | 'closed';
  /** Somebody else holds it too. */
  joint: boolean;
  /** Whoever asks is its owner, and not a joint holder. */
  owned: boolean;
  version: number;
  openedOn: string;
  closedOn?: string;
}

/** Open accounts that one person can own. */
export const mostAccounts = 10;
/** Open accounts of others that one person can share. */
export const mostShared = 10;
// Two invitations accepted at the same moment may go past the most by one; nothing that is somebody's is ever hidden.
const mostListed = mostAccounts + 2 * mostShared;

export interface OwnAccounts {
  /** The open accounts that somebody holds, alone or with others, oldest first; the closed ones are listed apart. */
  listOwn(partyId: string): Promise<DepositAccount[]>;
  listClosed(
    partyId: string,
    page: { page: number; size: number },
  ): Promise<{ accounts: DepositAccount[]; total: number }>;
  /** An account of theirs, open or closed. */
  findOwn(partyId: string, accountId: string): Promise<DepositAccount | undefined>;
}

export interface OwnAccountParts {
  platform: Platform;
  ledger: Pick<Ledger, 'balances'>;
  types: AccountTypes;
  accounts: Model<AccountRecord>;
}

export function createOwnAccounts(parts: OwnAccountParts): OwnAccounts {
  const { accounts } = parts;
  return {
    listOwn: async (partyId) => {
      const open = { holders: partyId, state: 'open' as const };
      const records = await accounts.find(open).sort({ _id: 1 }).limit(mostListed).lean<AccountRecord[]>();
      return asSeenBy(parts, { partyId, records });
    },
    listClosed: async (partyId, { page, size }) => {
      const closed = { holders: partyId, state: 'closed' as const };
      const newestFirst = accounts.find(closed).sort({ _id: -1 });
      const [records, total] = await Promise.all([
        newestFirst
          .skip((page - 1) * size)
          .limit(size)
          .lean<AccountRecord[]>(),
        accounts.countDocuments(closed),
      ]);
      return { accounts: await asSeenBy(parts, { partyId, records }), total };
    },
    findOwn: async (partyId, accountId) => {
      const record = await accounts.findOne({ _id: accountId, holders: partyId }).lean<AccountRecord>();
      return record ? (await asSeenBy(parts, { partyId, records: [record] }))[0] : undefined;
    },
  };
}

/** `··4471`: enough to tell accounts apart, and no more than a bystander may read. */
export function maskedNumber(number: string): string {
  return `··${number.slice(-4)}`;
}

async function asSeenBy(
  { platform, ledger, types }: OwnAccountParts,
  facts: { partyId: string; records: AccountRecord[] },
): Promise<DepositAccount[]> {
  const { partyId, records } = facts;
  const [balances] = await Promise.all([
    ledger.balances(records.map((record) => record._id)),
    platform.vault.warm([...new Set(records.map((record) => record.name.key))]),
  ]);
  return Promise.all(
    records.map(async (record) => {
      const { balance, held, available, limits, freeze } = present(
        balances.get(record._id),
        'The ledger account of a deposit account',
      );
      const place = { collection: 'accounts', document: record._id, field: 'name' };
      const [name, type] = await Promise.all([platform.vault.open(place, record.name), types.version(record.typeId)]);
      const { _id: id, number, kind, currency, state, version, openedOn, closedOn } = record;
      return {
        ...{ id, number, masked: maskedNumber(number), name, kind, typeId: type._id, typeName: type.name, currency },
        ...{ balance, held, available, limits, freeze, state, version, openedOn },
        joint: record.holders.length > 1,
        owned: record.partyId === partyId,
        ...(closedOn === undefined ? {} : { closedOn }),
      };
    }),
  );
}
