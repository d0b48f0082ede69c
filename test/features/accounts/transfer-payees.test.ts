import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newAccountNumber } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { freeze } from '#test/ledger-builders.ts';
import {
  entered,
  fundedAccount,
  hiddenOf,
  maskedAnna,
  orderOf,
  payer,
  sendMoney,
  type Payer,
} from './transfer-people.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal({ allowances: { accountLookUpByAddress: { points: 1_000, windowS: 900 } } });
});
afterAll(() => portal.close());

const collection = (name: string) => portal.database.db.collection<{ _id: string; [field: string]: unknown }>(name);
const transfer = (order: Parameters<TestPortal['services']['transfers']['transfer']>[0]) =>
  portal.services.transfers.transfer(order);
const order = (who: Payer, to: Pick<Payer, 'number'>, cents: bigint) =>
  orderOf(who, to, { cents, nameShown: maskedAnna });

async function savePayee(who: Payer, number: string, nickname = 'Landlord') {
  const check = await who.post('/transfer/payees/check', { number, nickname });
  const saved = await who.post('/transfer/payees', { ...hiddenOf(check), confirmed: 'yes' });
  return { check, saved, id: String(saved.headers.location).split('/').at(-1) ?? '' };
}

describe('somebody new to the sender', () => {
  it('gets at most the limit in the first day, however many transfers come at once', async () => {
    const [bela, anna] = [await payer(portal, 10_000n), await payer(portal)];
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => transfer(order(bela, anna, 150_00n))));
    const sent = outcomes.filter(({ ok }) => ok);
    expect(sent).toHaveLength(6);
    expect(await anna.balance()).toBe(900_00n);
    const codes = new Set(outcomes.flatMap((one) => (one.ok ? [] : [one.refusal.code])));
    expect([...codes]).toEqual(['over-new-payee-limit']);
    const [one] = await collection('payeeAcquaintances').find({ sentWhileNew: 900_00n }).toArray();
    expect(one?._id).toBe(`${bela.partyId}:${anna.partyId}`);
    expect((await transfer(order(bela, anna, 100_00n))).ok).toBe(true);
    expect(await transfer(order(bela, anna, 1n))).toMatchObject({
      refusal: { code: 'over-new-payee-limit', left: 0n },
    });
  });

  it('stays new whatever account is sent from or to, saved or not, removed and saved again', async () => {
    const [bela, anna] = [await payer(portal, 5_000n), await payer(portal)];
    const savings = await fundedAccount(portal, bela, { dollars: 5_000n, name: 'Savings' });
    const second = await fundedAccount(portal, anna, { name: 'Second' });
    expect((await transfer(order(bela, anna, 900_00n))).ok).toBe(true);
    const over = async (who: Payer, to: Pick<Payer, 'number'>) => {
      const outcome = await transfer(order(who, to, 100_01n));
      return outcome.ok ? 'sent' : outcome.refusal.code;
    };
    expect(await over(bela, anna)).toBe('over-new-payee-limit');
    expect(await over({ ...bela, ...savings }, anna)).toBe('over-new-payee-limit');
    expect(await over(bela, second)).toBe('over-new-payee-limit');
    const { id } = await savePayee(bela, anna.number);
    expect(await over(bela, anna)).toBe('over-new-payee-limit');
    await bela.post(`/transfer/payees/${id}/remove`, hiddenOf(await bela.get(`/transfer/payees/${id}`)));
    expect((await bela.get(`/transfer/payees/${id}`)).status).toBe(404);
    await savePayee(bela, anna.number);
    expect(await over(bela, anna)).toBe('over-new-payee-limit');
    expect(await anna.balance()).toBe(900_00n);
  });

  it('is known after a day by the clock, counted from being saved', async () => {
    const [bela, anna] = [await payer(portal, 5_000n), await payer(portal)];
    await savePayee(bela, anna.number);
    portal.clock.advance({ hours: 23, minutes: 59, seconds: 59 });
    const early = await transfer(order(bela, anna, 1_000_01n));
    expect(early).toMatchObject({ ok: false, refusal: { code: 'over-new-payee-limit' } });
    portal.clock.advance({ seconds: 1 });
    expect((await transfer(order(bela, anna, 3_000_00n))).ok).toBe(true);
    expect(await anna.balance()).toBe(3_000_00n);
  });

  it('is told on the page, with nothing moved', async () => {
    const [bela, anna] = [await payer(portal, 5_000n), await payer(portal)];
    await sendMoney(bela, { number: anna.number, amount: '600.00' });
    const page = await bela.post('/transfer/check', entered(bela, { number: anna.number, amount: '400.01' }));
    expect(page.status).toBe(409);
    expect(page.text).toContain('400.00 USD of it is left. Nothing was moved');
    expect((await sendMoney(bela, { number: anna.number, amount: '400.00' })).status).toBe(303);
  });

  it('is nobody’s own account', async () => {
    const bela = await payer(portal, 5_000n);
    const savings = await fundedAccount(portal, bela, { name: 'Savings' });
    expect((await transfer({ ...order(bela, savings, 4_000_00n), nameShown: '' })).ok).toBe(true);
  });

  it('stays new where they have shared their account with the sender', async () => {
    const [bela, anna] = [await payer(portal, 5_000n), await payer(portal)];
    await collection('accounts').updateOne(
      { _id: anna.accountId },
      { $set: { holders: [anna.partyId, bela.partyId] } },
    );
    const over = await transfer(order(bela, anna, 1_000_01n));
    expect(over).toMatchObject({ ok: false, refusal: { code: 'over-new-payee-limit' } });
    expect((await transfer(order(bela, anna, 1_000_00n))).ok).toBe(true);
  });

  it('leaves nothing behind of a transfer that was refused', async () => {
    const [bela, anna] = [await payer(portal, 10n), await payer(portal)];
    expect(await transfer(order(bela, anna, 10_01n))).toMatchObject({ ok: false, refusal: { code: 'short-of-funds' } });
    const unsure = { ...order(bela, anna, 1_00n), confirmed: 'no' as const };
    expect(await transfer(unsure)).toEqual({ ok: false, refusal: { code: 'name-unconfirmed' } });
    expect(await collection('payees').countDocuments({ partyId: bela.partyId })).toBe(0);
    const pair = `${bela.partyId}:${anna.partyId}`;
    expect(await collection('payeeAcquaintances').countDocuments({ _id: pair })).toBe(0);
    expect(await collection('transfers').countDocuments({ fromAccount: bela.accountId })).toBe(0);
  });
});

describe('a payee', () => {
  it('is added with the name confirmed, listed, renamed and removed', async () => {
    const [bela, anna] = [await payer(portal, 100n), await payer(portal)];
    expect((await bela.get('/transfer/payees')).text).toContain('You have no payees yet');
    const check = await bela.post('/transfer/payees/check', { number: anna.number, nickname: ' Aunt   Anna ' });
    expect(check.text).toContain(maskedAnna);
    expect(check.text).not.toContain('Keane');
    const unticked = await bela.post('/transfer/payees', hiddenOf(check));
    expect([unticked.status, unticked.text.includes('confirm that it is who you mean')]).toEqual([422, true]);
    const saved = await bela.post('/transfer/payees', { ...hiddenOf(unticked), confirmed: 'yes' });
    const place = String(saved.headers.location);
    expect(saved.status).toBe(303);
    const again = await bela.post('/transfer/payees', { ...hiddenOf(unticked), confirmed: 'yes' });
    expect(again.headers.location).toBe(place);
    const list = (await bela.get('/transfer/payees')).text;
    expect(list).toContain('Aunt Anna');
    expect(list.match(/Aunt Anna/g)).toHaveLength(1);
    const record = await collection('payees').findOne({ partyId: bela.partyId });
    expect(JSON.stringify(record)).not.toMatch(/Aunt|K···e/);

    const page = await bela.get(place);
    const renamed = await bela.post(`${place}/rename`, { version: hiddenOf(page).version ?? '', nickname: 'Tante' });
    expect(renamed.status).toBe(303);
    const stale = await bela.post(`${place}/rename`, { version: hiddenOf(page).version ?? '', nickname: 'Old' });
    expect(stale.status).toBe(409);
    expect((await bela.get('/transfer')).text).toContain(`Tante, ${maskedAnna}`);
    const empty = await bela.post(`${place}/rename`, { version: '3', nickname: ' ' });
    expect([empty.status, empty.text.includes('Enter a name for the payee')]).toEqual([422, true]);

    const sent = await sendMoney(bela, { to: `payee:${place.split('/').at(-1) ?? ''}`, amount: '5.00' });
    expect(sent.status).toBe(303);
    expect(await anna.balance()).toBe(500n);
    expect((await bela.get(String(sent.headers.location))).text).not.toContain('Save as a payee');
    const removed = await bela.post(`${place}/remove`, hiddenOf(await bela.get(place)));
    expect(removed.headers.location).toBe('/transfer/payees');
    expect((await bela.get(place)).status).toBe(404);
    const next = await bela.post('/transfer/check', entered(bela, { number: anna.number }));
    expect(next.text).toContain('name="confirmed"');
  });

  it('can be saved from the receipt of what was sent to them', async () => {
    const [bela, anna] = [await payer(portal, 100n), await payer(portal)];
    const sent = await sendMoney(bela, { number: anna.number });
    const receipt = (await bela.get(String(sent.headers.location))).text;
    const [href = ''] = /\/transfer\/payees\/add\?transfer=[\w-]+/.exec(receipt) ?? [];
    expect((await bela.get(href)).text).toContain(`value="${anna.number}"`);
    // The receiver does not learn the sender's number that way.
    const theirs = await anna.get(href);
    expect([theirs.status, theirs.text.includes(bela.number), theirs.text.includes('value="" ')]).toEqual([
      200,
      false,
      true,
    ]);
    expect((await savePayee(bela, anna.number)).saved.status).toBe(303);
  });

  it('is nobody else’s', async () => {
    const [bela, anna, eve] = [await payer(portal, 100n), await payer(portal), await payer(portal, 100n)];
    const { id } = await savePayee(bela, anna.number);
    for (const path of [`/transfer/payees/${id}`]) expect((await eve.get(path)).status).toBe(404);
    expect((await eve.post(`/transfer/payees/${id}/rename`, { version: '2', nickname: 'Mine' })).status).toBe(404);
    expect((await eve.post(`/transfer/payees/${id}/remove`, { version: '2' })).status).toBe(404);
    const used = await eve.post('/transfer/check', entered(eve, { to: `payee:${id}` }));
    expect([used.status, used.text.includes(maskedAnna)]).toEqual([422, false]);
    expect((await bela.get('/transfer/payees')).text).toContain('Landlord');
  });

  it.each([
    [{ number: '12' }, 'Enter the 12 digits of the account number'],
    [{ number: '123456789012' }, 'Check its digits'],
    [{ number: newAccountNumber() }, 'We have no account of this number'],
    [{ nickname: '' }, 'Enter a name for the payee'],
    [{ nickname: 'x'.repeat(41) }, 'at most 40 characters'],
  ])('with %o is refused at the field', async (fields, sentence) => {
    const [bela, anna] = [await payer(portal), await payer(portal)];
    const answer = await bela.post('/transfer/payees/check', { number: anna.number, nickname: 'A', ...fields });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(sentence);
  });

  it('cannot be an own account, nor one that cannot receive, nor another than was shown', async () => {
    const [bela, anna, other] = [await payer(portal), await payer(portal), await payer(portal)];
    const own = await bela.post('/transfer/payees/check', { number: bela.number, nickname: 'Me' });
    expect(own.text).toContain('This is an account of your own');
    const check = await bela.post('/transfer/payees/check', { number: anna.number, nickname: 'Anna' });
    const swapped = await bela.post('/transfer/payees', { ...hiddenOf(check), number: other.number, confirmed: 'yes' });
    expect([swapped.status, swapped.text.includes('Nothing was saved')]).toEqual([409, true]);
    await freeze(portal, anna.accountId, 'full');
    const frozen = await bela.post('/transfer/payees', { ...hiddenOf(check), confirmed: 'yes' });
    expect([frozen.status, frozen.text.includes('This account cannot receive money now')]).toEqual([409, true]);
    expect(await collection('payees').countDocuments({ partyId: bela.partyId, state: 'saved' })).toBe(0);
  });

  it('finds only range reads behind the lists, the look-ups and the daily job', async () => {
    const due = [{ nextOn: '', _id: { $gt: '' } }, { nextOn: { $gt: '' } }];
    const ended = { partyId: 'p', state: { $in: ['done', 'cancelled'] } };
    const queries: [string, object, Record<string, 1 | -1>][] = [
      ['payees', { partyId: 'p', state: 'saved' }, {}],
      ['payees', { partyId: 'p', accountId: 'a' }, {}],
      ['accounts', { number: '1' }, {}],
      ['transfers', { fromAccount: 'a', sentWords: { $all: ['x'] } }, {}],
      ['transfers', { toAccount: 'a', receivedWords: { $all: ['x'] } }, {}],
      ['transferSchedules', { partyId: 'p', state: 'active' }, {}],
      ['transferSchedules', ended, { _id: -1 }],
      ['transferSchedules', { state: 'active', nextOn: { $lte: '2026-03-17' }, $or: due }, { nextOn: 1, _id: 1 }],
    ];
    for (const [name, filter, sort] of queries) {
      const explained = await collection(name).find(filter).sort(sort).explain('queryPlanner');
      const plan = JSON.stringify((explained as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan);
      expect([name, plan.includes('IXSCAN'), /COLLSCAN|"SORT"/.test(plan)]).toEqual([name, true, false]);
    }
  });
});
