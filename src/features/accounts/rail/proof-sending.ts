import type { Currency, Money } from '#core/money.ts';
import { hashRequest } from '#features/ledger/index.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { newPayment } from './deposit.service.ts';
import { follow, submitRow } from './following.service.ts';
import { railCollection, sealedPlace, type RailPayment } from './rail.model.ts';
import type { RailParts } from './rail-parts.ts';
import { maskedAccount } from './rail.rules.ts';

export interface ProofOrder {
  /** The payment's, and the rail's. */
  key: string;
  actor: string;
  /** Whose account it should be. */
  partyId: string;
  applicationId: string;
  amount: Money;
  currency: Currency;
  bankName: string;
  /** Of which only the end is kept. */
  bankAccount: string;
  /** What must be true together with the order. */
  companions: readonly Companion[];
}

/** The order is kept first, with whatever it belongs to; what it costs is booked once the rail has settled it. */
export async function sendProof(parts: RailParts, order: ProofOrder): Promise<RailPayment> {
  const { key, partyId, applicationId, amount, currency, bankName, bankAccount } = order;
  const { vault, database } = parts.platform;
  const requestHash = hashRequest({ bankProof: key, applicationId, amount: String(amount) });
  const account = { _id: `bank-proof:${applicationId}`, currency };
  const payment: RailPayment = {
    ...newPayment(parts, { order, requestHash, account }),
    direction: 'out',
    proof: { applicationId },
    bankName: await vault.seal(partyId, sealedPlace(key, 'bankName'), bankName),
    bankAccount: await vault.seal(partyId, sealedPlace(key, 'bankAccount'), maskedAccount(bankAccount)),
  };
  await commitTogether(database, [
    { collection: railCollection, kind: 'insert', document: { ...payment } },
    submitRow(parts, key),
    ...order.companions,
  ]);
  return follow(parts, key);
}
