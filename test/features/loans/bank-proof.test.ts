import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { minus, moneyOf, toDecimalString, zero } from '#core/money.ts';
import { imbalance, ownBookId } from '#features/ledger/index.ts';
import { bankProofModel } from '#features/loans/bank-proof/bank-proof.model.ts';
import { fileBankProof } from '#features/loans/bank-proof/bank-proof.view.ts';
import { operators } from '#platform/mongo.ts';
import { whereStored } from '#test/dump.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { answer, bank, newDraft } from './application-builders.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
});
afterAll(() => portal.close());

const cents = async () => {
  const id = ownBookId('accountChecks', 'USD');
  return (await portal.services.ledger.balances([id])).get(id)?.balance ?? zero;
};
const balanced = async () => {
  return imbalance(await portal.services.ledger.trialBalance());
};

/** A borrower with bank details; a new day for each, so that nobody's limits get in the way. */
async function ready() {
  await portal.setDay('2026-03-17');
  const draft = await newDraft(portal);
  const application = await answer(portal, draft, [{ section: 'bank', answers: bank }]);
  const order = () => ({ ...draft.who, applicationId: application._id, key: newId() });
  return { ...draft, application, order };
}

async function started() {
  const one = await ready();
  const start = await portal.services.bankProofs.start(one.order());
  expect(start).toMatchObject({ ok: true, value: { state: 'pending', arrived: true, triesLeft: 3 } });
  const statement = await portal.services.bankProofs.sandboxStatement(one.application);
  if (!statement) throw new Error('There is no statement');
  const right = { amount: statement.amount, code: statement.text.slice(-6) };
  const wrong = { ...right, code: String((Number(right.code) + 1) % 1_000_000).padStart(6, '0') };
  return { ...one, right, wrong };
}

const proofs = () => portal.services.bankProofs;

describe('proving a bank account', () => {
  it('sends a tiny amount of the bank’s own, booked as its expense, and takes the right answer', async () => {
    const before = await cents();
    const { application, right, order } = await started();
    expect(right.amount >= 1n && right.amount <= 99n).toBe(true);
    expect(minus(await cents(), before)).toBe(right.amount);
    expect(await balanced()).toBe(0n);
    expect(await proofs().answer({ ...order(), ...right })).toEqual({ ok: true, value: 'proved' });
    expect(await proofs().of(application)).toBe('proved');
    expect(await proofs().sandboxStatement(application)).toBeUndefined();
    expect(fileBankProof(await proofs().standing(application), portal.platform.formats).value).toContain(
      '17 March 2026',
    );
    expect(await proofs().start(order())).toMatchObject({ refusal: { code: 'proved' } });
  });

  it('lets three answers be wrong, and then nothing for a day, also not the right one', async () => {
    const { application, right, wrong, order } = await started();
    for (const left of [2, 1, 0])
      expect(await proofs().answer({ ...order(), ...wrong })).toMatchObject({ refusal: { code: 'wrong', left } });
    expect(await proofs().answer({ ...order(), ...right })).toMatchObject({ refusal: { code: 'nothing-to-answer' } });
    expect(await proofs().of(application)).toBe('failed');
    expect(await proofs().start(order())).toMatchObject({ refusal: { code: 'wait' } });
    portal.clock.advance({ hours: 25 });
    expect(await proofs().start(order())).toMatchObject({ ok: true, value: { triesLeft: 3 } });
    expect(await proofs().answer({ ...order(), ...right })).toMatchObject({ refusal: { code: 'wrong', left: 2 } });
  });

  it('counts guesses that come at once, and a form that is sent twice as one', async () => {
    const { application, right, wrong, order } = await started();
    const same = { ...order(), ...wrong };
    await proofs().answer(same);
    expect(await proofs().answer(same)).toMatchObject({ refusal: { code: 'wrong', left: 2 } });
    await Promise.allSettled(Array.from({ length: 12 }, () => proofs().answer({ ...order(), ...wrong })));
    const model = bankProofModel(portal.database.connection);
    const kept = await model.findOne({ applicationId: application._id }).lean();
    expect(kept?.attempts).toHaveLength(3);
    expect(await proofs().answer({ ...order(), ...right })).toMatchObject({ ok: false });
  });

  it('is proved once by two windows, and started once by two', async () => {
    const one = await ready();
    const before = await cents();
    const outcomes = await Promise.all([proofs().start(one.order()), proofs().start(one.order())]);
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
    const statement = await proofs().sandboxStatement(one.application);
    expect(minus(await cents(), before)).toBe(statement?.amount);
    const right = { amount: statement?.amount ?? zero, code: statement?.text.slice(-6) ?? '' };
    const answers = await Promise.all([1, 2].map(() => proofs().answer({ ...one.order(), ...right })));
    expect(answers.filter((outcome) => outcome.ok)).toHaveLength(1);
    expect(await proofs().of(one.application)).toBe('proved');
  });

  it('gives the first outcome to a start that is repeated', async () => {
    const { order, application } = await ready();
    const once = order();
    const before = await cents();
    await proofs().start(once);
    const sent = await cents();
    expect(await proofs().start(once)).toMatchObject({ ok: true, value: { state: 'pending' } });
    expect(await cents()).toBe(sent);
    expect(sent > before).toBe(true);
    expect(await bankProofModel(portal.database.connection).countDocuments({ applicationId: application._id })).toBe(1);
  });

  it('is void for other bank details, and open to nobody else', async () => {
    const { application, right, order, who } = await started();
    await proofs().answer({ ...order(), ...right });
    const other = { ...bank, accountNumber: '998877665544' };
    const changed = await answer(portal, { who, application }, [{ section: 'bank', answers: other }]);
    expect(await proofs().of(changed)).toBe('none');
    expect(await proofs().answer({ ...order(), ...right })).toMatchObject({ refusal: { code: 'nothing-to-answer' } });
    const stranger = await portal.borrower();
    const theirs = { ...order(), actor: stranger.userId, partyId: stranger.partyId };
    await expect(proofs().start(theirs)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(proofs().answer({ ...theirs, ...right })).rejects.toMatchObject({ kind: 'not-found' });
    for (const method of ['get', 'post'] as const)
      expect((await stranger[method](`/loans/apply/${application._id}/bank-proof`)).status).toBe(404);
  });

  it('costs at most three payments a day, however often the details change', async () => {
    const { order, who, ...one } = await ready();
    let { application } = one;
    for (let n = 0; n < 4; n += 1) {
      const details = { ...bank, accountNumber: `55667788990${n}` };
      application = await answer(portal, { who, application }, [{ section: 'bank', answers: details }]);
      const outcome = await proofs().start(order());
      expect(outcome).toMatchObject(n < 3 ? { ok: true } : { refusal: { code: 'too-many-today' } });
    }
  });

  it('runs out after seven days', async () => {
    const { application, right, order } = await started();
    portal.clock.advance({ hours: 7 * 24 });
    expect(await proofs().answer({ ...order(), ...right })).toMatchObject({ refusal: { code: 'nothing-to-answer' } });
    expect(await proofs().standing(application)).toMatchObject({ why: 'expired' });
  });

  it('fails where the other bank sends it back, and the expense is undone', async () => {
    const before = await cents();
    const { application, right, order, email } = await started();
    await proofs().answer({ ...order(), ...right });
    const finance = await portal.staff('finance');
    const proof = await bankProofModel(portal.database.connection).findOne({ applicationId: application._id }).lean();
    const page = await finance.get(`/rail/${proof?._id}`);
    expect(page.text).toContain('Account check of');
    expect(page.text).toContain(`CLOUDBANK ${right.code}`);
    expect(page.text).toContain('Canary Savings ··8899');
    const form = { key: newId(), version: '2', reason: 'no-such-account', note: '' };
    expect((await finance.post(`/rail/${proof?._id}/return`, form)).status).toBe(303);
    expect(await cents()).toBe(before);
    expect(await balanced()).toBe(0n);
    expect(await proofs().standing(application)).toMatchObject({ state: 'failed', why: 'returned' });
    const borrower = portal.visitor();
    await borrower.post('/login', { email, password: testPassword });
    const told = await borrower.get(`/loans/apply/${application._id}/bank-proof`);
    expect(told.text).toContain('The other bank knows no such account');
    await portal.platform.outbox.drain();
    const { notices } = await portal.services.notices.list(application.partyId, { page: 1, size: 5 });
    expect(notices.map(({ title }) => title)).toContain('We could not prove your bank account');
  });

  it('keeps the code nowhere but at the other bank, and no account number at all', async () => {
    const { right } = await started();
    const places = await whereStored(portal.database.db, [right.code, bank.accountNumber]);
    expect(places.filter((place) => !place.startsWith('sandboxPayments/'))).toEqual([]);
  });

  it('is done on its page, with the box of the sandbox', async () => {
    const { application, email } = await ready();
    const borrower = portal.visitor();
    await borrower.post('/login', { email, password: testPassword });
    const address = `/loans/apply/${application._id}/bank-proof`;
    const first = await borrower.get(address);
    expect(first.text).toContain('Canary Savings ··8899');
    expect(first.text).not.toContain(bank.accountNumber);
    expect((await borrower.post(`${address}/start`, { key: 'x' })).status).toBe(422);
    expect((await borrower.post(`${address}/start`, { key: newId() })).headers.location).toBe(address);
    const waiting = await borrower.get(address);
    expect(waiting.text).toContain('Sandbox: what your bank’s statement would say');
    const code = /CLOUDBANK (\d{6})/.exec(waiting.text)?.[1] ?? '';
    const amount = toDecimalString((await proofs().sandboxStatement(application))?.amount ?? zero, 'USD');
    expect((await borrower.post(address, { key: newId(), amount: 'few', code })).status).toBe(422);
    const almost = toDecimalString(moneyOf(100n), 'USD');
    const wrong = await borrower.post(address, { key: newId(), amount: almost, code });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('you have 2 tries left');
    const proved = await borrower.post(address, { key: newId(), amount, code: `CLOUDBANK ${code}` });
    expect(proved.headers.location).toBe(address);
    expect((await borrower.get(address)).text).toContain('You proved this account on');
  });

  it('finds the newest test by an index', async () => {
    const model = bankProofModel(portal.database.connection);
    const query = model.findOne({ applicationId: 'a', bankIndex: 'b' }).sort({ round: -1 });
    expect(inspect(await query.explain('queryPlanner'), { depth: 20 })).toContain("'IXSCAN'");
    const today = model.find({ partyId: 'p', at: operators({ $gt: new Date() }) });
    expect(inspect(await today.explain('queryPlanner'), { depth: 20 })).toContain("'IXSCAN'");
  });
});
