import { verifyIdentity } from '#test/verified.ts';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whereStored } from '#test/dump.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import {
  askForPayout,
  approvePayout,
  audited,
  bankImbalance,
  footprint,
  offered,
  openAccount,
  paidOut,
  promised,
  putConditions,
  sign,
  signOrder,
  stored,
  lookAtEverything,
} from './underwriting-builders.ts';

let bank: TestPortal;
const logLines: string[] = [];
beforeAll(async () => {
  bank = await openPortal({ logLines });
  await bank.setDay('2026-03-17');
});
afterAll(() => bank.close());

const underwriting = () => bank.services.underwriting;
type File = Awaited<ReturnType<typeof offered>>;
const answerOf = (file: File) => ({
  ...file.who,
  applicationId: file.application._id,
  version: file.application.version,
});
const setFile = (id: string, change: object) =>
  bank.database.db.collection<{ _id: string }>('applications').updateOne({ _id: id }, { $set: change });
const accountsOf = (file: File) => bank.services.accounts.listOwn(file.partyId);

/** Signed in as the borrower, on the page of the offer. */
async function onPage(file?: File) {
  const of = file ?? (await offered(bank));
  const browser = bank.visitor();
  await browser.post('/login', { email: of.email, password: testPassword });
  const path = `/loans/apply/${of.application._id}/offer`;
  const fields = async (): Promise<Record<string, string>> => {
    const { text } = await browser.get(path);
    const value = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
    const hidden = ['version', 'keyFacts', 'sanctionLetter', 'agreement'];
    const sent: Record<string, string> = Object.fromEntries(hidden.map((name) => [name, value(name)]));
    return { ...sent, read: 'yes', typedName: 'Test Borrower', password: testPassword };
  };
  return { file: of, browser, path, fields };
}

describe('Signing an offer', () => {
  it('keeps who signed what and when, moves no money, and opens an account where there is none', async () => {
    const file = await offered(bank);
    const order = await signOrder(bank, file);
    const signed = await underwriting().acceptOffer(order);
    expect(signed).toMatchObject({ ok: true });
    const application = await stored(bank, file.application._id);
    expect(application).toMatchObject({ state: 'accepted', acceptance: { payTo: 'account' } });
    const signedPapers = application.acceptance?.documents.map(({ kind, sha256 }) => ({ kind, sha256 }));
    expect(signedPapers).toEqual(order.documents.map(({ kind, sha256 }) => ({ kind, sha256 })));
    expect(await accountsOf(file)).toMatchObject([{ name: 'Current account', balance: 0n }]);
    expect(await bank.database.db.collection('loans').countDocuments({ applicationId: application._id })).toBe(0);
    expect(await audited(bank, file.application._id)).toContain('offer-accepted');
    expect(await bankImbalance(bank)).toBe(0n);
  });

  it('happens once however often the button is pressed at once', async () => {
    const file = await offered(bank);
    const order = await signOrder(bank, file);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => underwriting().acceptOffer(order)));
    const loans = outcomes.map((outcome) => (outcome.ok ? outcome.value.loanId : 'refused'));
    expect(new Set(loans).size).toBe(1);
    expect(loans[0]).not.toBe('refused');
    expect(await accountsOf(file)).toHaveLength(1);
  });

  it('takes the name in any case and with any accents, and no other name', async () => {
    const file = await offered(bank);
    const order = await signOrder(bank, file);
    for (const typedName of ['Test Borrow', 'Somebody Else', '-'])
      expect(await underwriting().acceptOffer({ ...order, typedName })).toMatchObject({
        refusal: { code: 'wrong-name' },
      });
    expect(await accountsOf(file)).toEqual([]);
    expect(await underwriting().acceptOffer({ ...order, typedName: '  tést   BORROWER ' })).toMatchObject({ ok: true });
  });

  it('is refused where a paper is not the one that was shown, or one is missing', async () => {
    const file = await offered(bank);
    const order = await signOrder(bank, file);
    const changed = order.documents.map((one, n) => (n === 1 ? { ...one, sha256: 'f'.repeat(64) } : one));
    const before = await footprint(bank);
    for (const documents of [changed, order.documents.slice(1), []])
      expect(await underwriting().acceptOffer({ ...order, documents })).toMatchObject({
        refusal: { code: 'documents-changed' },
      });
    expect(await underwriting().acceptOffer({ ...order, version: order.version - 1 })).toMatchObject({
      refusal: { code: 'documents-changed' },
    });
    expect(await footprint(bank)).toEqual(before);
  });

  it('asks for an account where there are some, takes nobody else’s, and no bank account that is not proved', async () => {
    const file = await offered(bank);
    await openAccount(bank, file.partyId);
    const stranger = await offered(bank);
    const foreign = await openAccount(bank, stranger.partyId);
    const order = await signOrder(bank, file);
    const before = await footprint(bank);
    expect(await underwriting().acceptOffer(order)).toMatchObject({ refusal: { code: 'choose-account' } });
    expect(await underwriting().acceptOffer({ ...order, accountId: foreign })).toMatchObject({
      refusal: { code: 'not-your-account' },
    });
    expect(await underwriting().acceptOffer({ ...order, payTo: 'bank' })).toMatchObject({
      refusal: { code: 'bank-not-proved' },
    });
    expect(await footprint(bank)).toEqual(before);
  });

  it('is not found for anybody else', async () => {
    const file = await offered(bank);
    const { partyId } = await offered(bank);
    const order = { ...(await signOrder(bank, file)), partyId };
    await expect(underwriting().acceptOffer(order)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(underwriting().declineOffer(order)).rejects.toMatchObject({ kind: 'not-found' });
    expect(await underwriting().findOffer(partyId, file.application._id)).toBeUndefined();
    expect((await stored(bank, file.application._id)).state).toBe('offered');
  });
});

describe('The papers of an offer', () => {
  it('are the same bytes each time, on the page and as signed, also days later and after the payout', async () => {
    const { file, browser, path, fields } = await onPage();
    const shown = await fields();
    const sha = async (name: string) => {
      const sent = await browser.download(`${path}/${name}.pdf`);
      expect(sent.status).toBe(200);
      return createHash('sha256')
        .update(sent.body as Buffer)
        .digest('hex');
    };
    const now = [await sha('key-facts'), await sha('sanction-letter'), await sha('agreement')];
    expect(now).toEqual([shown.keyFacts, shown.sanctionLetter, shown.agreement]);
    expect(new Set(now).size).toBe(3);
    await bank.setDay('2026-03-20');
    // The session has ended meanwhile.
    await browser.post('/login', { email: file.email, password: testPassword });
    expect(await sha('agreement')).toBe(now[2]);
    await paidOut(bank, file);
    expect(await sha('agreement')).toBe(now[2]);
    await bank.setDay('2026-03-17');
    const stranger = await bank.borrower();
    expect((await stranger.get(`${path}/agreement.pdf`)).status).toBe(404);
    expect((await (await bank.staff('officer')).get(`${path}/agreement.pdf`)).status).toBe(403);
  });
});

describe('The page of an offer', () => {
  it('signs without JavaScript, with the password once more, and says what comes next', async () => {
    const { browser, path, fields, file } = await onPage();
    const good = await fields();
    const wrong = await browser.post(`${path}/accept`, { ...good, password: 'not my password' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('This is not your password');
    expect(wrong.text).not.toContain('not my password');
    expect((await browser.post(`${path}/accept`, { ...good, read: '' })).status).toBe(422);
    expect((await browser.post(`${path}/accept`, { ...good, typedName: 'Nobody' })).status).toBe(422);
    const stale = await browser.post(`${path}/accept`, { ...good, agreement: 'a'.repeat(64) });
    expect(stale.status).toBe(409);
    expect(stale.text).toContain('Read them again');
    expect((await stored(bank, file.application._id)).state).toBe('offered');
    expect((await browser.post(`${path}/accept`, good)).status).toBe(303);
    const after = await browser.get(path);
    expect(after.text).toContain('You signed this offer');
    expect(after.text).toContain('What we still need');
    expect(after.text).toContain('Cancel the loan');
  });

  it('pauses after five wrong passwords, also for the right one', async () => {
    const { browser, path, fields, file } = await onPage();
    const good = await fields();
    for (let n = 0; n < 5; n += 1) await browser.post(`${path}/accept`, { ...good, password: `guess ${n}` });
    expect((await browser.post(`${path}/accept`, good)).status).toBe(429);
    expect((await stored(bank, file.application._id)).state).toBe('offered');
  });

  it('takes an accepted offer back at no cost until money has moved', async () => {
    const { browser, path, file } = await onPage();
    await sign(bank, file);
    const { version } = await stored(bank, file.application._id);
    expect((await browser.post(`${path}/cancel`, { version: String(version - 1) })).status).toBe(409);
    expect((await browser.post(`${path}/cancel`, { version: String(version) })).status).toBe(303);
    expect((await stored(bank, file.application._id)).state).toBe('cancelled');
    expect((await browser.get(path)).text).toContain('You cancelled this loan');
    await verifyIdentity(bank, file.partyId);
    expect(await askForPayout(bank, file.application._id)).toMatchObject({ ok: false });
    expect(await audited(bank, file.application._id)).toContain('loan-cancelled');
  });

  it('refuses a payout that was asked for before the offer was taken back', async () => {
    const { browser, path, file } = await onPage();
    await sign(bank, file);
    await lookAtEverything(bank, file);
    const asked = await askForPayout(bank, file.application._id);
    if (!asked.ok) throw new Error(asked.refusal.text);
    const { version } = await stored(bank, file.application._id);
    await browser.post(`${path}/cancel`, { version: String(version) });
    expect(await approvePayout(bank, asked.value.request)).toMatchObject({ refusal: { code: 'not-possible' } });
    expect(await bank.database.db.collection('loans').countDocuments({ applicationId: file.application._id })).toBe(0);
  });

  it('keeps the typed name and the address under the borrower’s key and nowhere else', async () => {
    const file = await offered(bank);
    const order = await signOrder(bank, file);
    const typedName = 'tEsT bOrRoWeR';
    expect(await underwriting().acceptOffer({ ...order, typedName, address: '203.0.113.199' })).toMatchObject({
      ok: true,
    });
    expect(await whereStored(bank.database.db, ['203.0.113.199'])).toEqual([]);
    const { acceptance } = await stored(bank, file.application._id);
    const place = { collection: 'applications', document: file.application._id, field: 'acceptance.typedName' };
    if (!acceptance) throw new Error('It was not signed');
    expect(await bank.platform.vault.open(place, acceptance.typedName)).toBe(typedName);
    expect(logLines.join('\n')).not.toMatch(/203\.0\.113\.199|tEsT bOrRoWeR/);
  });
});

describe('Declining an offer', () => {
  it('ends it, and it cannot be signed any more', async () => {
    const file = await offered(bank);
    const order = await signOrder(bank, file);
    expect(await underwriting().declineOffer(answerOf(file))).toMatchObject({ ok: true });
    expect((await stored(bank, file.application._id)).state).toBe('declined');
    expect(await underwriting().acceptOffer(order)).toMatchObject({ refusal: { code: 'not-open', state: 'declined' } });
    expect(await accountsOf(file)).toEqual([]);
  });

  it('is not possible after it was signed', async () => {
    const file = await offered(bank);
    await sign(bank, file);
    expect(await underwriting().declineOffer(answerOf(file))).toMatchObject({ refusal: { code: 'not-open' } });
    expect((await stored(bank, file.application._id)).state).toBe('accepted');
  });
});

describe('An offer past its last day', () => {
  it('is refused and ended, and no money moves', async () => {
    const file = await offered(bank);
    const order = await signOrder(bank, file);
    await setFile(file.application._id, { 'offer.validUntil': '2020-01-01' });
    expect((await underwriting().findOffer(file.partyId, file.application._id))?.expired).toBe(true);
    expect(await underwriting().acceptOffer(order)).toMatchObject({ refusal: { code: 'expired' } });
    expect((await stored(bank, file.application._id)).state).toBe('expired');
    expect(await accountsOf(file)).toEqual([]);
    expect(await promised(bank, file.partyId)).toContain('Your offer has expired');
    expect(await underwriting().acceptOffer(order)).toMatchObject({ refusal: { code: 'expired' } });
  });

  it('is ended by the day, and one that still stands is not', async () => {
    const late = await offered(bank);
    const standing = await offered(bank);
    await setFile(late.application._id, { 'offer.validUntil': '2020-01-01' });
    const today = await bank.platform.bankDay.today();
    expect(await underwriting().expireOffers(today)).toBe(1);
    expect(await underwriting().expireOffers(today)).toBe(0);
    expect((await stored(bank, late.application._id)).state).toBe('expired');
    expect((await stored(bank, standing.application._id)).state).toBe('offered');
    expect(await audited(bank, late.application._id)).toContain('offer-expired');
  });

  it('lapses 60 days after it was signed where a condition is open, the last day included, and not where all are met', async () => {
    const late = await offered(bank);
    await sign(bank, late);
    await putConditions(bank, late.application._id, ['Insure the home']);
    const met = await offered(bank);
    await sign(bank, met);
    const today = await bank.platform.bankDay.today();
    expect(await underwriting().expireOffers(today.add({ days: 60 }))).toBeGreaterThanOrEqual(0);
    expect((await stored(bank, late.application._id)).state).toBe('accepted');
    await underwriting().expireOffers(today.add({ days: 61 }));
    expect((await stored(bank, late.application._id)).state).toBe('expired');
    expect((await stored(bank, met.application._id)).state).toBe('accepted');
    expect(await promised(bank, late.partyId)).toContain('Your accepted offer has lapsed');
  });
});
