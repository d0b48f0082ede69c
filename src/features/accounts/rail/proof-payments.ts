import { negate } from '#core/money.ts';
import { hashRequest, ownBookId } from '#features/ledger/index.ts';
import type { Vault } from '#platform/vault/vault.ts';
import type { RailPayment } from './rail.model.ts';
import { moveOf } from './rail-moves.ts';
import type { RailParts } from './rail-parts.ts';
import { railKeys } from './rail.rules.ts';

type ProofPayment = RailPayment & Required<Pick<RailPayment, 'proof'>>;

export function isProof(payment: RailPayment): payment is ProofPayment {
  return payment.proof !== undefined;
}

/** Six digits that only this bank can work out, so that nothing in the database tells them. */
export function proofText(vault: Pick<Vault, 'blindIndex'>, key: string): string {
  const hash = Buffer.from(vault.blindIndex('proof-code', key), 'base64url').readBigUInt64BE();
  return `CLOUDBANK ${String(hash % 1_000_000n).padStart(6, '0')}`;
}

/** The bank's own expense, out of its cash; false where the ledger refuses it. */
export async function bookProof(parts: RailParts, payment: ProofPayment, railReference: string): Promise<boolean> {
  const { ledger, platform } = parts;
  const { _id: key, amount, currency, requestHash, actor } = payment;
  const outcome = await ledger.post({
    key: railKeys.proof(key),
    requestHash,
    kind: 'bank-proof',
    currency,
    effectiveOn: await platform.bankDay.today(),
    actor,
    reference: railReference,
    postings: [
      { account: ownBookId('accountChecks', currency), amount },
      { account: ownBookId('cash', currency), amount: negate(amount) },
    ],
    companions: moveOf(platform, payment, { state: 'settled', railReference }),
  });
  if (outcome.ok || outcome.refusal.code === 'guard-missed') return true;
  platform.logger.warn({ payment: key, refusal: outcome.refusal.code }, 'A settled proof was not booked');
  return false;
}

const mostAttempts = 5;

/** The other bank sent it back: the expense is undone. A refusal stands under its key, so that each try has its own. */
export async function takeProofBack(parts: RailParts, payment: ProofPayment, reason: string): Promise<boolean> {
  const { ledger, platform } = parts;
  const { _id: key, amount, currency, actor, railReference } = payment;
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const outcome = await ledger.post({
      key: railKeys.takeBack(key, attempt),
      requestHash: hashRequest({ return: key }),
      kind: 'bank-proof-reversal',
      currency,
      effectiveOn: await platform.bankDay.today(),
      actor,
      reference: railReference ?? 'payment returned',
      reverses: railKeys.proof(key),
      postings: [
        { account: ownBookId('cash', currency), amount },
        { account: ownBookId('accountChecks', currency), amount: negate(amount) },
      ],
      companions: moveOf(platform, payment, { state: 'returned', reason }),
    });
    if (outcome.ok) return true;
    if (outcome.refusal.code === 'guard-missed' || outcome.refusal.code === 'already-reversed') return true;
  }
  return false;
}
