import { expect } from 'vitest';
import { present } from '#core/assert.ts';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { moneyOf, zero, type Money } from '#core/money.ts';
import { imbalance } from '#features/ledger/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import type { Mandate } from '#features/servicing/autopay/mandate.model.ts';
import type { DayStep, StepAdvance } from '#platform/close-of-day/step.ts';
import { testPassword, type TestBank, type Visitor } from '#test/portal.ts';
import { fundedAccount, lend } from '../lender.ts';

export type Story = Awaited<ReturnType<typeof withAutopay>>;

/** A borrower with an account, a loan of 12,000.00 in 12 instalments, and a mandate on that account. */
export async function withAutopay(
  bank: TestBank,
  person: { partyId: string; userId: string },
  facts: { disbursedOn?: string; balance?: bigint; product?: Partial<ProductVersion>; instalments?: number } = {},
) {
  const { disbursedOn = '2025-01-31', balance = 20_000_00n, product = {}, instalments = 12 } = facts;
  const { partyId, userId } = person;
  await onDay(bank, disbursedOn);
  const pocket = await fundedAccount(bank, { partyId, amount: 0n });
  const accountId = await fundedAccount(bank, { partyId, amount: balance });
  const loan = await lend(bank, {
    partyId,
    accountId: pocket,
    principal: 12_000_00n,
    instalments,
    disbursedOn,
    product,
  });
  const order = { actor: userId, partyId, loanId: loan._id };
  const outcome = await bank.services.autopay.setUp({ ...order, key: newId(), accountId });
  if (!outcome.ok) throw new Error(`The test mandate was refused: ${outcome.refusal}`);
  return { partyId, userId, loan, loanId: loan._id, accountId, pocket, mandateId: outcome.value.mandateId };
}

export async function onDay(bank: TestBank, date: string): Promise<void> {
  bank.clock.set(`${date}T12:00:00Z`);
  const bankDays = bank.platform.database.db.collection<{ _id: string }>('bank');
  await bankDays.updateOne({ _id: 'business-date' }, { $set: { date: dateOf(date).toString() } }, { upsert: true });
}

/** A session does not outlive the days that a test passes over. */
export async function signInAgain(browser: Visitor & { email: string }): Promise<void> {
  await browser.get('/login');
  await browser.post('/login', { email: browser.email, password: testPassword });
}

/** Runs one step for a date by itself; gives what it said. */
export async function runStep(step: DayStep, date: string, cursor?: string) {
  const said: StepAdvance[] = [];
  await step.run({
    date: dateOf(date),
    cursor,
    signal: new AbortController().signal,
    check: () => undefined,
    progress: (advance) => {
      said.push(advance);
      return Promise.resolve();
    },
    explain: (error, subject) => `${subject ?? ''}: ${String(error)}`,
  });
  return {
    done: said.reduce((sum, { done = 0 }) => sum + done, 0),
    failures: said.flatMap(({ failures = [] }) => failures),
  };
}

/** The bank's steps for loans of one day, as the close of day runs them, and what they promised is delivered. */
export async function closeDay(bank: TestBank, date: string) {
  const { servicing, autopay } = bank.services;
  await onDay(bank, date);
  const { fallDue, penalise, classify } = servicing.steps;
  for (const step of [fallDue, autopay.steps.autopay, penalise, classify, autopay.steps.notify]) {
    expect((await runStep(step, date)).failures).toEqual([]);
  }
  await bank.platform.outbox.drain();
}

export async function mandateOf(bank: TestBank, { mandateId }: { mandateId: string }): Promise<Mandate> {
  const mandates = bank.platform.database.db.collection<Mandate>('mandates');
  return present((await mandates.findOne({ _id: mandateId })) ?? undefined, 'The mandate');
}

export async function balanceOf(bank: TestBank, account: string): Promise<Money> {
  return (await bank.services.ledger.balances([account])).get(account)?.balance ?? zero;
}

export async function instalmentOf(bank: TestBank, { loanId }: { loanId: string }): Promise<Money> {
  const told = await bank.services.servicing.tell({ loanId });
  return moneyOf(told?.loan.instalments[0]?.total ?? 0n);
}

export async function transactionsOf(bank: TestBank, { loanId }: { loanId: string }) {
  const { transactions } = await bank.services.servicing.transactions({ loanId }, { page: 1, size: 50 });
  return transactions.toReversed().map(({ _id, kind, amount, channel, on }) => ({ _id, kind, amount, channel, on }));
}

export async function noticesOf(bank: TestBank, { partyId }: { partyId: string }) {
  const { notices } = await bank.services.notices.list(partyId, { page: 1, size: 50 });
  return notices.toReversed();
}

/** Nothing of the bank contradicts anything else. */
export async function isTrue(bank: TestBank): Promise<void> {
  expect(imbalance(await bank.services.ledger.trialBalance())).toBe(0n);
  expect(await bank.services.servicing.verifyProjections()).toBeUndefined();
}
