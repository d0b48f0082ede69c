import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPortal, type TestPortal } from '#test/portal.ts';

const message = {
  name: 'Perpetua Lindqvist',
  email: 'perpetua@lighthouse.example',
  topic: 'a-loan',
  message: 'How long does a decision take?\n\nAnd may I ask again?',
};

describe('a message to the bank', () => {
  let portal: TestPortal;
  beforeAll(async () => {
    portal = await openPortal({ allowances: { contactByAddress: { points: 1_000, windowS: 60 } } });
  });
  afterAll(() => portal.close());

  const kept = () => portal.database.db.collection('enquiries').countDocuments();

  it('of a stranger is kept, and answered with its reference', async () => {
    const visitor = portal.visitor();
    const answer = await visitor.post('/contact', message);
    expect([answer.status, answer.headers.location]).toEqual([303, '/contact']);
    const page = (await visitor.get('/contact')).text;
    const reference = /Its reference is ([0-9A-Z]{4}-[0-9A-Z]{4})/.exec(page)?.[1] ?? '';
    const officer = await portal.staff('officer');
    expect((await officer.get('/contact/messages')).text).toContain(reference);
  });

  it('is sealed under a key of its writer', async () => {
    await portal.visitor().post('/contact', { ...message, name: 'Sealed Sender' });
    const enquiry = await portal.database.db
      .collection<{ _id: string; partyId: string; message: { key: string } }>('enquiries')
      .findOne({}, { sort: { _id: -1 } });
    expect(enquiry?.message.key).toBe(enquiry?.partyId);
    expect(JSON.stringify(enquiry)).not.toContain('decision');
  });

  it('is read by staff with its sender, and marked as done once', async () => {
    await portal.visitor().post('/contact', { ...message, name: 'Only Once' });
    const officer = await portal.staff('officer');
    const list = (await officer.get('/contact/messages?state=new')).text;
    expect(list).toContain('<a class="chip" href="/contact/messages?state=new" aria-current="true">');
    const path = /href="(\/contact\/messages\/[0-9a-f-]+)">Only Once</.exec(list)?.[1] ?? '';
    const page = (await officer.get(path)).text;
    for (const text of ['Only Once', message.email, 'How long does a decision take?', 'And may I ask again?'])
      expect(page).toContain(text);
    expect((await officer.post(path, { version: '1' })).status).toBe(303);
    expect((await officer.post(path, { version: '1' })).status).toBe(409);
    expect((await officer.get('/contact/messages')).text).not.toContain('Only Once');
    expect((await officer.get('/contact/messages?state=done')).text).toContain('Only Once');
    expect((await officer.get(path)).text).not.toContain('Mark as done');
    expect((await officer.post(path, { version: 'x' })).status).toBe(422);
  });

  it('is nothing for borrowers, nor for roles without messages', async () => {
    const borrower = await portal.borrower();
    expect((await borrower.get('/contact/messages')).status).toBe(403);
    expect((await (await portal.staff('analyst')).get('/contact/messages')).status).toBe(403);
    expect((await (await portal.staff('administrator')).get('/contact/messages')).status).toBe(200);
    expect((await portal.visitor().get('/contact/messages')).status).toBe(303);
    expect((await (await portal.staff('officer')).get('/contact/messages/nothing-here')).status).toBe(404);
  });

  it('of a customer is kept under their name, and does not ask for it', async () => {
    const borrower = await portal.borrower('Known Customer');
    expect((await borrower.get('/contact')).text).not.toContain('name="email"');
    const answer = await borrower.post('/contact', { topic: 'my-account', message: 'A question of mine' });
    expect(answer.status).toBe(303);
    const { enquiries } = await portal.services.enquiries.list({ state: 'new', page: 1, size: 1 });
    expect(enquiries[0]).toMatchObject({ name: 'Known Customer', partyId: borrower.partyId });
    const forged = await borrower.post('/contact', { ...message });
    expect(forged.status).toBe(422);
  });

  it.each([
    ['message', 'x'.repeat(4_001), 'Use at most 4000 characters'],
    ['message', ' \n ', 'Enter your message'],
    ['message', 'ring\u0007', 'Use only letters, digits and signs'],
    ['message', 'null\u0000', 'Use only letters, digits and signs'],
    ['name', 'Two\nLines', 'Use only letters, digits and signs in your name'],
    ['email', 'perpetua@', 'Enter an e-mail address like name@example.com'],
    ['email', 'a@b.example\nBcc: c@d.example', 'Enter an e-mail address like name@example.com'],
    ['topic', 'free-money', 'Choose what it is about'],
  ])('with a wrong %s is refused and shown again', async (field, typed, sentence) => {
    const before = await kept();
    const answer = await portal.visitor().post('/contact', { ...message, [field]: typed });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`<a href="#${field}">${sentence}</a>`);
    expect(answer.text).toContain(field === 'name' ? message.email : message.name);
    expect(await kept()).toBe(before);
  });

  it('of 4,000 characters, with line ends of any kind and markup in it, arrives as it was written', async () => {
    const text = `<script>alert(1)</script>\r\n${'é'.repeat(4_000)}`.slice(0, 4_000);
    expect((await portal.visitor().post('/contact', { ...message, message: text })).status).toBe(303);
    const { enquiries } = await portal.services.enquiries.list({ state: 'new', page: 1, size: 1 });
    const id = enquiries[0]?._id ?? '';
    expect((await portal.services.enquiries.find(id)).message).toBe(text.replace('\r\n', '\n'));
    const page = (await (await portal.staff('officer')).get(`/contact/messages/${id}`)).text;
    expect(page).toContain('&lt;script&gt;alert(1)');
    expect(page).not.toContain('<script>');
  });

  it.each(['name[$ne]=x', 'topic=a-loan&topic=a-complaint'])('is refused with %s', async (extra) => {
    const before = await kept();
    const body = `${new URLSearchParams(message).toString()}&${extra}`;
    expect((await portal.visitor().postRaw('/contact', body)).status).toBe(422);
    expect(await kept()).toBe(before);
  });
});

describe('messages of one machine', () => {
  it('are answered 429 after their allowance; what was wrong does not count', async () => {
    const portal = await openPortal({ allowances: { contactByAddress: { points: 1, windowS: 60 } } });
    const visitor = portal.visitor();
    expect((await visitor.post('/contact', { ...message, topic: '' })).status).toBe(422);
    expect((await visitor.post('/contact', message)).status).toBe(303);
    expect((await visitor.post('/contact', message)).status).toBe(429);
    await portal.close();
  });
});

describe('the public pages', () => {
  it('show what is on offer and the next step, signed in or not', async () => {
    const portal = await openPortal();
    const products = await portal.services.products.live();
    expect(products.length).toBeGreaterThan(0);
    for (const path of ['/', '/services']) {
      const page = await portal.visitor().get(path);
      expect(page.status).toBe(200);
      for (const { name } of products) expect(page.text).toContain(name);
      expect(page.text).toContain('<a class="btn btn-primary');
    }
    const borrower = await portal.borrower();
    expect((await borrower.get('/')).text).toContain('Go to your start page');
    expect((await borrower.get('/services')).text).toContain('Apply for a loan');
    await portal.close();
  });
});
