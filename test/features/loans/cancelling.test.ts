import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { bankImbalance, offered, openAccount, paidOut, payOut, sign, stored } from './underwriting-builders.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
  // Before anybody reads the product, which is kept once it is read.
  await portal.database.db
    .collection('productVersions')
    .updateMany({ code: 'personal' }, { $set: { coolingOffDays: 3, mostTranches: 3 } });
});
afterAll(() => portal.close());

const balanceOf = async (partyId: string) => (await portal.services.accounts.listOwn(partyId))[0]?.balance;

/** A loan that was paid out on 17 March, with its borrower signed in. */
async function borrowed() {
  await portal.setDay('2026-03-17');
  const file = await offered(portal);
  const accountId = await openAccount(portal, file.partyId);
  const deposit = { key: newId(), actor: 'test', partyId: file.partyId, accountId, amount: 50_000n as never };
  await portal.services.accounts.deposit(deposit);
  const { loanId } = await paidOut(portal, file, { accountId });
  const path = `/loans/${loanId}/cancel`;
  const browser = async () => {
    const visitor = portal.visitor();
    await visitor.post('/login', { email: file.email, password: testPassword });
    return visitor;
  };
  return { ...file, accountId, loanId, path, browser };
}

const hidden = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

describe('The page of a cancellation', () => {
  it('says what is to be paid on the last day, takes it once, and closes loan and application', async () => {
    const one = await borrowed();
    await portal.setDay('2026-03-20');
    const browser = await one.browser();
    expect((await browser.get(`/loans/${one.loanId}`)).text).toContain(one.path);
    const { text, status } = await browser.get(one.path);
    expect(status).toBe(200);
    expect(text).toContain('20 March 2026, that day included');
    expect(text).toContain('15,000.00');
    expect(text).toContain('Fees that we give back');
    const fields = Object.fromEntries(['key', 'seen', 'shown'].map((name) => [name, hidden(text, name)]));
    const before = (await balanceOf(one.partyId)) ?? 0n;
    const wrong = await browser.post(one.path, { ...fields, shown: '1.00', accountId: one.accountId });
    expect(wrong.status).toBe(409);
    const again = await browser.get(one.path);
    const good = { ...fields, key: hidden(again.text, 'key'), accountId: one.accountId };
    const [first, second] = await Promise.all([browser.post(one.path, good), browser.post(one.path, good)]);
    expect([first.status, second.status]).toContain(303);
    const paid = before - ((await balanceOf(one.partyId)) ?? 0n);
    // Principal less the fee that came back, and three days of interest at 10.9 % a year.
    expect(paid > 1_485_000n && paid < 1_500_000n).toBe(true);
    expect((await stored(portal, one.application._id)).state).toBe('cancelled');
    expect(await portal.services.servicing.findOwn(one.partyId, one.loanId)).toMatchObject({ state: 'closed' });
    const receipt = await browser.get(`/loans/${one.loanId}/payments/${good.key}`);
    expect(receipt.text).toContain('Your loan is cancelled');
    const certificate = await browser.get(`/loans/${one.loanId}/no-dues`);
    expect(certificate.text).toContain('has cancelled');
    expect((await browser.get(one.path)).text).toContain('This loan cannot be cancelled');
    expect(await portal.services.servicing.verifyProjections()).toBeUndefined();
    expect(await bankImbalance(portal)).toBe(0n);
  });

  it('refuses on the day after with a sentence and the way to pay off, and is nobody else’s', async () => {
    const one = await borrowed();
    await portal.setDay('2026-03-21');
    const browser = await one.browser();
    const { text } = await browser.get(one.path);
    expect(text).toContain('ended on 20 March 2026');
    expect(text).toContain(`/loans/${one.loanId}/payoff`);
    const order = { key: newId(), seen: '1', shown: '14862.00', accountId: one.accountId };
    expect((await browser.post(one.path, order)).status).toBe(409);
    expect((await stored(portal, one.application._id)).state).toBe('disbursed');
    const stranger = await portal.borrower();
    expect((await stranger.get(one.path)).status).toBe(404);
    expect((await stranger.post(one.path, order)).status).toBe(404);
  });
});

describe('Money for another bank', () => {
  async function proved() {
    await portal.setDay('2026-03-17');
    const file = await offered(portal);
    const { bankProofs } = portal.services;
    const order = () => ({ ...file.who, applicationId: file.application._id, key: newId() });
    await bankProofs.start(order());
    const statement = await bankProofs.sandboxStatement(file.application);
    if (!statement) throw new Error('There is no statement');
    await bankProofs.answer({ ...order(), amount: statement.amount, code: statement.text.slice(-6) });
    expect(await bankProofs.of(file.application)).toBe('proved');
    return file;
  }

  it('goes over the borrower’s own account to the proved one, once', async () => {
    const file = await proved();
    await sign(portal, file, { payTo: 'bank' });
    expect(await payOut(portal, file)).toMatchObject({ ok: true });
    await portal.platform.outbox.drain();
    await portal.platform.outbox.drain();
    const rail = portal.database.db.collection('railPayments');
    const [sent, ...more] = await rail
      .find({ partyId: file.partyId, accountId: { $not: /^(loan|bank|proof)/ } })
      .toArray();
    expect(more).toEqual([]);
    expect(sent).toMatchObject({ direction: 'out', amount: 1_485_000n });
    const staff = {
      userId: 's',
      partyId: undefined,
      roles: ['officer'],
      branchId: 'head-office',
      displayName: 's',
    } as const;
    const { sentOn } = await portal.services.payouts.file(file.application._id, staff);
    expect(['pending', 'settled']).toContain(sentOn.get(1));
    const [account] = await portal.services.accounts.listOwn(file.partyId);
    expect(account?.available).toBe(0n);
    expect(await bankImbalance(portal)).toBe(0n);
  });
});
