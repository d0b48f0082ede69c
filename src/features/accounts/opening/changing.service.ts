import type { Model } from 'mongoose';
import { dateText, type PlainDate } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import { present } from '#core/assert.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { hashRequest, type Ledger, type LedgerRefusal } from '#features/ledger/index.ts';
import { noticeRow } from '#features/notices/index.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import type { AccountRecord } from '../account.model.ts';
import type { PostingParts } from '../interest/posting.service.ts';
import { maskedNumber } from '../own-accounts.service.ts';
import { payClosingInterest, type ClosingOrder } from './closing-interest.service.ts';
import { closable, type CloseRefusal } from './closing.rules.ts';

export interface ChangeParts extends PostingParts {
  platform: Platform;
  ledger: PostingParts['ledger'] & Pick<Ledger, 'balances' | 'close'>;
  accounts: Model<AccountRecord>;
}

export interface RenameOrder {
  actor: string;
  partyId: string;
  accountId: string;
  name: string;
  version: number;
}

/** Both are the owner's alone: a joint holder's request finds nothing. */
export interface AccountChanges {
  rename(order: RenameOrder): Promise<void>;
  /** Closes an empty account for good. Closing what is closed changes nothing. */
  close(order: ClosingOrder): Promise<Result<'closed', CloseRefusal>>;
}

export function createAccountChanges(parts: ChangeParts): AccountChanges {
  return {
    rename: (order) => rename(parts, order),
    close: (order) => close(parts, order),
  };
}

async function rename({ platform, accounts }: ChangeParts, order: RenameOrder): Promise<void> {
  const { actor, partyId, accountId, name, version } = order;
  if (!(await accounts.exists({ _id: accountId, partyId, state: 'open' }))) throw notFound('Account');
  const place = { collection: 'accounts', document: accountId, field: 'name' };
  await commitTogether(platform.database, [
    {
      collection: 'accounts',
      kind: 'update',
      filter: { _id: accountId, partyId, state: 'open', version },
      change: { $set: { name: await platform.vault.seal(partyId, place, name) }, $inc: { version: 1 } },
    },
    platform.audit.entry({ actor, action: 'account-renamed', subject: { type: 'account', id: accountId } }),
  ]);
}

async function close(parts: ChangeParts, order: ClosingOrder): Promise<Result<'closed', CloseRefusal>> {
  const { actor, partyId, accountId, key } = order;
  const account = await parts.accounts.findOne({ _id: accountId, partyId }).lean<AccountRecord>();
  if (!account) throw notFound('Account');
  if (account.state === 'closed') return ok('closed');
  const found = present((await parts.ledger.balances([accountId])).get(accountId), 'The ledger account of an account');
  const empty = closable(found);
  if (!empty.ok) return empty;
  const today = await parts.platform.bankDay.today();
  const paid = await payClosingInterest(parts, { order, account, today });
  if (!paid.ok) return paid;
  const outcome = await parts.ledger.close({
    key,
    requestHash: hashRequest({ close: accountId, actor }),
    actor,
    account: accountId,
    reference: `account ${maskedNumber(account.number)} closed`,
    effectiveOn: today,
    companions: closing(parts.platform, { account, actor, today }),
  });
  return outcome.ok ? ok('closed') : closeRefusal(outcome.refusal);
}

/** What must be true together with the ledger's closing. */
function closing(
  { audit, outbox }: Platform,
  { account, actor, today }: { account: AccountRecord; actor: string; today: PlainDate },
): Companion[] {
  const { _id, partyId, holders, number } = account;
  const filter = { _id, partyId, state: 'open' };
  const change = { $set: { state: 'closed', closedOn: dateText(today) }, $inc: { version: 1 } };
  return [
    { collection: 'accounts', kind: 'update', filter, change },
    audit.entry({ actor, action: 'account-closed', subject: { type: 'account', id: _id } }),
    ...holders.map((holder) =>
      noticeRow(outbox, {
        partyId: holder,
        title: 'An account is closed',
        text: `Account ${maskedNumber(number)} is closed. Its history stays readable for you.`,
        href: `/accounts/${_id}`,
      }),
    ),
  ];
}

function closeRefusal(refusal: LedgerRefusal): Result<'closed', CloseRefusal> {
  switch (refusal.code) {
    case 'not-empty':
      return refuse({ code: 'not-empty', balance: refusal.balance, held: refusal.held });
    case 'frozen':
    case 'held-by-guard':
      return refuse({ code: 'not-now' });
    default:
      return refuse({ code: 'changed-meanwhile' });
  }
}
