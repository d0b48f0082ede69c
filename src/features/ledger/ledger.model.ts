import type { Connection, Model } from 'mongoose';
import type { Currency } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';
import type { AccountState, Hold, LedgerRefusal, Posting } from './account.rules.ts';

export type { AccountLimits, Freeze, Hold, HoldState, LedgerRefusal, Posting, Spent } from './account.rules.ts';

export const lateIndex = 'late_entries';
export const entryIndex = 'postings.account_1_postings.seq_1';

/**
 * An account of the chart. What it may do is always as it stands here; its balance and counters are a projection that
 * the writer brings up to date within moments. The truth is its last posting.
 */
export interface LedgerAccount extends AccountState {
  name: string;
  branchId: string;
  /** Whose it is: a deposit account, a loan, or the bank. */
  owner: { type: 'bank' | 'account' | 'loan'; id: string };
  /** The entry number and the day of its last snapshot; 0 and an empty text before the first. */
  snapshotSeq: number;
  snapshotOn: string;
}

/** A journal is immutable. A refused one has no postings: it keeps the key's outcome. */
export interface Journal {
  /** The client's idempotency key. */
  _id: string;
  requestHash: string;
  kind: string;
  outcome: 'posted' | 'refused';
  refusal: LedgerRefusal | null;
  /** Null where an account was named that is not there. */
  currency: Currency | null;
  effectiveOn: string;
  /** The business date of its posting, where that is not `effectiveOn`. */
  bookedOn?: string;
  /** True where it counts in a day before the business date it was posted on. */
  late?: true;
  postedAt: Date;
  actor: string;
  reference: string;
  /** The journal that this one reverses. */
  reverses?: string;
  /** The hold that it places, takes from or gives back. */
  hold?: string;
  postings: Posting[];
  /** Who wrote it, and as the how-manieth of its own: journals of one writer are numbered without gaps. */
  writer: string;
  line: number;
}

const limitsField = { perTransfer: { type: BigInt, default: null }, perDay: { type: BigInt, default: null } };
const spentField = { type: { on: { type: String }, amount: { type: BigInt } }, default: null, _id: false };

const accountSchema = documentSchema(
  {
    name: { type: String, required: true },
    kind: { type: String, required: true },
    currency: { type: String, required: true },
    branchId: { type: String, required: true },
    owner: { type: { type: String, required: true }, id: { type: String, required: true } },
    floor: { type: BigInt, default: null },
    freeze: { type: String, required: true },
    limits: limitsField,
    state: { type: String, required: true },
    balance: { type: BigInt, required: true },
    held: { type: BigInt, required: true },
    spent: spentField,
    seq: { type: Number, required: true },
    snapshotSeq: { type: Number, required: true },
    snapshotOn: { type: String, default: '' },
  },
  'ledgerAccounts',
).index({ 'owner.type': 1, 'owner.id': 1 });

const journalSchema = documentSchema(
  {
    requestHash: { type: String, required: true },
    kind: { type: String, required: true },
    outcome: { type: String, required: true },
    refusal: { type: Object, default: null },
    currency: { type: String, default: null },
    effectiveOn: { type: String, required: true },
    bookedOn: { type: String },
    late: { type: Boolean },
    postedAt: { type: Date, required: true },
    actor: { type: String, required: true },
    reference: { type: String, required: true },
    reverses: { type: String },
    hold: { type: String },
    postings: [
      {
        _id: false,
        account: { type: String, required: true },
        amount: { type: BigInt, required: true },
        seq: { type: Number, required: true },
        balanceAfter: { type: BigInt, required: true },
        heldAfter: { type: BigInt },
        spentAfter: spentField,
      },
    ],
    writer: { type: String, required: true },
    line: { type: Number, required: true },
  },
  'journals',
)
  // Unique: two writers can never give one account the same entry number. This is what guards every balance.
  .index({ 'postings.account': 1, 'postings.seq': 1 }, { unique: true, partialFilterExpression: { outcome: 'posted' } })
  .index({ 'postings.account': 1, 'postings.seq': 1 }, { name: lateIndex, partialFilterExpression: { late: true } })
  .index({ reverses: 1 }, { unique: true, partialFilterExpression: { reverses: { $type: 'string' } } })
  .index({ writer: 1, line: 1 }, { unique: true, partialFilterExpression: { line: { $gt: 0 } } });

const holdSchema = documentSchema(
  {
    account: { type: String, required: true },
    amount: { type: BigInt, required: true },
    remaining: { type: BigInt, required: true },
    state: { type: String, required: true },
    placedAt: { type: Date, required: true },
    expiresAt: { type: Date, default: null },
    reference: { type: String, required: true },
  },
  'holds',
)
  .index({ account: 1, state: 1, placedAt: 1 })
  .index({ state: 1, expiresAt: 1 });

export const ledgerAccountModel = (connection: Connection): Model<LedgerAccount> =>
  connection.model<LedgerAccount>('LedgerAccount', accountSchema as never);
export const journalModel = (connection: Connection): Model<Journal> =>
  connection.model<Journal>('Journal', journalSchema as never);
export const holdModel = (connection: Connection): Model<Hold> => connection.model<Hold>('Hold', holdSchema as never);
