import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newAccountNumber, newId } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { freeze, sound, soundness } from '#test/ledger-builders.ts';
import { checked, entered, fundedAccount, hiddenOf, maskedAnna, orderOf, payer, sendMoney } from './transfer-people.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
});
afterAll(() => portal.close());

const collection = (name: string) => portal.database.db.collection<{ _id: string; [field: string]: unknown }>(name);
const keyOf = (location: unknown) => String(location).split('/').at(-1) ?? '';

describe('a transfer between own accounts', () => {
  it('is entered, checked, confirmed and receipted, and asks for no name', async () => {
    const anna = await payer(portal, 500n);
    const savings = await fundedAccount(portal, anna, { name: 'Holidays' });
    const form = (await anna.get('/transfer')).text;
    expect(form).toContain(`value="own:${savings.accountId}"`);
    const fields = { to: `own:${savings.accountId}`, amount: '120.50', reference: 'Summer' };
    const check = await anna.post('/transfer/check', entered(anna, fields));
    expect(check.status).toBe(200);
    expect(check.text).toContain('Send 120.50');
    expect(check.text).toContain('379.50 USD');
    expect(check.text).toContain('25,000.00 USD');
    expect(check.text).not.toContain('name="confirmed"');
    expect(await savings.balance()).toBe(0n);

    const sent = await anna.post('/transfer', hiddenOf(check));
    expect([sent.status, sent.headers.location]).toEqual([303, `/transfer/${hiddenOf(check).key}`]);
    expect([await anna.balance(), await savings.balance()]).toEqual([37_950n, 12_050n]);
    const receipt = (await anna.get(String(sent.headers.location))).text;
    expect(receipt).toContain('120.50');
    expect(receipt).toContain('Holidays');
    expect(receipt).toContain('Summer');
    const record = await collection('transfers').findOne({ _id: keyOf(sent.headers.location) });
    expect(record).toMatchObject({ kind: 'own', amount: 12_050n, fromPartyId: anna.partyId });
    expect(JSON.stringify(record, (_, value: unknown) => String(value))).not.toMatch(/Summer|Keane/);
    const journal = await portal.services.ledger.journal(keyOf(sent.headers.location));
    expect(journal?.reference).toBe(`transfer ${String(record?.number)}`);
  });

  it('counts towards the day’s limit, which the check page shows', async () => {
    const anna = await payer(portal, 80_000n);
    const other = await fundedAccount(portal, anna, { name: 'Other' });
    const to = `own:${other.accountId}`;
    await sendMoney(anna, { to, amount: '25000.00' });
    const page = await anna.post('/transfer/check', entered(anna, { to, amount: '1.00' }));
    expect(page.text).toContain('25,000.00 of 50,000.00 USD');
    const over = await anna.post('/transfer/check', entered(anna, { to, amount: '25000.01' }));
    expect([over.status, over.text.includes('One transfer from this account can be at most')]).toEqual([409, true]);
    const form = await checked(anna, { to, amount: '20000.00' });
    await sendMoney(anna, { to, amount: '20000.00' });
    const daily = await anna.post('/transfer', form);
    expect(daily.status).toBe(409);
    expect(daily.text).toContain(
      'At most 50,000.00 USD may leave this account in a day, and 5,000.00 USD of it is left',
    );
    expect(await other.balance()).toBe(45_000_00n);
  });
});

describe('a transfer to another customer', () => {
  it('shows the masked name, wants it confirmed once, and tells the receiver', async () => {
    const [bela, anna] = [await payer(portal, 200n, 'Bela Novak'), await payer(portal, 0n)];
    const spaced = anna.number.replace(/(\d{4})(?=\d)/g, '$1 ');
    const fields = { number: ` ${spaced} `, amount: '75.00', reference: 'Rent March' };
    const check = await bela.post('/transfer/check', entered(bela, fields));
    expect(check.text).toContain(`${maskedAnna} is who I mean`);
    expect(check.text).toContain('at most 1,000.00 USD in total can go to somebody new');
    expect(check.text).not.toContain('Keane');
    const unticked = await bela.post('/transfer', hiddenOf(check));
    expect(unticked.status).toBe(422);
    expect(unticked.text).toContain('<a href="#confirmed">');
    expect(await anna.balance()).toBe(0n);
    const again = hiddenOf(unticked);
    expect(again.key).not.toBe(hiddenOf(check).key);
    const sent = await bela.post('/transfer', { ...again, confirmed: 'yes' });
    expect(sent.status).toBe(303);
    expect([await bela.balance(), await anna.balance()]).toEqual([12_500n, 7_500n]);

    const second = await bela.post('/transfer/check', entered(bela, fields));
    expect(second.text).not.toContain('name="confirmed"');
    expect(second.text).toContain('You have sent 75.00 USD of it');

    await portal.platform.outbox.drain();
    const notices = await portal.services.notices.list(anna.partyId, { page: 1, size: 10 });
    expect(notices.notices.map((one) => one.title)).toContain('You received 75.00 USD');
    const told = notices.notices.find((one) => one.title.startsWith('You received'));
    expect(`${told?.text}`).not.toMatch(/Novak|Rent/);

    const received = (await anna.get(String(sent.headers.location))).text;
    expect(received).toContain('Money received');
    expect(received).toContain('Bela Novak');
    expect(received).toContain('Rent March');
    for (const secret of [bela.number, bela.accountId, bela.number.slice(-4), '125.00', bela.partyId])
      expect(received).not.toContain(secret);
  });

  it('stands in both histories with what each side may see, and is found by what was written', async () => {
    const [bela, anna] = [await payer(portal, 200n, 'Bela Novak'), await payer(portal, 0n)];
    const sent = await sendMoney(bela, { number: anna.number, reference: 'Piano lessons' });
    const key = keyOf(sent.headers.location);
    const { texts } = portal.services.transfers;
    const lineOf = async (accountId: string) => (await texts.texts({ accountId, keys: [key, newId()] })).get(key);
    const number = String((await collection('transfers').findOne({ _id: key }))?.number);
    expect(await lineOf(bela.accountId)).toEqual({
      what: `To ${maskedAnna}`,
      sub: `Piano lessons, transfer ${number}`,
      href: `/transfer/${key}`,
    });
    expect(await lineOf(anna.accountId)).toMatchObject({ what: 'From Bela Novak' });
    expect((await texts.texts({ accountId: newId(), keys: [key] })).size).toBe(0);
    expect(await texts.find({ accountId: bela.accountId, text: 'LESSONS' })).toEqual([key]);
    expect(await texts.find({ accountId: anna.accountId, text: 'novak piano' })).toEqual([key]);
    expect(await texts.find({ accountId: bela.accountId, text: 'novak' })).toEqual([]);
    expect(await texts.find({ accountId: anna.accountId, text: 'flute' })).toEqual([]);
  });

  it('calls an own account by its name only where everybody who sees the line holds it', async () => {
    const [bela, anna] = [await payer(portal, 200n, 'Bela Novak'), await payer(portal)];
    const secret = await fundedAccount(portal, bela, { name: 'Surprise for Anna' });
    const sent = await sendMoney(bela, { to: `own:${secret.accountId}` });
    const line = async (accountId: string) =>
      [
        ...(await portal.services.transfers.texts.texts({ accountId, keys: [keyOf(sent.headers.location)] })).values(),
      ][0];
    expect((await line(bela.accountId))?.what).toBe(`To Surprise for Anna ··${secret.number.slice(-4)}`);
    await collection('accounts').updateOne(
      { _id: bela.accountId },
      { $set: { holders: [bela.partyId, anna.partyId] } },
    );
    expect((await line(bela.accountId))?.what).toBe('To B··· N···k');
    expect((await line(secret.accountId))?.what).toContain('From Everyday');
    const shared = (await anna.get(String(sent.headers.location))).text;
    expect(shared).toContain('A joint holder');
    expect(shared).not.toContain('Surprise');
  });

  it('is shown to nobody else', async () => {
    const [bela, anna, eve] = [await payer(portal, 200n), await payer(portal), await payer(portal)];
    const sent = await sendMoney(bela, { number: anna.number });
    expect((await eve.get(String(sent.headers.location))).status).toBe(404);
    expect((await eve.get(`/transfer/${newId()}`)).status).toBe(404);
    const find = (who: string) => portal.services.transfers.find(who, keyOf(sent.headers.location));
    expect([await find(eve.partyId), (await find(anna.partyId))?.toNumber]).toEqual([undefined, undefined]);
    expect((await find(bela.partyId))?.toNumber).toBe(anna.number);
    expect((await (await portal.staff('finance')).get(String(sent.headers.location))).status).toBe(403);
    expect((await portal.visitor().get(String(sent.headers.location))).status).toBe(303);
  });
});

describe('the form of the check page', () => {
  it.each([
    ['amount', '9999.00'],
    ['number', newAccountNumber()],
    ['reference', 'Other'],
    ['nameShown', 'B··· N···k'],
    ['fromId', newId()],
    ['key', newId()],
    ['seal', 'x'],
    ['when', 'once'],
  ])('with another %s than was shown moves nothing', async (field, value) => {
    const [bela, anna] = [await payer(portal, 200n), await payer(portal)];
    const form = await checked(bela, { number: anna.number });
    const more = field === 'when' ? { startOn: '2031-01-01' } : {};
    const answer = await bela.post('/transfer', { ...form, ...more, [field]: value });
    expect([409, 422]).toContain(answer.status);
    expect(answer.text).toMatch(/Nothing was moved|in the next 5 years/);
    expect([await bela.balance(), await anna.balance()]).toEqual([20_000n, 0n]);
    expect(await collection('transfers').countDocuments({ fromAccount: bela.accountId })).toBe(0);
  });

  it('of somebody else is no form of one’s own', async () => {
    const [bela, anna, eve] = [await payer(portal, 200n), await payer(portal), await payer(portal, 300n)];
    const form = await checked(bela, { number: anna.number });
    expect((await eve.post('/transfer', form)).status).toBe(409);
    expect((await eve.post('/transfer', { ...form, fromId: eve.accountId })).status).toBe(409);
    const theirs = await eve.post('/transfer/check', entered(bela, { number: anna.number }));
    expect([theirs.status, theirs.text.includes('Choose one of your own accounts')]).toEqual([422, true]);
    expect([await bela.balance(), await eve.balance()]).toEqual([20_000n, 30_000n]);
  });

  it('sent twenty times at once is one transfer and one receipt', async () => {
    const [bela, anna] = [await payer(portal, 200n), await payer(portal)];
    const form = await checked(bela, { number: anna.number, amount: '50.00' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => bela.post('/transfer', form)));
    const seen = new Set(answers.map(({ status, headers }) => `${status} ${headers.location}`));
    expect([...seen]).toEqual([`303 /transfer/${form.key}`]);
    expect([await bela.balance(), await anna.balance()]).toEqual([15_000n, 5_000n]);
    expect(await collection('transfers').countDocuments({ fromAccount: bela.accountId })).toBe(1);
    expect(
      await collection('auditEntries').countDocuments({ action: 'transferred', 'subject.id': bela.accountId }),
    ).toBe(1);
    // Later as well, and whatever has become of the accounts.
    await freeze(portal, anna.accountId, 'full');
    const late = await bela.post('/transfer', form);
    expect([late.status, late.headers.location]).toEqual([303, `/transfer/${form.key}`]);
  });

  it('goes back to be changed with everything that was entered', async () => {
    const [bela, anna] = [await payer(portal, 200n), await payer(portal)];
    const form = await checked(bela, { number: anna.number, amount: '150.00', reference: 'Rent' });
    const page = await bela.post('/transfer/change', form);
    expect(page.status).toBe(200);
    for (const value of [anna.number, '150.00', 'Rent']) expect(page.text).toContain(`value="${value}"`);
    expect((await bela.get('/transfer/change')).headers.location).toBe('/transfer');
    expect(await anna.balance()).toBe(0n);
  });

  it('needs the holder’s name to be the one that was shown', async () => {
    const [bela, anna] = [await payer(portal, 200n), await payer(portal)];
    const form = await checked(bela, { number: anna.number });
    await portal.services.customers.update({
      actor: anna.userId,
      partyId: anna.partyId,
      version: 1,
      fields: { fullName: 'Zoe Marsh' },
    });
    const answer = await bela.post('/transfer', form);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('The name of the account’s holder has changed. Nothing was moved');
    expect(await anna.balance()).toBe(0n);
  });

  it('is a borrower’s, with the token of the session', async () => {
    const [bela, anna] = [await payer(portal, 200n), await payer(portal)];
    const form = await checked(bela, { number: anna.number });
    expect((await bela.post('/transfer', form, { csrf: false })).status).toBe(403);
    expect((await portal.visitor().post('/transfer', form)).status).toBe(403);
    expect((await (await portal.staff('analyst')).post('/transfer', form)).status).toBe(403);
    expect(await anna.balance()).toBe(0n);
  });
});

describe('input that is wrong', () => {
  it.each([
    [{ amount: '1e3' }, '#amount', 'with digits only'],
    [{ amount: '10.50g' }, '#amount', 'with digits only'],
    [{ amount: '-5.00' }, '#amount', 'above zero'],
    [{ amount: '0' }, '#amount', 'above zero'],
    [{ amount: '4.355' }, '#amount', 'at most two decimals'],
    [{ amount: '' }, '#amount', 'Enter the amount'],
    [{ number: '', amount: 'x' }, '#to', 'Choose where the money goes'],
    [{ number: '1234' }, '#number', 'Enter the 12 digits'],
    [{ number: '123456789012' }, '#number', 'Check its digits'],
    [{ to: 'number', number: '' }, '#number', 'Enter the 12 digits'],
    [{ to: 'payee:nobody', number: '' }, '#to', 'Choose one from the list'],
    [{ to: 'elsewhere', number: '' }, '#to', 'Choose one from the list'],
    [{ to: `own:${newId()}` }, '#number', 'not both'],
    [{ to: `own:${newId()}`, number: '' }, '#to', 'We have no account'],
    [{ to: `payee:${newId()}`, number: '' }, '#to', 'We have no account'],
    [{ fromId: newId() }, '#fromId', 'Choose one of your own accounts'],
    [{ fromId: 'x' }, '#fromId', 'Choose the account it comes from'],
    [{ reference: 'x'.repeat(61) }, '#reference', 'at most 60 characters'],
    [{ reference: 'a\u0007b' }, '#reference', 'Use only letters'],
    [{ when: 'once', startOn: '2001-01-01' }, '#startOn', 'in the past'],
    [{ when: 'sometimes' }, '#when', 'Choose when the money is to go'],
  ])('like %o gets a sentence at its field, and is kept', async (fields, place, sentence) => {
    const [bela, anna] = [await payer(portal, 200n), await payer(portal)];
    const answer = await bela.post('/transfer/check', entered(bela, { number: anna.number, ...fields }));
    expect([409, 422]).toContain(answer.status);
    expect(answer.text).toContain(`<a href="${place}">`);
    expect(answer.text).toContain(sentence);
    expect(await bela.balance()).toBe(20_000n);
  });

  it.each(['amount[$gt]=0', 'amount=10&amount=20', 'limit=0', 'target=own'])(
    'of the kind %s is no form of ours',
    async (fields) => {
      const bela = await payer(portal, 200n);
      const rest = 'to=number&number=123456789012&when=now&reference=';
      const answer = await bela.postRaw('/transfer/check', `fromId=${bela.accountId}&${rest}&${fields}`);
      expect(answer.status).toBe(422);
    },
  );

  it('names an unknown, closed, foreign or frozen account in a sentence, and says nothing of the last three', async () => {
    const bela = await payer(portal, 200n);
    const check = (number: string) => bela.post('/transfer/check', entered(bela, { number }));
    const unknown = await check(newAccountNumber());
    expect([unknown.status, unknown.text.includes('We have no account of this number')]).toEqual([422, true]);
    const others = [await payer(portal), await payer(portal), await payer(portal)];
    const [frozen, closed, foreign] = others;
    await freeze(portal, String(frozen?.accountId), 'full');
    const accounts = collection('ledgerAccounts');
    await accounts.updateOne({ _id: String(closed?.accountId) }, { $set: { state: 'closed' } });
    await accounts.updateOne({ _id: String(foreign?.accountId) }, { $set: { currency: 'EUR' } });
    for (const one of others) {
      const answer = await check(one.number);
      expect(answer.status).toBe(409);
      expect(answer.text).toContain('This account cannot receive money now. Nothing was moved');
      expect(answer.text).not.toContain(maskedAnna);
    }
  });

  it('to the same account, or from a frozen one, is refused', async () => {
    const bela = await payer(portal, 200n);
    const same = await bela.post('/transfer/check', entered(bela, { number: bela.number }));
    expect(same.text).toContain('This is the account the money comes from');
    const other = await fundedAccount(portal, bela, { name: 'Other' });
    await freeze(portal, bela.accountId, 'full');
    const fields = { to: `own:${other.accountId}` };
    const frozen = await bela.post('/transfer/check', entered(bela, fields));
    expect(frozen.status).toBe(409);
    expect(frozen.text).toContain('No money can leave this account now. Nothing was moved');
  });

  it('for more than there is says how much is missing, keeps what was typed, and gives a fresh key later', async () => {
    const [bela, anna] = [await payer(portal, 50n), await payer(portal)];
    const answer = await bela.post('/transfer/check', entered(bela, { number: anna.number, amount: '50.01' }));
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('This is 0.01 USD more than you can use. Nothing was moved');
    expect(answer.text).toContain('value="50.01"');
  });

  it('counts who asks about numbers, but not about numbers that they know', async () => {
    const limited = await openPortal({ allowances: { accountLookUpByParty: { points: 3, windowS: 900 } } });
    try {
      const [bela, anna] = [await payer(limited, 50n), await payer(limited)];
      const ask = (number: string) => bela.post('/transfer/check', entered(bela, { number }));
      for (let n = 0; n < 3; n += 1) expect((await ask(newAccountNumber())).status).toBe(422);
      expect((await ask(newAccountNumber())).status).toBe(429);
      expect((await ask(anna.number)).status).toBe(429);
      expect((await bela.post('/transfer/payees/check', { number: anna.number, nickname: 'A' })).status).toBe(429);
      expect((await ask(bela.number)).status).toBe(422);
      expect((await ask('123456789012')).status).toBe(422);
    } finally {
      await limited.close();
    }
  });
});

describe('transfers at the same moment', () => {
  it('of a whole balance to two receivers move it once', async () => {
    const bela = await payer(portal, 100n, 'Bela Novak');
    const receivers = [await payer(portal), await payer(portal)];
    const forms = [];
    for (const { number } of receivers) forms.push(await checked(bela, { number, amount: '100.00' }));
    const answers = await Promise.all(forms.map((form) => bela.post('/transfer', form)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409]);
    expect(answers.find(({ status }) => status === 409)?.text).toContain('Nothing was moved');
    const balances = await Promise.all([bela, ...receivers].map((one) => one.balance()));
    expect(balances.toSorted((a, b) => Number((a ?? 0n) - (b ?? 0n)))).toEqual([0n, 0n, 10_000n]);
    expect(await bela.balance()).toBe(0n);
    expect(await collection('transfers').countDocuments({ fromAccount: bela.accountId })).toBe(1);
  });

  it('under one key with two bodies are decided once', async () => {
    const [bela, anna] = [await payer(portal, 100n), await payer(portal)];
    const transfer = (order: typeof first) => portal.services.transfers.transfer(order);
    const first = orderOf(bela, anna, { cents: 10_00n, nameShown: maskedAnna });
    const other = { ...first, ...orderOf(bela, anna, { cents: 20_00n, nameShown: maskedAnna }), key: first.key };
    const outcomes = await Promise.all([transfer(first), transfer(other)]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.find(({ ok }) => !ok)).toEqual({ ok: false, refusal: { code: 'key-reused' } });
    expect([1_000n, 2_000n]).toContain(await anna.balance());
  });

  it('leave the bank’s books sound', async () => {
    // Two accounts were put into states by hand that no journal says.
    const touched = { $or: [{ state: 'closed' }, { currency: 'EUR' }] };
    await collection('ledgerAccounts').updateMany(touched, { $set: { state: 'open', currency: 'USD' } });
    expect(await soundness(portal)).toEqual(sound);
  });
});
