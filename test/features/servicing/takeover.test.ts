import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { loanAccounts, type Loan } from '#features/loans/index.ts';
import { sound, soundness } from '#test/ledger-builders.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { fundedAccount, lend } from './lender.ts';
import {
  bankDate,
  bookBalance,
  confirmed,
  csv,
  customer,
  findings,
  header,
  loanBy,
  loanLine,
  oldNumber,
  paymentLine,
  transactionsOf,
  uploaded,
} from './takeover-people.ts';
import { decoded, problem } from './takeover-steps.ts';

describe('taking over running loans', () => {
  let portal: TestPortal;
  let maker: Awaited<ReturnType<TestPortal['staff']>>;
  let checker: Awaited<ReturnType<TestPortal['staff']>>;
  beforeAll(async () => {
    portal = await openPortal();
    await portal.setDay('2026-03-17');
    maker = await portal.staff('finance');
    checker = await portal.staff('administrator');
  });
  beforeEach(() => bankDate(portal, '2026-03-17'));
  afterAll(() => portal.close());

  const takeovers = () => portal.services.servicing.takeovers;
  const recordOf = async (id: string) => {
    const record = await takeovers().find(id);
    if (!record) throw new Error('The import is gone');
    return record;
  };
  const counts = async () => {
    const { db } = portal.database;
    const names = ['journals', 'loans', 'loanTransactions'];
    return Promise.all(names.map((name) => db.collection(name).countDocuments()));
  };
  const taken = async (file: string) => {
    const id = await uploaded(portal, maker, file);
    expect(await findings(portal, id)).toEqual({});
    expect((await confirmed(checker, id)).status).toBe(303);
    await portal.platform.outbox.drain();
    expect((await recordOf(id)).state).toBe('posted');
    return id;
  };
  const balances = async (loan: Loan) => {
    const ids = Object.values(loanAccounts(loan._id));
    const found = await portal.services.ledger.balances(ids);
    return ids.map((id) => found.get(id)?.balance ?? 0n);
  };
  const whole = async () => [await soundness(portal), await portal.services.servicing.verifyProjections()];
  const book = (name: string) => bookBalance(portal, name);

  it('brings a loan over that stands as if it had lived here, and books none of its past income', async () => {
    const [here, there] = [await customer(portal), await customer(portal)];
    const accountId = await fundedAccount(portal, { partyId: here.partyId, amount: 90_000_00n });
    const lived = await lend(portal, { partyId: here.partyId, accountId });
    const act = (loan: Loan, on: string, amount: bigint) =>
      portal.services.servicing.act({
        ...{ key: newId(), actor: 'test', channel: 'staff', loanId: loan._id, on: Temporal.PlainDate.from(on) },
        act: { kind: 'payment', from: 'cash', amount: moneyOf(amount) },
      });
    const rows = lived.instalments.slice(0, 8);
    const later = [
      ['2025-12-10', '1800.00'],
      ['2026-01-20', '1600.50'],
      ['2026-03-17', '1.00'],
    ] as const;
    const played = [
      ...rows.map((row) => [row.dueOn, row.total] as const),
      ...later.map(([on, cents]) => [on, BigInt(cents.replace('.', ''))] as const),
    ];
    for (const [on, amount] of played) {
      await bankDate(portal, on);
      expect((await act(lived, on, amount)).ok).toBe(true);
    }

    const income = [await book('interestIncome'), await book('penaltyIncome'), await book('feeIncome')];
    const number = oldNumber();
    await uploadedWithWarning(number, there.email, later);
    expect([await book('interestIncome'), await book('penaltyIncome'), await book('feeIncome')]).toEqual(income);

    const loan = await loanBy(portal, number);
    const now = await reread(lived);
    const facts = ({ outstandingPrincipal, paidInstalments, nextDueOn, arrears, state }: Loan) => ({
      ...{ outstandingPrincipal, paidInstalments, nextDueOn, arrears, state },
    });
    expect(facts(loan)).toEqual(facts(now));
    expect(loan.booked).toEqual(now.booked);
    const strip = (one: Loan) => one.instalments.map(({ paidBy, ...row }) => ({ ...row, isSettled: paidBy !== null }));
    expect(strip(loan)).toEqual(strip(now));
    expect(await balances(loan)).toEqual(await balances(now));
    expect(loan.arrears.daysPastDue).toBeGreaterThan(0);
    const transactions = await transactionsOf(portal, loan);
    expect(transactions).toHaveLength(12);
    expect(transactions[1]).toMatchObject({
      kind: 'payment',
      on: '2025-04-03',
      recordedOn: '2026-03-17',
      instalment: 1,
    });
    expect(await whole()).toEqual([sound, undefined]);

    // Both go on alike: the same day later, the same is earned, and paying what is due leaves the same.
    await bankDate(portal, '2026-04-20');
    const due = async (one: Loan) => (await portal.services.servicing.tell({ loanId: one._id }))?.run;
    const [a, b] = [await due(lived), await due(loan)];
    expect(b?.interest).toEqual(a?.interest);
    expect(b?.arrears).toEqual(a?.arrears);
    const before = await book('interestIncome');
    expect((await act(lived, '2026-04-20', 2_000_00n)).ok).toBe(true);
    const ownIncome = (await book('interestIncome')) - before;
    expect((await act(loan, '2026-04-20', 2_000_00n)).ok).toBe(true);
    const takenIncome = (await book('interestIncome')) - before - ownIncome;
    expect(ownIncome).not.toBe(0n);
    // Both were booked up to the seventeenth of March; from there on they earn the same, and nothing of before.
    expect(takenIncome).toBe(ownIncome);
    expect(await balances(loan)).toEqual(await balances((await due(lived)) ? await reread(lived) : lived));
    expect(await whole()).toEqual([sound, undefined]);
  });

  const reread = async (loan: Loan) => (await portal.services.servicing.tell({ loanId: loan._id }))?.loan ?? loan;

  async function uploadedWithWarning(number: string, email: string, later: readonly (readonly [string, string])[]) {
    const file = csv(
      loanLine(number, email, { paid: '8' }),
      ...later.map(([on, amount]) => paymentLine(number, on, amount)),
    );
    const id = await uploaded(portal, maker, file);
    expect(await findings(portal, id)).toEqual({ 2: [expect.stringMatching(/days past due: [\d,.]+ USD are unpaid/)] });
    expect((await confirmed(checker, id)).status).toBe(303);
    await portal.platform.outbox.drain();
    expect(await recordOf(id)).toMatchObject({ state: 'posted', posted: 1 });
  }

  it('lets a loan be paid, prepaid and paid off afterwards, with the fee in its annual percentage rate', async () => {
    const owner = await portal.borrower();
    const accountId = await fundedAccount(portal, { partyId: owner.partyId, amount: 24_000_00n });
    const account = await portal.database.db
      .collection<{ _id: string; number: string }>('accounts')
      .findOne({ _id: accountId });
    const number = oldNumber();
    const id = await taken(
      csv(
        loanLine(number, owner.email, { paid: '12', fee: '500.00', account: account?.number ?? '' }),
        paymentLine(number, '2026-03-10', '500.00', 'shorten-term'),
      ),
    );
    const loan = await loanBy(portal, number);
    expect(loan.payoutAccountId).toBe(accountId);
    expect(loan.takenOver).toMatchObject({ importId: id, number, on: '2026-03-17' });
    expect(loan.takenOver).not.toHaveProperty('arriving');
    expect(Number(loan.aprPercent)).toBeGreaterThan(9.6);
    const page = await owner.get(`/loans/${loan._id}`);
    expect([page.status, (await owner.get('/loans')).text.includes(loan.number)]).toEqual([200, true]);
    expect((await owner.get(`/loans/${loan._id}?tab=payments`)).status).toBe(200);
    const [, first] = await transactionsOf(portal, loan);
    expect((await owner.get(`/loans/${loan._id}/payments/${first?._id ?? ''}`)).status).toBe(200);
    const { servicing } = portal.services;
    const by = { actor: owner.userId, channel: 'customer', loanId: loan._id, partyId: owner.partyId } as const;
    const told = await servicing.tell({ loanId: loan._id });
    const choices = told && servicing.prepaymentChoices(told, moneyOf(1_000_00n));
    const chargeShown = choices?.ok ? choices.value.charge : moneyOf(-1n);
    const prepaid = await servicing.act({
      ...{ ...by, key: newId() },
      act: { kind: 'prepayment', from: { accountId }, amount: moneyOf(1_000_00n), effect: 'shorten-term', chargeShown },
    });
    expect(prepaid).toMatchObject({ ok: true });
    const payment = await servicing.act({
      ...{ ...by, key: newId() },
      act: { kind: 'payment', from: { accountId }, amount: moneyOf(300_00n) },
    });
    expect(payment).toMatchObject({ ok: true });
    const quote = await portal.services.servicing.payoffQuote(
      { loanId: loan._id },
      Temporal.PlainDate.from('2026-03-17'),
    );
    const paidOff = await portal.services.servicing.act({
      ...{ ...by, key: newId() },
      act: { kind: 'payoff', from: { accountId }, shown: quote?.total ?? moneyOf(0n) },
    });
    expect(paidOff).toMatchObject({ ok: true });
    expect((await loanBy(portal, number)).state).toBe('closed');
    expect(await balances(loan)).toEqual([0n, 0n, 0n, 0n, 0n]);
    expect(await whole()).toEqual([sound, undefined]);
    // Its borrower was told, once.
    const notices = portal.database.db.collection('notices');
    expect(await notices.countDocuments({ partyId: owner.partyId, title: 'Your loan is with us now' })).toBe(1);
  });

  it('names everything that is wrong, line by line, and brings nothing over', async () => {
    const owner = await customer(portal);
    const other = await customer(portal);
    const account = await fundedAccount(portal, { partyId: other.partyId, amount: 0n });
    const found = await portal.database.db
      .collection<{ _id: string; number: string }>('accounts')
      .findOne({ _id: account });
    const [good, twice, orphan, late] = [oldNumber(), oldNumber(), oldNumber(), oldNumber()];
    const before = await counts();
    const id = await uploaded(
      portal,
      maker,
      csv(
        loanLine(good, owner.email, { paid: '12' }),
        loanLine(oldNumber(), 'nobody@example.test'),
        loanLine(oldNumber(), owner.email, { product: 'castle' }),
        loanLine(oldNumber(), owner.email, { principal: '1e3' }),
        loanLine(oldNumber(), owner.email, { disbursed: '2026-03-18', first: '2026-04-18' }),
        loanLine(oldNumber(), owner.email, { account: found?.number ?? '' }),
        loanLine(twice, owner.email),
        loanLine(twice, owner.email),
        paymentLine(orphan, '2026-01-01', '5.00'),
        loanLine(late, owner.email, { instalments: '0' }),
        paymentLine(late, '2026-04-01', '5.00'),
        '=cmd|calc,"=HYPERLINK(""http://evil.test"")",x,,,,,,,,,,,,,',
        'too,few',
        loanLine(oldNumber(), owner.email, { first: '2025-03-03' }),
        `refund,${good},,,,,,,,,,,,2026-01-01,5.00,`,
      ),
    );
    const said = await findings(portal, id);
    expect(Object.keys(said).map(Number)).toEqual([3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16]);
    expect(said[3]).toEqual([expect.stringContaining('nobody is a customer here')]);
    expect(said[4]).toEqual(['product is “castle”: there is no product with this code here.']);
    expect(said[6]).toEqual([expect.stringContaining('after the takeover date, 2026-03-17')]);
    expect(said[7]).toEqual([expect.stringContaining('this customer has no such account here')]);
    expect(said[9]).toEqual([`loan “${twice}” stands on line 8 already: give each loan once.`]);
    expect(said[10]).toEqual([expect.stringContaining('has no line of kind loan')]);
    expect(await recordOf(id)).toMatchObject({ state: 'checked', errorLines: 13 });
    const shown = decoded((await maker.get(`/loan-imports/${id}`)).text);
    expect(shown).toContain('13 lines with errors');
    expect(shown).not.toContain('Take over');
    const report = (await maker.get(`/loan-imports/${id}/report.csv`)).text;
    expect(report).not.toMatch(/(^|,)"?=/m);
    // No address of anybody is kept with the file.
    expect(report).not.toContain('@');
    expect(
      JSON.stringify(await portal.database.db.collection('loanImportLines').find({ importId: id }).toArray(), bigints),
    ).not.toContain('@');
    const refused = await checker.post(`/loan-imports/${id}/confirm`, { version: String((await recordOf(id)).step) });
    expect([refused.status, problem(refused.text)]).toEqual([409, expect.stringContaining('The file has errors')]);
    expect(await counts()).toEqual(before);
  });

  it('tells what a loan comes to: too much paid, another balance, impossible payments', async () => {
    const owner = await customer(portal);
    const numbers = Array.from({ length: 8 }, oldNumber) as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const [a, b, c, d, e, f, g, h] = numbers;
    const id = await uploaded(
      portal,
      maker,
      csv(
        loanLine(a, owner.email, { paid: '12', expected: '22000.00' }),
        loanLine(b, owner.email),
        paymentLine(b, '2025-04-01', '60000.00'),
        loanLine(c, owner.email, { paid: '13' }),
        loanLine(d, owner.email, { paid: '12' }),
        paymentLine(d, '2025-06-01', '500.00', 'shorten-term'),
        loanLine(e, owner.partyId, { paid: '2' }),
        paymentLine(e, '2025-03-01', '10.00'),
        loanLine(f, owner.email, { instalments: '6', paid: '6' }),
        loanLine(g, owner.email, { paid: '12' }),
        paymentLine(g, '2026-03-10', '99999.00', 'shorten-term'),
        loanLine(h, owner.email, { first: '2025-03-20', instalments: '600', paid: '3' }),
      ),
    );
    const said = await findings(portal, id);
    expect(said[2]).toEqual([
      expect.stringMatching(
        /^expected_outstanding is 22,000\.00 USD, but .* [\d,.]+ USD of principal are outstanding on 17 March 2026, a difference of [\d,.]+ USD\.$/,
      ),
    ]);
    expect(said[4]).toEqual([expect.stringContaining('More was paid than was owed')]);
    expect(said[5]).toEqual([expect.stringContaining('that instalment falls due on 2026-04-03')]);
    expect(said[7]).toEqual([expect.stringContaining('Instalments after an early repayment')]);
    expect(said[9]).toEqual(['on is “2025-03-01”: it lies before the loan was paid out.']);
    expect(said[10]).toEqual(['Nothing is owed any more: take the lines of this loan out.']);
    expect(said[12]).toEqual([expect.stringContaining('More was repaid early')]);
    expect(Object.keys(said).map(Number)).toEqual([2, 4, 5, 7, 9, 10, 12, 13]);
    expect(await recordOf(id)).toMatchObject({ state: 'checked', errorLines: 7 });
    // What the report says is outstanding may be written into the file.
    const told = /but by its terms and payments ([\d,.]+) USD/.exec(said[2]?.[0] ?? '')?.[1] ?? '';
    const again = await uploaded(portal, maker, csv(loanLine(a, owner.email, { paid: '12', expected: `"${told}"` })));
    expect(await findings(portal, again)).toEqual({});
    const cents = BigInt(told.replace(/[,.]/g, ''));
    const errorsWith = async (off: bigint) => {
      const expected = `${(cents + off) / 100n}.${String((cents + off) % 100n).padStart(2, '0')}`;
      const near = await uploaded(portal, maker, csv(loanLine(a, owner.email, { paid: '12', expected })));
      return (await recordOf(near)).errorLines;
    };
    expect([await errorsWith(5n), await errorsWith(-5n), await errorsWith(6n), await errorsWith(-6n)]).toEqual([
      0, 0, 1, 1,
    ]);
  });

  it('takes a file once: the same again is refused, in the check and at the confirmation', async () => {
    const owner = await customer(portal);
    const file = csv(loanLine(oldNumber(), owner.email, { paid: '12' }));
    const [first, second] = [await uploaded(portal, maker, file), await uploaded(portal, maker, file)];
    for (const id of [first, second]) {
      expect((await confirmed(checker, id)).status).toBe(303);
      await portal.platform.outbox.drain();
    }
    expect([(await recordOf(first)).state, (await recordOf(second)).state]).toEqual(['posted', 'checked']);
    expect(decoded((await maker.get(`/loan-imports/${second}`)).text)).toContain(
      'Something has changed since the check',
    );
    const third = await uploaded(portal, maker, file);
    expect(await findings(portal, third)).toEqual({ 2: [expect.stringContaining('has been brought over before')] });
    expect((await confirmed(checker, third)).status).toBe(409);
    expect(await portal.database.db.collection('loans').countDocuments({ partyId: owner.partyId })).toBe(1);
  });

  it('is for finance and administrators, confirmed by a second person who has no loan in it', async () => {
    const owner = await customer(portal);
    const file = csv(loanLine(oldNumber(), owner.email, { paid: '12' }));
    for (const role of ['officer', 'senior-officer', 'analyst', 'compliance'] as const) {
      const staff = await portal.staff(role);
      for (const path of ['', '/upload', '/sample.csv', `/${newId()}`, `/${newId()}/lines`, `/${newId()}/report.csv`])
        expect((await staff.get(`/loan-imports${path}`)).status, path).toBe(403);
      expect((await staff.upload('/loan-imports/upload', file)).status).toBe(403);
      expect((await staff.post(`/loan-imports/${newId()}/confirm`, { version: '1' })).status).toBe(403);
    }
    expect((await maker.get('/loan-imports')).status).toBe(200);
    expect((await maker.get(`/loan-imports/${newId()}`)).status).toBe(404);
    expect(
      (await maker.upload('/loan-imports/upload', file, { headers: { Origin: 'https://evil.test' } })).status,
    ).toBe(403);
    expect((await maker.get('/loan-imports/sample.csv')).text.split('\r\n')[0]).toBe(header);
    const id = await uploaded(portal, maker, file);
    const version = String((await recordOf(id)).step);
    const own = await maker.post(`/loan-imports/${id}/confirm`, { version });
    expect([own.status, problem(own.text)]).toEqual([409, expect.stringContaining('You uploaded this file')]);
    const involved = await portal.staff('finance', owner.partyId);
    expect(problem((await confirmed(involved, id)).text)).toContain('a loan of your own');
    expect((await checker.post(`/loan-imports/${id}/confirm`, { version: '1' })).status).toBe(409);
    expect((await confirmed(checker, id)).status).toBe(303);
    await portal.platform.outbox.drain();
  });

  it('refuses what is no such file in a sentence at the field, and keeps nothing of it', async () => {
    const lines = portal.database.db.collection('loanImportLines');
    const before = await lines.countDocuments();
    const sentence = async (file: string | Buffer) => {
      const answer = await maker.upload('/loan-imports/upload', file);
      return [answer.status, problem(answer.text)];
    };
    expect(await sentence('')).toEqual([422, expect.stringContaining('no lines')]);
    expect(await sentence(Buffer.from([0xff, 0xfe, 0x41, 0x00]))).toEqual([422, expect.stringContaining('UTF-8')]);
    expect(await sentence(csv('x').replace('kind,', 'sort,'))).toEqual([422, expect.stringContaining('“kind”')]);
    expect(await sentence(csv(`loan,"${'x'.repeat(10_000)}`))).toEqual([422, expect.stringContaining('too long')]);
    expect(await sentence(`${header}\n${'payment,A,,,,,,,,,,,,2025-04-01,5.00,\n'.repeat(20_001)}`)).toEqual([
      422,
      expect.stringContaining('more than 20,000 lines'),
    ]);
    expect(await lines.countDocuments()).toBe(before);
    // The sample has the form of a good file; nobody in it is a customer here.
    const sample = await uploaded(portal, maker, (await maker.get('/loan-imports/sample.csv')).text);
    const said = Object.values(await findings(portal, sample)).flat();
    expect(said).toEqual([
      expect.stringContaining('nobody'),
      expect.stringContaining('no such account'),
      expect.stringContaining('nobody'),
    ]);
    const owner = await customer(portal);
    const semicolons = `\uFEFF${csv(loanLine(oldNumber(), owner.email, { paid: '12' })).replaceAll(',', ';')}`;
    expect(await findings(portal, await uploaded(portal, maker, semicolons))).toEqual({});
  });
});

const bigints = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
