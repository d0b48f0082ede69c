import { assert } from '#core/assert.ts';
import { negate, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { hashRequest, ownBookId, type Ledger, type LedgerRefusal } from '#features/ledger/index.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Model } from 'mongoose';
import type { PaymentRail } from '#platform/payment-rail.ts';
import type { Platform } from '#platform/platform.ts';
import type { AccountRecord } from './account.model.ts';

export interface DepositParts {
  platform: Platform;
  ledger: Ledger;
  rail: PaymentRail;
  accounts: Model<AccountRecord>;
}

export interface DepositOrder {
  key: string;
  actor: string;
  partyId: string;
  accountId: string;
  amount: Money;
}

export type DepositRefusal =
  | { code: 'not-your-account' }
  | { code: 'over-rail-limit'; limit: Money }
  | { code: 'key-reused' }
  | { code: 'refused-by-ledger' };

/** Money from the customer's account at another bank: collected over the rail, then posted with its record. */
export async function deposit(
  parts: DepositParts,
  order: DepositOrder,
): Promise<Result<{ key: string }, DepositRefusal>> {
  const { platform, ledger, rail, accounts } = parts;
  const { key, actor, partyId, accountId, amount } = order;
  const requestHash = hashRequest({ deposit: accountId, amount: String(amount), actor });
  const known = await ledger.outcomeOf({ key, requestHash });
  if (known) return known.ok ? ok({ key }) : refuse(refusalOf(known.refusal));
  const account = await accounts.exists({ _id: accountId, partyId, state: 'open' });
  if (!account) return refuse({ code: 'not-your-account' });
  const collected = await rail.collect({ key, amount, currency: platform.currency });
  if (!collected.ok) return refuse({ code: 'over-rail-limit', limit: collected.refusal.limit });
  const { railReference } = collected.value;
  const record = { _id: key, accountId, partyId, amount, railReference, at: bsonDate(platform.clock.now()) };
  const outcome = await ledger.post({
    key,
    requestHash,
    kind: 'deposit',
    currency: platform.currency,
    effectiveOn: await platform.bankDay.today(),
    actor,
    reference: railReference,
    postings: [
      { account: ownBookId('cash', platform.currency), amount },
      { account: accountId, amount: negate(amount) },
    ],
    companions: [
      { collection: 'deposits', kind: 'insert', document: record },
      platform.audit.entry({
        actor,
        action: 'deposited',
        subject: { type: 'account', id: accountId },
        details: { amount: String(amount) },
      }),
    ],
  });
  return outcome.ok ? ok({ key }) : refuse(refusalOf(outcome.refusal));
}

function refusalOf(refusal: LedgerRefusal): DepositRefusal {
  assert(refusal.code !== 'insufficient-funds', 'A deposit takes nothing from a customer');
  return refusal.code === 'key-reused' ? { code: 'key-reused' } : { code: 'refused-by-ledger' };
}
