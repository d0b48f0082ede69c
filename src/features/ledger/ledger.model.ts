import type { Connection, Model } from 'mongoose';
import type { Currency, Money } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';
import type { AccountKind } from './chart.rules.ts';

export interface LedgerAccount {
  _id: string;
  name: string;
  kind: AccountKind;
  currency: Currency;
  branchId: string;
  /** Whose it is: a deposit account, a loan, or the bank. */
  owner: { type: 'bank' | 'account' | 'loan'; id: string };
  /** The least the balance may be on its normal side; null where there is no floor. */
  floor: Money | null;
  /** Debits positive. */
  balance: Money;
  /** The number of postings so far; the next one is `seq + 1`. */
  seq: number;
  state: 'open' | 'closed';
}

export interface Posting {
  account: string;
  /** Debits positive, credits negative. */
  amount: Money;
  seq: number;
  /** The account's balance after this posting, debits positive. */
  balanceAfter: Money;
}

/** What was refused under a key, as it is kept: amounts stay bigint in BSON. */
export type LedgerRefusal =
  | { code: 'unknown-account'; account: string }
  | { code: 'closed-account'; account: string }
  | { code: 'wrong-currency'; account: string }
  | { code: 'insufficient-funds'; account: string; short: Money }
  | { code: 'already-reversed'; journal: string }
  | { code: 'guard-missed'; collection: string }
  | { code: 'held-by-guard'; guard: string; reason: string }
  | { code: 'key-reused' }
  | { code: 'by-policy'; reason: string; short?: Money };

/** A journal is immutable. A refused one has no postings: it keeps the key's outcome. */
export interface Journal {
  /** The client's idempotency key. */
  _id: string;
  requestHash: string;
  kind: string;
  outcome: 'posted' | 'refused';
  refusal: LedgerRefusal | null;
  currency: Currency;
  effectiveOn: string;
  postedAt: Date;
  actor: string;
  reference: string;
  /** The journal that this one reverses. */
  reverses?: string;
  postings: Posting[];
}

const accountSchema = documentSchema(
  {
    name: { type: String, required: true },
    kind: { type: String, required: true },
    currency: { type: String, required: true },
    branchId: { type: String, required: true },
    owner: { type: { type: String, required: true }, id: { type: String, required: true } },
    floor: { type: BigInt, default: null },
    balance: { type: BigInt, required: true },
    seq: { type: Number, required: true },
    state: { type: String, required: true },
  },
  'ledgerAccounts',
).index({ 'owner.type': 1, 'owner.id': 1 });

const journalSchema = documentSchema(
  {
    requestHash: { type: String, required: true },
    kind: { type: String, required: true },
    outcome: { type: String, required: true },
    refusal: { type: Object, default: null },
    currency: { type: String, required: true },
    effectiveOn: { type: String, required: true },
    postedAt: { type: Date, required: true },
    actor: { type: String, required: true },
    reference: { type: String, required: true },
    reverses: { type: String },
    postings: [
      {
        _id: false,
        account: { type: String, required: true },
        amount: { type: BigInt, required: true },
        seq: { type: Number, required: true },
        balanceAfter: { type: BigInt, required: true },
      },
    ],
  },
  'journals',
)
  // Unique: two writers can never give one account the same posting number.
  .index({ 'postings.account': 1, 'postings.seq': 1 }, { unique: true, partialFilterExpression: { outcome: 'posted' } })
  .index({ reverses: 1 }, { unique: true, partialFilterExpression: { reverses: { $type: 'string' } } })
  .index({ postedAt: -1 });

export const ledgerAccountModel = (connection: Connection): Model<LedgerAccount> =>
  connection.model<LedgerAccount>('LedgerAccount', accountSchema as never);
export const journalModel = (connection: Connection): Model<Journal> =>
  connection.model<Journal>('Journal', journalSchema as never);
