import { newId } from '#core/ids.ts';
import { moneyOf, negate, zero } from '#core/money.ts';
import { hashRequest, ownBookId } from '#features/ledger/index.ts';
import type { Companion } from '#platform/companion.ts';
import type { Bank } from '#src/composition.ts';

/** A customer's ledger account with so many cents on it, paid in from cash. */
export async function fundedAccount(bank: Bank, cents: bigint): Promise<string> {
  const id = newId();
  const { ledger } = bank.services;
  const owner = { type: 'account' as const, id };
  await ledger.open([
    { id, name: 'Test account', kind: 'liability', currency: 'USD', branchId: 'head-office', owner, floor: zero },
  ]);
  if (cents > 0n) {
    const funded = await ledger.post(order({ debit: ownBookId('cash', 'USD'), credit: id, cents, kind: 'deposit' }));
    if (!funded.ok) throw new Error('The test account was not funded');
  }
  return id;
}

export function order(facts: {
  debit: string;
  credit: string;
  cents: bigint;
  key?: string;
  kind?: string;
  companions?: Companion[];
  requestHash?: string;
}) {
  const amount = moneyOf(facts.cents);
  const { debit, credit } = facts;
  return {
    key: facts.key ?? newId(),
    requestHash: facts.requestHash ?? hashRequest({ debit, credit, amount: String(amount) }),
    kind: facts.kind ?? 'transfer',
    currency: 'USD' as const,
    effectiveOn: Temporal.PlainDate.from('2026-03-17'),
    actor: 'tester',
    reference: 'a test',
    postings: [
      { account: debit, amount },
      { account: credit, amount: negate(amount) },
    ],
    ...(facts.companions ? { companions: facts.companions } : {}),
  };
}

/** Forbids everything on an account, or allows it again, as the bank itself does it. */
export async function freeze(bank: Bank, account: string, freeze: 'full' | 'none'): Promise<void> {
  const key = newId();
  const head = { key, requestHash: hashRequest({ account, freeze }), actor: 'tester', reference: 'a test' };
  const effectiveOn = Temporal.PlainDate.from('2026-03-17');
  const outcome = await bank.services.ledger.setTerms({ ...head, account, freeze, effectiveOn });
  if (!outcome.ok) throw new Error('The test account’s freeze was not changed');
}

/** What of the bank's books must hold after anything: debits equal credits, and replay equals balances. */
export async function soundness(bank: Bank) {
  const lines = await bank.services.ledger.trialBalance();
  const imbalance = lines.reduce((total, line) => total + line.debit - line.credit, 0n);
  return { imbalance, difference: await bank.services.ledger.verify() };
}

export const sound = { imbalance: 0n, difference: undefined };
