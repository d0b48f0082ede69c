import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { hashRequest } from '#features/ledger/index.ts';
import { whereStored } from '#test/dump.ts';
import { sound, soundness } from '#test/ledger-builders.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { customerWith, destination, recordOf } from './rail-people.ts';

describe('a withdrawal', () => {
  let portal: TestPortal;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  const journals = () => portal.database.db.collection<{ _id: string }>('journals');
  const setTerms = (account: string, terms: Partial<Parameters<TestPortal['services']['ledger']['setTerms']>[0]>) =>
    portal.services.ledger.setTerms({
      key: newId(),
      requestHash: hashRequest({ account }),
      actor: 'test',
      reference: 'a test',
      effectiveOn: portal.platform.bankDay.calendarToday(),
      account,
      ...terms,
    });

  it('needs an account first', async () => {
    const page = (await (await portal.borrower()).get('/withdraw')).text;
    expect(page).toContain('You have no account to withdraw from');
    expect(page).not.toContain('name="amount"');
  });

  it('of a small amount is sent at once, and its receipt is its holder’s alone', async () => {
    const customer = await customerWith(portal, 500);
    const form = (await customer.get(`/withdraw?account=${customer.accountId}`)).text;
    expect(form).toContain('500.00 USD available');
    expect(form).toContain('We set the money aside');
    const key = newId();
    const answer = await customer.withdraw('120.50', key);
    expect([answer.status, answer.headers.location]).toEqual([303, `/withdraw/${key}`]);
    expect([await customer.balance(), await customer.held()]).toEqual([37_950n, 0n]);
    expect(await journals().countDocuments({ _id: `withdrawal:${key}`, kind: 'withdrawal' })).toBe(1);
    const receipt = (await customer.get(`/withdraw/${key}`)).text;
    for (const text of ['Money sent', '120.50', 'Sandpiper Savings ··4629', 'SBX-', '379.50 USD'])
      expect(receipt).toContain(text);
    const other = await portal.borrower();
    expect((await other.get(`/withdraw/${key}`)).status).toBe(404);
    expect((await customer.get(`/deposit/${key}`)).status).toBe(404);
    expect((await (await portal.staff('finance')).get(`/withdraw/${key}`)).status).toBe(403);
    expect(await soundness(portal)).toEqual(sound);
  });

  it('keeps where it goes sealed, and of the number the end alone', async () => {
    const customer = await customerWith(portal, 50);
    const bankName = 'Quillwort & Daughters';
    await customer.post('/withdraw', {
      key: newId(),
      accountId: customer.accountId,
      amount: '5.00',
      bankName,
      bankAccount: '9081726354',
    });
    expect(await whereStored(portal.database.db, [bankName, '9081726354', '··6354'])).toEqual([]);
  });

  it('of a larger amount is set aside until it is settled', async () => {
    const customer = await customerWith(portal, 15_000);
    const key = newId();
    await customer.withdraw('10000.01', key);
    expect([await customer.balance(), await customer.held(), await customer.available()]).toEqual([
      1_500_000n,
      1_000_001n,
      499_999n,
    ]);
    const page = (await customer.get(`/withdraw/${key}`)).text;
    expect(page).toContain('Withdrawal on its way');
    expect(page).toContain('The money is set aside on your account');
    expect((await customer.get('/withdraw')).text).toContain(`href="/withdraw/${key}"`);
    const twice = await customer.withdraw('5000.00');
    expect(twice.status).toBe(409);
    expect(twice.text).toContain('This is 0.01 USD more than is available. Nothing was moved');
  });

  it('of everything, ordered fifty times at once, happens once', async () => {
    const customer = await customerWith(portal, 800);
    const answers = await Promise.all(Array.from({ length: 50 }, () => customer.withdraw('800.00')));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(49);
    expect([await customer.balance(), await customer.held()]).toEqual([0n, 0n]);
    const records = portal.database.db.collection('railPayments');
    expect(await records.countDocuments({ accountId: customer.accountId, direction: 'out' })).toBe(1);
    expect(await soundness(portal)).toEqual(sound);
  });

  it('sent twenty times at once with one key is one withdrawal', async () => {
    const customer = await customerWith(portal, 100);
    const key = newId();
    const answers = await Promise.all(Array.from({ length: 20 }, () => customer.withdraw('30.00', key)));
    expect([...new Set(answers.map(({ status, headers }) => `${status} ${headers.location}`))]).toEqual([
      `303 /withdraw/${key}`,
    ]);
    expect(await customer.balance()).toBe(7_000n);
    expect(await journals().countDocuments({ kind: 'withdrawal', 'postings.account': customer.accountId })).toBe(1);
  });

  it('with a key that was used for something else is refused', async () => {
    const customer = await customerWith(portal, 100);
    const key = newId();
    await customer.withdraw('10.00', key);
    const changed = [
      await customer.withdraw('20.00', key),
      await customer.post('/withdraw', {
        ...destination,
        bankAccount: '1111222233',
        key,
        accountId: customer.accountId,
        amount: '10.00',
      }),
    ];
    const deposited = newId();
    await customer.deposit('5.00', deposited);
    for (const answer of [...changed, await customer.withdraw('10.00', deposited)]) {
      expect(answer.status).toBe(409);
      expect(answer.text).toContain('This form was sent before with other answers. Nothing was moved this time');
    }
    expect((await customer.deposit('10.00', key)).status).toBe(409);
    expect(await customer.balance()).toBe(9_500n);
  });

  it('that was refused stays refused under its key, and goes through under the fresh one', async () => {
    const customer = await customerWith(portal, 10);
    const key = newId();
    const refused = await customer.withdraw('25.00', key);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('This is 15.00 USD more than is available');
    expect(refused.text).toContain('value="25.00"');
    expect(refused.text).toContain('value="Sandpiper Savings"');
    await customer.deposit('100.00');
    expect((await customer.withdraw('25.00', key)).status).toBe(409);
    const fresh = /name="key" value="([^"]+)"/.exec(refused.text)?.[1] ?? '';
    expect(fresh).not.toBe(key);
    expect((await customer.withdraw('25.00', fresh)).status).toBe(303);
    expect(await customer.balance()).toBe(8_500n);
  });

  it.each([
    ['debit', 'Nothing can be taken from this account at the moment. Nothing was moved'],
    ['full', 'Nothing can be taken from this account at the moment. Nothing was moved'],
  ] as const)('from an account that is frozen (%s) is refused, without naming the freeze', async (freeze, sentence) => {
    const customer = await customerWith(portal, 100);
    await setTerms(customer.accountId, { freeze });
    const answer = await customer.withdraw('10.00');
    expect(answer.status).toBe(409);
    expect(answer.text).toContain(sentence);
    expect(answer.text).not.toMatch(/frozen|freeze/i);
    expect([await customer.balance(), await customer.held()]).toEqual([10_000n, 0n]);
  });

  it('counts towards the limits of the account when it is ordered', async () => {
    const customer = await customerWith(portal, 20_000);
    const limits = { perTransfer: moneyOf(1_200_000n), perDay: moneyOf(1_500_000n) };
    await setTerms(customer.accountId, { limits });
    const over = await customer.withdraw('12000.01');
    expect(over.text).toContain('At most 12,000.00 USD can leave this account at once. Nothing was moved');
    expect((await customer.withdraw('12000.00')).status).toBe(303);
    const more = await customer.withdraw('3000.01');
    expect(more.status).toBe(409);
    expect(more.text).toContain('Only 3,000.00 USD more can leave this account today, of 15,000.00 USD a day');
    expect((await customer.withdraw('3000.00')).status).toBe(303);
    const used = await customer.withdraw('0.01');
    expect(used.text).toContain('The limit of this account, 15,000.00 USD a day, is used up. Nothing was moved');
  });

  it('at the limit of a day, ordered twenty times at once, never goes over it', async () => {
    const customer = await customerWith(portal, 20_000);
    await setTerms(customer.accountId, { limits: { perTransfer: null, perDay: moneyOf(500_000n) } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => customer.withdraw('1000.00')));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(5);
    expect(await customer.balance()).toBe(1_500_000n);
  });

  it('of more than the rail takes is refused', async () => {
    const customer = await customerWith(portal, 100);
    const answer = await customer.withdraw('100000.01');
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('One withdrawal can be at most 100,000.00 USD. Nothing was moved');
  });

  it.each([
    ['amount', '0', 'Enter the amount above zero'],
    ['amount', '-5.00', 'Enter the amount above zero'],
    ['amount', '1e3', 'Enter the amount as an amount like 1500.00, with digits only'],
    ['amount', '4.355', 'Enter the amount with at most two decimals'],
    ['amount', '', 'Enter the amount'],
    ['bankAccount', '12', 'Enter an account number of 5 to 34 digits, or an IBAN'],
    ['bankName', ' ', 'Enter the name of the other bank'],
  ])('with the %s %j is refused at the field', async (field, value, sentence) => {
    const customer = await customerWith(portal, 100);
    const key = newId();
    const fields = { ...destination, key, accountId: customer.accountId, amount: '10.00', [field]: value };
    const answer = await customer.post('/withdraw', fields);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`<a href="#${field}">${sentence}</a>`);
    expect([await customer.balance(), await customer.held()]).toEqual([10_000n, 0n]);
    expect(await recordOf(portal, key)).toBeNull();
  });

  it('from somebody else’s account is refused, and nothing moves', async () => {
    const customer = await customerWith(portal, 100);
    const other = await customerWith(portal, 100);
    const fields = { ...destination, key: newId(), accountId: other.accountId, amount: '10.00' };
    const answer = await customer.post('/withdraw', fields);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Choose one of your own accounts. Nothing was moved');
    expect(answer.text).not.toContain(other.accountId);
    expect(await other.balance()).toBe(10_000n);
  });

  it.each(['amount[$gt]=0', 'amount=10&amount=20', 'amount=10&limit=0', 'amount=10&bankName[$ne]=x'])(
    'with the fields %s is refused',
    async (fields) => {
      const customer = await customerWith(portal, 100);
      const bank = fields.includes('bankName') ? '' : 'bankName=Bank&';
      const body = `key=${newId()}&accountId=${customer.accountId}&bankAccount=5830174629&${bank}${fields}`;
      expect((await customer.postRaw('/withdraw', body)).status).toBe(422);
      expect(await customer.balance()).toBe(10_000n);
    },
  );

  it('is a borrower’s alone, and needs the token of the form', async () => {
    const customer = await customerWith(portal, 100);
    const fields = { ...destination, key: newId(), accountId: customer.accountId, amount: '10.00' };
    expect((await portal.visitor().post('/withdraw', fields)).status).toBe(403);
    expect((await (await portal.staff('finance')).post('/withdraw', fields)).status).toBe(403);
    expect((await customer.post('/withdraw', fields, { csrf: false })).status).toBe(403);
    expect(await customer.balance()).toBe(10_000n);
  });

  it('of a joint holder can be followed by the other one', async () => {
    const customer = await customerWith(portal, 100);
    const partner = await portal.borrower();
    const accounts = portal.database.db.collection<{ _id: string; holders: string[] }>('accounts');
    await accounts.updateOne({ _id: customer.accountId }, { $push: { holders: partner.partyId } });
    const key = newId();
    const sent = await partner.post('/withdraw', {
      ...destination,
      key,
      accountId: customer.accountId,
      amount: '40.00',
    });
    expect(sent.status).toBe(303);
    for (const one of [customer, partner]) expect((await one.get(`/withdraw/${key}`)).text).toContain('··4629');
    expect(await customer.balance()).toBe(6_000n);
  });
});
