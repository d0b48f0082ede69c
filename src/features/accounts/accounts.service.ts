import type { Model } from 'mongoose';
import { dateText } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import { newAccountNumber, newId } from '#core/ids.ts';
import { zero, type Currency, type Money } from '#core/money.ts';
import { present } from '#core/assert.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Entry, Ledger } from '#features/ledger/index.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import type { PaymentRail } from '#platform/payment-rail.ts';
import type { Platform } from '#platform/platform.ts';
import { accountModel, depositModel, type AccountRecord, type DepositRecord } from './account.model.ts';
import { deposit, type DepositOrder, type DepositRefusal } from './deposit.service.ts';

/** An account as its owner sees it. */
export interface DepositAccount {
  id: string;
  number: string;
  /** `··4471` */
  masked: string;
  name: string;
  currency: Currency;
  balance: Money;
  available: Money;
  openedOn: string;
}

export interface OpenOrder {
  actor: string;
  partyId: string;
  name: string;
  /** Made with the form, so that a form that is sent twice opens one account. */
  id?: string;
}

export interface Accounts {
  /** Oldest first; at most `mostAccounts`. */
  listOwn(partyId: string): Promise<DepositAccount[]>;
  findOwn(partyId: string, accountId: string): Promise<DepositAccount | undefined>;
  /** Once for an id: opening again gives the same account; somebody else's id is not found. Without an id, a new one. */
  open(order: OpenOrder): Promise<Result<{ id: string }, 'too-many-accounts'>>;
  history(accountId: string, page: { page: number; size: number }): Promise<{ entries: Entry[]; total: number }>;
  deposit(order: DepositOrder): Promise<Result<{ key: string }, DepositRefusal>>;
  findDeposit(partyId: string, key: string): Promise<DepositRecord | undefined>;
}

export const mostAccounts = 10;

export interface AccountParts {
  platform: Platform;
  ledger: Ledger;
  rail: PaymentRail;
  accounts: Model<AccountRecord>;
  deposits: Model<DepositRecord>;
}

export function createAccounts(platform: Platform, deps: { ledger: Ledger; rail: PaymentRail }): Accounts {
  const { connection } = platform.database;
  const parts: AccountParts = {
    platform,
    ...deps,
    accounts: accountModel(connection),
    deposits: depositModel(connection),
  };
  return {
    listOwn: async (partyId) => {
      const records = await parts.accounts
        .find({ partyId })
        .sort({ ordinal: 1 })
        .limit(mostAccounts)
        .lean<AccountRecord[]>();
      return withBalances(parts, records);
    },
    findOwn: async (partyId, accountId) => {
      const record = await parts.accounts.findOne({ _id: accountId, partyId }).lean<AccountRecord>();
      return record ? (await withBalances(parts, [record]))[0] : undefined;
    },
    open: (order) => open(parts, order),
    history: (account, { page, size }) => deps.ledger.entries({ account, page, size }),
    deposit: (order) => deposit(parts, order),
    findDeposit: async (partyId, key) =>
      (await parts.deposits.findOne({ _id: key, partyId }).lean<DepositRecord>()) ?? undefined,
  };
}

async function withBalances(parts: AccountParts, records: AccountRecord[]): Promise<DepositAccount[]> {
  const balances = await parts.ledger.balances(records.map((record) => record._id));
  return Promise.all(
    records.map(async (record) => {
      const { balance, available } = present(balances.get(record._id), 'The ledger account of a deposit account');
      const place = { collection: 'accounts', document: record._id, field: 'name' };
      const name = await parts.platform.vault.open(place, record.name);
      const { _id: id, number, currency, openedOn } = record;
      return { id, number, masked: `··${number.slice(-4)}`, name, currency, balance, available, openedOn };
    }),
  );
}

async function open(parts: AccountParts, order: OpenOrder): Promise<Result<{ id: string }, 'too-many-accounts'>> {
  const { platform, ledger } = parts;
  const { actor, partyId, name, id = newId() } = order;
  const place = await placeFor(parts, { id, partyId });
  if (place.kind === 'answered') return place.answer;
  const { currency, headBranchId: branchId } = platform;
  // First the ledger account: one without a deposit account is empty and harmless, the other way round would not be.
  await ledger.open([
    {
      id,
      name: 'Customer deposit account',
      kind: 'liability',
      currency,
      branchId,
      owner: { type: 'account', id },
      floor: zero,
    },
  ]);
  const field = { collection: 'accounts', document: id, field: 'name' };
  const record: NewRecord = {
    _id: id,
    partyId,
    branchId,
    kind: 'current',
    name: await platform.vault.seal(partyId, field, name),
    currency,
    state: 'open',
    version: 1,
    openedOn: dateText(await platform.bankDay.today()),
  };
  return insertInTurn(parts, { record, actor });
}

/** A record before it has its number and its place among the owner's accounts. */
type NewRecord = Omit<AccountRecord, 'number' | 'ordinal'>;

async function lastOrdinal({ accounts }: AccountParts, partyId: string): Promise<number> {
  const last = await accounts.findOne({ partyId }, { ordinal: 1 }).sort({ ordinal: -1 }).lean<AccountRecord>();
  return last?.ordinal ?? 0;
}

type Opened = Result<{ id: string }, 'too-many-accounts'>;

/**
 * The next place among the owner's accounts, or the answer where none is to be opened. The places are read before the
 * account: where this very opening took the last place at the same moment, the account is found.
 */
async function placeFor(
  parts: AccountParts,
  { id, partyId }: { id: string; partyId: string },
): Promise<{ kind: 'free'; ordinal: number } | { kind: 'answered'; answer: Opened }> {
  const ordinal = (await lastOrdinal(parts, partyId)) + 1;
  const opened = await parts.accounts.findOne({ _id: id }, { partyId: 1 }).lean<Pick<AccountRecord, 'partyId'>>();
  if (opened && opened.partyId !== partyId) throw notFound('Account');
  if (opened) return { kind: 'answered', answer: ok({ id }) };
  if (ordinal > mostAccounts) return { kind: 'answered', answer: refuse('too-many-accounts') };
  return { kind: 'free', ordinal };
}

const mostTries = 20;

/**
 * Numbers are drawn at random and accounts of one owner are counted up; the unique indexes say when another opening
 * took either first, and then it is tried again. The id is taken where the same form was sent twice at once.
 */
async function insertInTurn(
  parts: AccountParts,
  facts: { record: NewRecord; actor: string },
): Promise<Result<{ id: string }, 'too-many-accounts'>> {
  const { platform } = parts;
  const { record, actor } = facts;
  for (let attempt = 1; ; attempt += 1) {
    const place = await placeFor(parts, { id: record._id, partyId: record.partyId });
    if (place.kind === 'answered') return place.answer;
    const { ordinal } = place;
    try {
      await commitTogether(platform.database, [
        { collection: 'accounts', kind: 'insert', document: { ...record, ordinal, number: newAccountNumber() } },
        platform.audit.entry({ actor, action: 'account-opened', subject: { type: 'account', id: record._id } }),
      ]);
      return ok({ id: record._id });
    } catch (error) {
      if (!isDuplicateKey(error) || attempt >= mostTries) throw error;
    }
  }
}
