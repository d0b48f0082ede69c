import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { takingKey } from '#features/servicing/autopay/autopay.rules.ts';
import { dueQuery } from '#features/servicing/autopay/autopay-step.ts';
import type { Mandate } from '#features/servicing/autopay/mandate.model.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';
import {
  balanceOf,
  closeDay,
  instalmentOf,
  isTrue,
  mandateOf,
  noticesOf,
  onDay,
  runStep,
  transactionsOf,
  withAutopay,
  type Story,
} from './autopay-story.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());
afterEach(() => isTrue(bank));

const bounceFee = { code: 'bounce', when: 'event', taxPercent: rateOf('18'), amount: moneyOf(25_00n) } as const;

async function story(facts: Parameters<typeof withAutopay>[2] = {}): Promise<Story> {
  return withAutopay(bank, await newBorrower(bank), facts);
}

async function addMoney(account: { partyId: string; accountId: string }, amount: bigint) {
  const order = { key: newId(), actor: 'test', partyId: account.partyId, accountId: account.accountId };
  expect((await bank.services.accounts.deposit({ ...order, amount: moneyOf(amount) })).ok).toBe(true);
}

const kinds = async (one: Story) => (await transactionsOf(bank, one)).map(({ kind }) => kind);

describe('autopay on time', () => {
  it('takes exactly what fell due on each due date, at month ends as the schedule has them', async () => {
    const one = await story();
    const instalment = await instalmentOf(bank, one);
    const before = await balanceOf(bank, one.accountId);
    expect(await mandateOf(bank, one)).toMatchObject({ dueOn: '2025-02-28', tryOn: '2025-02-28', attempt: 1 });
    await closeDay(bank, '2025-02-27');
    expect(await kinds(one)).toEqual(['disbursal']);
    for (const day of ['2025-02-28', '2025-03-31', '2025-04-30']) await closeDay(bank, day);
    expect((await transactionsOf(bank, one)).slice(1)).toEqual(
      ['2025-02-28', '2025-03-31', '2025-04-30'].map((on) => ({
        _id: `autopay:${one.loanId}:${on}:1:${one.accountId}`,
        kind: 'payment',
        amount: instalment,
        channel: 'autopay',
        on,
      })),
    );
    expect(await balanceOf(bank, one.accountId)).toBe(before - 3n * instalment);
    expect(await mandateOf(bank, one)).toMatchObject({ dueOn: '2025-05-31', attempt: 1 });
  });

  it('leaves out what was paid before, and takes what became overdue before it was set up', async () => {
    const one = await story({ disbursedOn: '2025-01-10' });
    const instalment = await instalmentOf(bank, one);
    const { servicing } = bank.services;
    const act = { kind: 'payment', from: { accountId: one.accountId }, shown: instalment } as const;
    await onDay(bank, '2025-02-01');
    const paid = { key: newId(), actor: one.userId, channel: 'customer', loanId: one.loanId, act } as const;
    expect((await servicing.act(paid)).ok).toBe(true);
    await closeDay(bank, '2025-02-10');
    expect(await kinds(one)).toEqual(['disbursal', 'payment']);
    expect(await mandateOf(bank, one)).toMatchObject({ dueOn: '2025-03-10', attempt: 1 });

    const late = await withAutopay(bank, await newBorrower(bank), { disbursedOn: '2025-01-10' });
    const order = { actor: late.userId, partyId: late.partyId, loanId: late.loanId };
    expect((await bank.services.autopay.cancel({ ...order, version: 1 })).ok).toBe(true);
    for (const day of ['2025-02-10', '2025-02-11']) await closeDay(bank, day);
    expect((await bank.services.autopay.setUp({ ...order, key: newId(), accountId: late.accountId })).ok).toBe(true);
    await closeDay(bank, '2025-03-10');
    const [, payment] = await transactionsOf(bank, late);
    expect(payment?.amount).toBe(2n * instalment);
  });

  it('ends with the loan', async () => {
    const one = await story({ disbursedOn: '2025-01-15', instalments: 2 });
    for (const day of ['2025-02-15', '2025-03-15']) await closeDay(bank, day);
    const told = await bank.services.servicing.tell({ loanId: one.loanId });
    expect(told?.loan.state).toBe('closed');
    await closeDay(bank, '2025-03-31');
    const mandate = await mandateOf(bank, one);
    expect(mandate.state).toBe('cancelled');
    expect(mandate.history.at(-1)?.what).toBe('loan-ended');
  });
});

describe('an account that is short', () => {
  it('is tried again two days later, and then paid', async () => {
    const one = await story({ disbursedOn: '2025-01-20', balance: 10_00n, product: { fees: [bounceFee] } });
    const instalment = await instalmentOf(bank, one);
    await closeDay(bank, '2025-02-20');
    expect(await mandateOf(bank, one)).toMatchObject({ attempt: 2, tryOn: '2025-02-22', remindFor: '2025-03-20' });
    const [, told] = await noticesOf(bank, one);
    expect(told?.title).toBe('Autopay could not take your instalment yet');
    expect(told?.text).toContain(
      `the account was ${bank.platform.formats.moneyWithCurrency(moneyOf(instalment - 10_00n))} short`,
    );
    expect(told?.text).toContain('22 February 2025');
    await closeDay(bank, '2025-02-21');
    expect(await kinds(one)).toEqual(['disbursal']);
    await addMoney(one, 5_000_00n);
    await closeDay(bank, '2025-02-22');
    expect((await transactionsOf(bank, one)).at(-1)).toMatchObject({
      _id: `autopay:${one.loanId}:2025-02-20:2:${one.accountId}`,
    });
    expect(await mandateOf(bank, one)).toMatchObject({ dueOn: '2025-03-20', attempt: 1 });
    const { takings } = await bank.services.autopay.takings(one, { page: 1, size: 10 });
    expect(takings.map(({ outcome, taken, amount }) => ({ outcome, taken, amount }))).toEqual([
      { outcome: 'taken', taken: instalment, amount: null },
      { outcome: 'failed', taken: null, amount: instalment },
    ]);
  });

  it('is charged once after the third try, and not tried again until the next due date', async () => {
    const one = await story({ disbursedOn: '2025-01-20', balance: 0n, product: { fees: [bounceFee] } });
    for (const day of ['2025-02-20', '2025-02-22', '2025-02-25', '2025-02-26', '2025-02-27']) await closeDay(bank, day);
    expect(await transactionsOf(bank, one)).toMatchObject([
      { kind: 'disbursal' },
      { kind: 'charge', amount: 29_50n, _id: `autopay:${one.loanId}:2025-02-20:bounce` },
    ]);
    expect(await mandateOf(bank, one)).toMatchObject({ state: 'active', dueOn: '2025-03-20', attempt: 1 });
    const last = (await noticesOf(bank, one)).filter(({ title }) => title === 'Autopay could not take your instalment');
    expect(last).toHaveLength(1);
    expect(last[0]?.text).toContain('A fee of 29.50 USD was added to the loan.');
  });

  it('costs nothing where the product has no such fee', async () => {
    const one = await story({ disbursedOn: '2025-01-20', balance: 0n, product: { fees: [] } });
    for (const day of ['2025-02-20', '2025-02-22', '2025-02-25']) await closeDay(bank, day);
    expect(await kinds(one)).toEqual(['disbursal']);
  });

  it('stops when the borrower pays between two tries', async () => {
    const one = await story({ disbursedOn: '2025-01-20', balance: 0n });
    await closeDay(bank, '2025-02-20');
    await addMoney(one, 5_000_00n);
    const shown = await instalmentOf(bank, one);
    const act = { kind: 'payment', from: { accountId: one.accountId }, shown } as const;
    const paid = { key: newId(), actor: one.userId, channel: 'customer', loanId: one.loanId, act } as const;
    expect((await bank.services.servicing.act(paid)).ok).toBe(true);
    await closeDay(bank, '2025-02-22');
    expect(await kinds(one)).toEqual(['disbursal', 'payment']);
    expect(await mandateOf(bank, one)).toMatchObject({ dueOn: '2025-03-20', attempt: 1 });
  });

  it('gives a weekly loan over to its next due date before the third try', async () => {
    const frequency = { every: 3, unit: 'day' } as const;
    const one = await story({ disbursedOn: '2025-06-02', balance: 0n, product: { frequency, fees: [bounceFee] } });
    const dueOn = (await bank.services.servicing.findOwn(one.partyId, one.loanId))?.instalments[0]?.dueOn ?? '';
    const days = [0, 1, 2, 3].map((more) => Temporal.PlainDate.from(dueOn).add({ days: more }).toString());
    for (const day of days) await closeDay(bank, day);
    const charges = (await transactionsOf(bank, one)).filter(({ kind }) => kind === 'charge');
    expect(charges).toHaveLength(1);
    expect(await mandateOf(bank, one)).toMatchObject({ attempt: 2, dueOn: days[3] });
  });
});

describe('once, whatever happens', () => {
  it('takes once when it runs twice, and by two instances at once', async () => {
    const one = await story({ disbursedOn: '2025-07-04' });
    const { steps } = bank.services.autopay;
    await onDay(bank, '2025-08-04');
    await Promise.all([runStep(steps.autopay, '2025-08-04'), runStep(steps.autopay, '2025-08-04')]);
    await runStep(steps.autopay, '2025-08-04');
    expect(await kinds(one)).toEqual(['disbursal', 'payment']);
    const { total } = await bank.services.autopay.takings(one, { page: 1, size: 10 });
    expect(total).toBe(1);
  });

  it('fails once when two instances find the account short at once', async () => {
    const one = await story({ disbursedOn: '2025-07-04', balance: 0n, product: { fees: [bounceFee] } });
    const { steps } = bank.services.autopay;
    for (const day of ['2025-08-04', '2025-08-06', '2025-08-09']) {
      await onDay(bank, day);
      const both = await Promise.all([runStep(steps.autopay, day), runStep(steps.autopay, day)]);
      expect(both.flatMap(({ failures }) => failures)).toEqual([]);
    }
    expect(await kinds(one)).toEqual(['disbursal', 'charge']);
    await bank.platform.outbox.drain();
    expect((await noticesOf(bank, one)).filter(({ title }) => title.startsWith('Autopay could not'))).toHaveLength(3);
  });

  it('goes on after a kill between the refusal and the record of it', async () => {
    const one = await story({ disbursedOn: '2025-07-05', balance: 0n });
    await onDay(bank, '2025-08-05');
    const key = `autopay:${one.loanId}:2025-08-05:1:${one.accountId}`;
    const refused = await bank.services.servicing.act({
      ...{ key, actor: 'autopay', channel: 'autopay', loanId: one.loanId, partyId: one.partyId },
      act: { kind: 'payment', only: 'arrears', from: { accountId: one.accountId } },
    });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'short-of-funds' } });
    await addMoney(one, 5_000_00n);
    // The key keeps its answer: this try failed, and the next one finds the money.
    await runStep(bank.services.autopay.steps.autopay, '2025-08-05');
    expect(await mandateOf(bank, one)).toMatchObject({ attempt: 2, tryOn: '2025-08-07' });
    await closeDay(bank, '2025-08-07');
    expect(await kinds(one)).toEqual(['disbursal', 'payment']);
  });

  it('takes from another account that was chosen after a refusal nobody wrote down', async () => {
    const one = await story({ disbursedOn: '2025-07-05', balance: 0n });
    await onDay(bank, '2025-08-05');
    const refused = await bank.services.servicing.act({
      ...{ key: takingKey(await mandateOf(bank, one), 0), actor: 'autopay', channel: 'autopay' },
      ...{ loanId: one.loanId, partyId: one.partyId },
      act: { kind: 'payment', only: 'arrears', from: { accountId: one.accountId } },
    });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'short-of-funds' } });
    const { version } = await mandateOf(bank, one);
    const order = { actor: one.userId, partyId: one.partyId, loanId: one.loanId, version, accountId: one.pocket };
    expect((await bank.services.autopay.changeAccount(order)).ok).toBe(true);
    await runStep(bank.services.autopay.steps.autopay, '2025-08-05');
    expect(await kinds(one)).toEqual(['disbursal', 'payment']);
    expect(await mandateOf(bank, one)).toMatchObject({ dueOn: '2025-09-05', attempt: 1 });
  });

  it('goes on after a kill between the fee and the record of the last try', async () => {
    const one = await story({ disbursedOn: '2025-07-05', balance: 0n, product: { fees: [bounceFee] } });
    for (const day of ['2025-08-05', '2025-08-07']) await closeDay(bank, day);
    await onDay(bank, '2025-08-10');
    const key = `autopay:${one.loanId}:2025-08-05:bounce`;
    const act = { kind: 'charge', code: 'bounce', amount: moneyOf(29_50n), tax: moneyOf(4_50n) } as const;
    const charged = {
      key,
      actor: 'autopay',
      channel: 'autopay',
      loanId: one.loanId,
      partyId: one.partyId,
      act,
    } as const;
    expect((await bank.services.servicing.act(charged)).ok).toBe(true);
    await closeDay(bank, '2025-08-10');
    expect(await kinds(one)).toEqual(['disbursal', 'charge']);
    expect(await mandateOf(bank, one)).toMatchObject({ dueOn: '2025-09-05', attempt: 1 });
  });

  it('is not taken where the borrower cancels at the same moment, or it is taken and the cancelling refused', async () => {
    const one = await story({ disbursedOn: '2025-07-06' });
    await onDay(bank, '2025-08-06');
    const order = { actor: one.userId, partyId: one.partyId, loanId: one.loanId, version: 1 };
    const [cancelled] = await Promise.all([
      bank.services.autopay.cancel(order),
      runStep(bank.services.autopay.steps.autopay, '2025-08-06'),
    ]);
    expect(await kinds(one)).toEqual(cancelled.ok ? ['disbursal'] : ['disbursal', 'payment']);
    await closeDay(bank, '2025-08-31');
  });
});

describe('an account that is gone', () => {
  it('pauses the mandate with a notice when it is closed, and another one goes on', async () => {
    const one = await story({ disbursedOn: '2025-09-10', balance: 0n });
    const { accounts, autopay } = bank.services;
    await bank.platform.database.db
      .collection<{ _id: string }>('accounts')
      .updateOne({ _id: one.accountId }, { $set: { state: 'closed', closedOn: '2025-09-11' } });
    await closeDay(bank, '2025-10-10');
    const mandate = await mandateOf(bank, one);
    expect(mandate).toMatchObject({ state: 'paused' });
    expect(mandate.history.at(-1)).toMatchObject({ what: 'paused', reason: 'account-closed' });
    expect((await noticesOf(bank, one)).some(({ title }) => title === 'Autopay is paused')).toBe(true);
    await onDay(bank, '2025-10-12');
    const order = { actor: one.userId, partyId: one.partyId, loanId: one.loanId, version: mandate.version };
    expect((await autopay.changeAccount({ ...order, accountId: one.pocket })).ok).toBe(true);
    await closeDay(bank, '2025-11-10');
    const instalment = (await transactionsOf(bank, one)).at(-1);
    expect(instalment).toMatchObject({ kind: 'payment', channel: 'autopay' });
    expect(await accounts.findOwn(one.partyId, one.pocket)).toBeDefined();
  });

  it('pauses the mandate where the borrower was removed from a joint account', async () => {
    const one = await story({ disbursedOn: '2025-09-11' });
    await bank.platform.database.db
      .collection<{ _id: string }>('accounts')
      .updateOne({ _id: one.accountId }, { $set: { holders: [newId()] } });
    await closeDay(bank, '2025-10-11');
    expect(await mandateOf(bank, one)).toMatchObject({ state: 'paused' });
    expect(await kinds(one)).toEqual(['disbursal']);
  });

  it('is tried again where the account is frozen', async () => {
    const one = await story({ disbursedOn: '2025-09-12' });
    await bank.services.ledger.setTerms({
      ...{ key: newId(), requestHash: 'freeze', actor: 'test', reference: 'freeze', account: one.accountId },
      effectiveOn: Temporal.PlainDate.from('2025-10-12'),
      freeze: 'debit',
    });
    await closeDay(bank, '2025-10-12');
    expect(await mandateOf(bank, one)).toMatchObject({ state: 'active', attempt: 2 });
    const text = (await noticesOf(bank, one)).at(-1)?.text;
    expect(text).toContain('the account cannot be used at the moment');
  });
});

describe('the index', () => {
  it('is all that the day’s job reads', async () => {
    const mandates = bank.platform.database.db.collection<Mandate>('mandates');
    const query = dueQuery({ after: `2025-01-01 ${newId()}`, until: '2025-12-31' });
    const explained = await mandates
      .find(query as object)
      .sort({ tryOn: 1, _id: 1 })
      .limit(10)
      .explain('queryPlanner');
    const plan = JSON.stringify((explained as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan);
    expect(plan).toContain('"indexName":"due"');
    expect(plan).not.toContain('"SORT"');
  });
});
