import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { whereStored } from '#test/dump.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';

const profile = {
  version: '1',
  fullName: 'Zebulon Quartermaine',
  birthDate: '1987-09-23',
  taxId: 'TX-998-77-6655',
  phone: '+12025550177',
  addressLine: '4711 Periwinkle Esplanade',
  city: 'Wollstonecraft',
  postcode: 'QX9 7ZZ',
  country: 'NL',
  monthlyIncome: '7654.32',
};

describe('the profile', () => {
  let portal: TestPortal;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  it('is saved and shown again', async () => {
    const borrower = await portal.borrower();
    const answer = await borrower.post('/profile', profile);
    expect([answer.status, answer.headers.location]).toEqual([303, '/profile']);
    const page = (await borrower.get('/profile')).text;
    expect(page).toContain('Your details are saved.');
    for (const field of ['fullName', 'birthDate', 'taxId', 'addressLine', 'city', 'postcode', 'monthlyIncome'] as const)
      expect(page).toContain(`value="${profile[field]}"`);
    expect(page).toContain('<option value="NL" selected>');
    expect(page).toContain('name="version" value="2"');
  });

  it('shows the sign-in address as text, not as a field, also after an error', async () => {
    const borrower = await portal.borrower();
    for (const page of [await borrower.get('/profile'), await borrower.post('/profile', { ...profile, city: '' })]) {
      expect(page.text).toContain(borrower.email);
      expect(page.text).not.toContain(`value="${borrower.email}"`);
    }
    const changed = await borrower.post('/profile', { ...profile, email: 'someone@else.example' });
    expect(changed.status).toBe(422);
    expect((await portal.services.customers.person(borrower.partyId)).email).toBe(borrower.email);
  });

  it('refuses a save over a newer version, and keeps the newer one', async () => {
    const borrower = await portal.borrower();
    await borrower.post('/profile', profile);
    const late = await borrower.post('/profile', { ...profile, city: 'Elsewhere' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('This has changed since you opened it');
    expect((await portal.services.customers.person(borrower.partyId)).city).toBe(profile.city);
  });

  it('saves one of two windows that save at once', async () => {
    const borrower = await portal.borrower();
    await borrower.get('/profile');
    const cities = ['North', 'South', 'East', 'West'];
    const answers = await Promise.all(cities.map((city) => borrower.post('/profile', { ...profile, city })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, 409, 409, 409]);
    expect((await portal.services.customers.person(borrower.partyId)).version).toBe(2);
  });

  it.each([
    ['fullName', 'Z', 'Use at least 2 characters for your full name'],
    ['fullName', 'Ze\u0007bulon', 'Use only letters, digits and signs in your full name'],
    ['birthDate', '', 'Enter your birth date'],
    ['birthDate', '2024-02-30', 'Enter your birth date as year-month-day, like 1990-04-23'],
    ['birthDate', '2020-01-01', 'Enter a birth date of a person from 18 to 120 years old'],
    ['birthDate', '1850-01-01', 'Enter a birth date of a person from 18 to 120 years old'],
    ['taxId', '12', 'Enter your tax id with 6 to 30 letters and digits'],
    ['phone', 'call me', 'Enter a phone number with 7 to 15 digits, like +1 202 555 0143'],
    ['postcode', 'Q'.repeat(13), 'Use at most 12 characters for your postcode'],
    ['country', 'XX', 'Choose your country'],
    ['monthlyIncome', '1e3', 'Enter your monthly income as an amount like 1500.00, with digits only'],
    ['monthlyIncome', '-1', 'Enter your monthly income as zero or more'],
    ['monthlyIncome', '4.355', 'Enter your monthly income with at most two decimals'],
  ])('says at %s what is wrong with %j', async (field, typed, sentence) => {
    const borrower = await portal.borrower();
    const answer = await borrower.post('/profile', { ...profile, [field]: typed });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`<a href="#${field}">${sentence}</a>`);
    expect(answer.text).toContain(`value="${profile.addressLine}"`);
    expect((await portal.services.customers.person(borrower.partyId)).version).toBe(1);
  });

  it('takes an income of zero', async () => {
    const borrower = await portal.borrower();
    expect((await borrower.post('/profile', { ...profile, monthlyIncome: '0' })).status).toBe(303);
  });

  it('says of a broken version that the form has to be opened again', async () => {
    const borrower = await portal.borrower();
    const answer = await borrower.post('/profile', { ...profile, version: 'x' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('<li>Open the page again</li>');
  });

  it('is a borrower’s alone', async () => {
    expect((await portal.visitor().get('/profile')).headers.location).toBe('/login?next=%2Fprofile');
    expect((await (await portal.staff('officer')).get('/profile')).status).toBe(403);
  });
});

describe('what a customer typed', () => {
  it('stands nowhere in the database as text', async () => {
    const portal = await openPortal();
    const borrower = await portal.borrower('Zebulon Quartermaine');
    await borrower.post('/profile', profile);
    await borrower.post('/profile', { ...profile, version: '2', addressLine: '12 Marzipan Crescent' });
    await borrower.post('/contact', { topic: 'a-loan', message: 'The ocelot is in the marmalade' });
    await portal.visitor().post('/contact', {
      name: 'Hortensia Blumenthal',
      email: 'hortensia@cloisters.example',
      topic: 'a-complaint',
      message: 'Seventeen walruses at the counter',
    });
    await borrower.post('/accounts/open', { key: newId(), name: 'Wedding in Valparaiso' });
    const { version: _version, country: _country, ...typed } = profile;
    const canaries = [
      ...Object.values(typed),
      ...['Zebulon', 'Quartermaine', '998776655', 'TX998776655', '765432', borrower.email, 'Marzipan'],
      ...['lanterns over the harbour', 'ocelot', 'Hortensia', 'hortensia@cloisters', 'walruses', 'Valparaiso'],
    ];
    expect(await whereStored(portal.database.db, canaries)).toEqual([]);
    await portal.close();
  });

  it('would be found if it did, plain or encoded', async () => {
    const portal = await openPortal();
    const hidden = [
      { _id: 'plain', deep: [{ name: 'a Canary here' }] },
      { _id: 'base64', name: Buffer.from('a canary here').toString('base64') },
      { _id: 'hex', name: Buffer.from('a canary here').toString('hex') },
      { _id: 'binary', name: Buffer.from('a canary here') },
    ];
    await portal.database.db.collection<{ _id: string }>('birds').insertMany(hidden);
    const found = await whereStored(portal.database.db, ['canary']);
    expect(found).toEqual(hidden.map(({ _id }) => `birds/${_id}: canary`));
    await portal.close();
  });
});
