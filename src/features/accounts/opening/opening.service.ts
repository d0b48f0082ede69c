import type { Model } from 'mongoose';
import { dateText } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import { newAccountNumber, newId } from '#core/ids.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Ledger } from '#features/ledger/index.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { AccountRecord } from '../account.model.ts';
import { mostAccounts } from '../own-accounts.service.ts';
import type { AccountTypeVersion } from './account-type.model.ts';
import type { AccountTypes } from './account-types.service.ts';
import { bearsInterest, freePlace } from './opening.rules.ts';

export interface OpenOrder {
  actor: string;
  partyId: string;
  name: string;
  /** The version of a type as the form showed it, or a type's code for its present version; without it, `current`. */
  type?: string;
  /** Made with the form, so that a form that is sent twice opens one account. */
  id?: string;
}

export type OpenRefusal = 'too-many-accounts' | 'unknown-type';
export type Opened = Result<{ id: string }, OpenRefusal>;

export interface OpeningParts {
  platform: Platform;
  ledger: Pick<Ledger, 'open'>;
  types: AccountTypes;
  accounts: Model<AccountRecord>;
}

const codeByDefault = 'current';

/** Once for an id: opening again gives the same account; somebody else's id is not found. */
export async function openAccount(parts: OpeningParts, order: OpenOrder): Promise<Opened> {
  const { actor, partyId, name, type: wanted = codeByDefault, id = newId() } = order;
  const place = await placeFor(parts, { id, partyId });
  if (place.kind === 'answered') return place.answer;
  const today = await parts.platform.bankDay.today();
  const offered = await parts.types.offered(today);
  const type = offered.find(({ _id, code }) => _id === wanted || code === wanted);
  if (!type) return refuse('unknown-type');
  // First the ledger account: one without a deposit account is empty and harmless, the other way round would not be.
  await openInLedger(parts, { id, type });
  const field = { collection: 'accounts', document: id, field: 'name' };
  const record: NewRecord = {
    _id: id,
    partyId,
    holders: [partyId],
    branchId: parts.platform.headBranchId,
    kind: type.kind,
    typeId: type._id,
    name: await parts.platform.vault.seal(partyId, field, name),
    currency: type.currency,
    state: 'open',
    version: 1,
    openedOn: dateText(today),
    ...(bearsInterest(type) ? { interestPaidTo: dateText(today.subtract({ days: 1 })) } : {}),
  };
  return insertInTurn(parts, { record, actor });
}

async function openInLedger(
  { platform, ledger }: OpeningParts,
  { id, type }: { id: string; type: AccountTypeVersion },
): Promise<void> {
  await ledger.open([
    {
      id,
      name: 'Customer deposit account',
      kind: 'liability',
      currency: type.currency,
      branchId: platform.headBranchId,
      owner: { type: 'account', id },
      floor: type.floor,
      limits: type.limits,
    },
  ]);
}

/** A record before it has its number and its place among the owner's accounts. */
type NewRecord = Omit<AccountRecord, 'number' | 'ordinal'>;

/**
 * The next place among the owner's open accounts, or the answer where none is to be opened. The places are read before
 * the account: where this very opening took the last place at the same moment, the account is found.
 */
async function placeFor(
  { accounts }: OpeningParts,
  { id, partyId }: { id: string; partyId: string },
): Promise<{ kind: 'free'; ordinal: number } | { kind: 'answered'; answer: Opened }> {
  const open = await accounts
    .find({ partyId, state: 'open' }, { ordinal: 1 })
    .limit(mostAccounts)
    .lean<Pick<AccountRecord, 'ordinal'>[]>();
  const opened = await accounts.findOne({ _id: id }, { partyId: 1 }).lean<Pick<AccountRecord, 'partyId'>>();
  if (opened && opened.partyId !== partyId) throw notFound('Account');
  if (opened) return { kind: 'answered', answer: ok({ id }) };
  const ordinal = freePlace(
    open.map((account) => account.ordinal),
    mostAccounts,
  );
  return ordinal === undefined ? { kind: 'answered', answer: refuse('too-many-accounts') } : { kind: 'free', ordinal };
}

const mostTries = 20;

/**
 * Numbers are drawn at random and accounts of one owner are counted up; the unique indexes say when another opening
 * took either first, and then it is tried again. The id is taken where the same form was sent twice at once.
 */
async function insertInTurn(parts: OpeningParts, facts: { record: NewRecord; actor: string }): Promise<Opened> {
  const { platform } = parts;
  const { record, actor } = facts;
  const subject = { type: 'account', id: record._id };
  for (let attempt = 1; ; attempt += 1) {
    const place = await placeFor(parts, { id: record._id, partyId: record.partyId });
    if (place.kind === 'answered') return place.answer;
    const { ordinal } = place;
    try {
      await commitTogether(platform.database, [
        { collection: 'accounts', kind: 'insert', document: { ...record, ordinal, number: newAccountNumber() } },
        platform.audit.entry({ actor, action: 'account-opened', subject, details: { type: record.typeId } }),
      ]);
      return ok({ id: record._id });
    } catch (error) {
      if (!isDuplicateKey(error) || attempt >= mostTries) throw error;
    }
  }
}
