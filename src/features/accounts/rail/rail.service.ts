import type { Model } from 'mongoose';
import type { Currency } from '#core/money.ts';
import type { Ledger } from '#features/ledger/index.ts';
import { operators } from '#platform/mongo.ts';
import type { PaymentRail, RailDirection, RailTerms } from '#platform/payment-rail.ts';
import type { Platform } from '#platform/platform.ts';
import type { AccountRecord } from '../account.model.ts';
import { deposit, type DepositOrder, type DepositOutcome } from './deposit.service.ts';
import { createDesk, type Desk } from './desk.service.ts';
import { follow, followDue, followFromOutside } from './following.service.ts';
import {
  findLoanTransfer,
  receiveForLoan,
  type LoanTransferOrder,
  type LoanTransferOutcome,
} from './loan-transfers.ts';
import type { LoanReceiver } from './loan-receiver.ts';
import { proofText } from './proof-payments.ts';
import { sendProof, type ProofOrder } from './proof-sending.ts';
import { railPaymentModel, type RailPayment } from './rail.model.ts';
import { findPayment, type RailParts } from './rail-parts.ts';
import { createRailTexts, destinationOf, type RailTexts } from './rail-texts.service.ts';
import { reasonText } from './rail.rules.ts';
import { withdraw, type WithdrawalOrder, type WithdrawalOutcome } from './withdrawal.service.ts';

/** A payment as a holder of its account sees it. */
export interface OwnPayment {
  payment: RailPayment;
  /** `Sandpiper Savings ··6789`, of a withdrawal. */
  destination: string | undefined;
}

/** Deposits and withdrawals: money between an account here and one at another bank. */
export interface RailPayments {
  deposit(order: DepositOrder): Promise<DepositOutcome>;
  withdraw(order: WithdrawalOrder): Promise<WithdrawalOutcome>;
  /** In the bank's currency where none is named. */
  terms(direction: RailDirection, currency?: Currency): RailTerms;
  /** A payment of an account that the party holds. */
  findOwn(query: { partyId: string; key: string; direction: RailDirection }): Promise<OwnPayment | undefined>;
  /** The latest of some accounts, newest first. */
  latest(query: { accountIds: readonly string[]; direction: RailDirection }): Promise<OwnPayment[]>;
  /** Asks the rail about a payment now. */
  follow(key: string): Promise<RailPayment>;
  /** For a background tick: asks about payments that the rail has been silent about. */
  followDue(): Promise<number>;
  /** Money from another bank for a loan: as a sandbox is told of it. */
  receiveForLoan(order: LoanTransferOrder): Promise<LoanTransferOutcome>;
  findLoanTransfer(query: { key: string; loanId: string }): Promise<RailPayment | undefined>;
  /** Names who books what is for loans. */
  forLoans(receiver: LoanReceiver): void;
  /** A few cents of the bank's own to an account at another bank, to see whose it is. */
  proofs: {
    /** Throws where the key, or a companion's, is taken. */
    send(order: ProofOrder): Promise<RailPayment>;
    find(key: string): Promise<RailPayment | undefined>;
    /** Why one came back, as a customer reads it. */
    reason(code: string | null): string;
    /** What the other bank shows its customer with that payment. */
    text(key: string): string;
    /** Whether staff stand in for the other bank, so that there is no real statement to look at. */
    sandbox: boolean;
  };
  desk: Desk;
  /** For lines of the history. */
  texts: RailTexts;
}

const latestShown = 5;

export function createRailPayments(
  platform: Platform,
  deps: { ledger: Ledger; rail: PaymentRail; accounts: Model<AccountRecord> },
): RailPayments {
  const payments = railPaymentModel(platform.database.connection);
  const parts: RailParts = { platform, ...deps, payments, loans: {} };
  followFromOutside(parts);
  return {
    deposit: (order) => deposit(parts, order),
    withdraw: (order) => withdraw(parts, order),
    terms: (direction, currency = platform.currency) => deps.rail.terms(direction, currency),
    findOwn: (query) => findOwn(parts, query),
    latest: async ({ accountIds, direction }) => {
      const found = await parts.payments
        .find({ accountId: operators({ $in: accountIds }), direction })
        .sort({ at: -1, _id: -1 })
        .limit(latestShown)
        .lean<RailPayment[]>();
      return Promise.all(found.map((payment) => opened(platform, payment)));
    },
    follow: (key) => follow(parts, key),
    followDue: () => followDue(parts),
    receiveForLoan: (order) => receiveForLoan(parts, order),
    findLoanTransfer: (query) => findLoanTransfer(parts, query),
    forLoans: (receiver) => {
      parts.loans.receiver = receiver;
    },
    proofs: {
      send: (order) => sendProof(parts, order),
      find: (key) => findPayment(parts, key),
      reason: reasonText,
      text: (key) => proofText(platform.vault, key),
      sandbox: deps.rail.desk !== undefined,
    },
    desk: createDesk(parts),
    texts: createRailTexts(parts),
  };
}

async function findOwn(
  parts: RailParts,
  { partyId, key, direction }: { partyId: string; key: string; direction: RailDirection },
): Promise<OwnPayment | undefined> {
  const payment = await findPayment(parts, key);
  if (payment?.direction !== direction) return undefined;
  const held = await parts.accounts.exists({ _id: payment.accountId, holders: partyId });
  return held ? opened(parts.platform, payment) : undefined;
}

async function opened({ vault }: Platform, payment: RailPayment): Promise<OwnPayment> {
  return { payment, destination: await destinationOf(vault, payment) };
}
