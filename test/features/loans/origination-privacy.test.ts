import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { whereStored } from '#test/dump.ts';
import { gpsCanary, jpegFile, pdfFile } from '#test/files.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { verifyIdentity } from '#test/verified.ts';
import { watched, type Seen, type Watched } from './privacy-watch.ts';
import { answers as filled } from './section-fields.ts';
import { stored, submitted } from './underwriting-builders.ts';

/**
 * What people typed into one whole home loan with a co-applicant, and into another that was declined and contested.
 * Left out, as they lie open by design and their forms ask for no personal details there: the conditions of an offer
 * (`application.conditions[].text`) and the stages of a payout in parts (`tranches[].stage`), both of which stand in
 * the signed papers; and the amounts, terms and purpose of the loan itself, by which the queue is worked.
 */
const names = { applicant: 'Quetzalia Northwind', friend: 'Rosalind Quagmire' };
const answers: Record<string, Record<string, string>> = {
  personal: {
    ...{ fullName: names.applicant, birthDate: '1987-11-23', nationality: 'US', taxId: '931-77-4821' },
    ...{ email: 'quetzal-form@example.test', phone: '+12025550187', addressLine: '77 Quetzal Lane' },
    ...{ city: 'Quetzalville', postcode: 'QZ74NW', country: 'US', dependants: '2' },
  },
  employment: {
    ...{ status: 'employed', employer: 'Quetzal Feathers Ltd', employerAddress: '5 Plumage Square' },
    ...{ employerPhone: '+12025550166', jobTitle: 'Quetzal keeper', contract: 'permanent', years: '4' },
    ...{ monthlyIncome: '9,173,194.27', rentalIncome: '1,928,337.46', investmentIncome: '1,233,779.51' },
    ...{ benefitIncome: '', restIncome: '' },
  },
  obligations: {
    ...{ rows: '1', kind1: 'rent', payee1: 'Quetzal Landlady', monthly1: '1,173,155.39', balance1: '3,773,191.46' },
  },
  bank: {
    country: 'US',
    bankName: 'Quetzal Savings',
    routingNumber: '021000021',
    accountNumber: '776655443321',
  },
  property: {
    ...{ kind: 'house', addressLine: '9 Quetzal Gardens', city: 'Plumageton', postcode: 'QT49PL' },
    ...{ value: '4,471,731.93', valuer: 'Quetzal Valuers', valuedOn: '2026-01-05', ownership: 'buying' },
    ...{ insurance: 'insured', insurer: 'Quetzal Mutual' },
  },
};
const terms = { amount: '200,000.00', instalments: '240', frequency: '1-month', purpose: 'Buy a home' };
const friendAnswers = {
  personal: {
    ...answers.personal,
    ...{ fullName: names.friend, birthDate: '1985-07-19', taxId: '932-66-5193', email: 'quagmire@example.test' },
    ...{ phone: '+12025550155', addressLine: '12 Quagmire Road', city: 'Bogville', postcode: 'BG71QU' },
  },
  employment: {
    ...answers.employment,
    employer: 'Bogville Peat',
    jobTitle: 'Peat digger',
    monthlyIncome: '8,264,915.73',
  },
  obligations: { ...answers.obligations, payee1: 'Peat Landlord', monthly1: '1,264,155.82' },
};
/** What an officer, a senior, finance and the borrower write about and to each other. */
const written = {
  ...{ halfTyped: 'Quetzal half typed', invited: 'Rosalind of the bog', note: 'Quetzal note of the desk' },
  ...{ question: 'Quetzal question of the desk', answer: 'Quetzal answer of the borrower' },
  ...{ wanted: 'Quetzal wanted paper', refused: 'Quetzal refused paper', recommended: 'Quetzal recommendation' },
  ...{
    checked: 'Quetzal checked',
    met: 'Quetzal condition met',
    payout: 'Quetzal payout reason',
    paid: 'Quetzal paid',
  },
  ...{ words: 'Quetzal returned words', referral: 'Quetzal referral', declined: 'Quetzal declined note' },
  contest: 'Quetzal contested text',
};
const fileNames = { pdf: 'quetzal-papers.pdf', picture: 'quetzal-passport.jpg', content: 'Quetzal content of a paper' };

const logLines: string[] = [];
const seen: Seen = { urls: [], pages: [] };
let portal: TestPortal;
const emails: string[] = [];
beforeAll(async () => {
  portal = await openPortal({ logLines });
  await portal.setDay('2026-03-17');
});
afterAll(() => portal.close());

/** What is no canary, since it is a choice out of a list, a small number, or a public code of a bank. */
const chosen = [
  ...['country', 'nationality', 'dependants', 'status', 'contract', 'years', 'rows', 'routingNumber', 'valuedOn'],
  ...['kind', 'kind1', 'ownership', 'insurance'],
];

function typedValues(): string[] {
  const fields = [...Object.values(answers), ...Object.values(friendAnswers)].flatMap((section) =>
    Object.entries(section).flatMap(([name, value]) => (chosen.includes(name) || value === '' ? [] : [value])),
  );
  return [...fields, ...Object.values(names), ...Object.values(written), ...Object.values(fileNames), gpsCanary];
}

/** Amounts also without their commas and as whole minor units, as they would lie in a database. */
function canaries(): string[] {
  const typed = typedValues();
  const amounts = typed.filter((value) => /^[\d,]+\.\d\d$/.test(value)).map((value) => value.replaceAll(',', ''));
  const minor = amounts.map((value) => value.replace('.', ''));
  // The builders of the second application type their own canaries.
  return [...new Set([...typed, ...amounts, ...minor, ...emails, 'quetzal', 'canary', testPassword, '127.0.0.1'])];
}

const hidden = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

interface Sending {
  /** Where it goes to, if not to the page itself. */
  to?: string;
  /** What of the page goes with it, hidden. */
  carry?: readonly string[];
}

/** Sends the form of a page with what the page carries; it must be taken. */
async function send(person: Watched, page: string, form: Record<string, string>, sending: Sending = {}) {
  const { to = page, carry = ['version'] } = sending;
  const { text } = await person.get(page);
  const carried = Object.fromEntries(carry.map((name) => [name, hidden(text, name)]));
  const sent = await person.post(to, { ...carried, ...form });
  const said = /<div class="alert alert-danger[\s\S]{0,900}/.exec(sent.text)?.[0];
  expect([to, sent.status, sent.status === 303 ? undefined : said]).toEqual([to, 303, undefined]);
}

async function upload(person: Watched, path: string, kind: string) {
  const picture = kind === 'identity';
  const content = picture ? jpegFile() : pdfFile({ objects: [`(${fileNames.content})`] });
  const [name, type] = picture ? [fileNames.picture, 'image/jpeg'] : [fileNames.pdf, 'application/pdf'];
  const sent = await person.upload(`${path}/documents/${kind}/upload`, content, { name, type });
  expect([kind, sent.status]).toEqual([kind, 303]);
}

/** A file for everything that the page still asks of this person. */
async function uploadAll(person: Watched, path: string) {
  const { text } = await person.get(`${path}/documents`);
  const kinds = [...new Set([...text.matchAll(/\/documents\/([a-z-]+)\/upload/g)].map(([, kind]) => kind ?? ''))];
  for (const kind of kinds) await upload(person, path, kind);
  await person.get(`${path}/documents`);
}

/** Everybody who takes part, each with a browser whose addresses are kept. */
async function everybody() {
  const [applicant, friend] = [await portal.borrower(names.applicant), await portal.borrower(names.friend)];
  emails.push(applicant.email, friend.email);
  const staff = async (role: 'officer' | 'senior-officer' | 'finance') => watched(await portal.staff(role), seen);
  return {
    ...{ applicant: { ...applicant, ...watched(applicant, seen) }, friend: { ...friend, ...watched(friend, seen) } },
    ...{ officer: await staff('officer'), senior: await staff('senior-officer'), finance: await staff('finance') },
  };
}
type Everybody = Awaited<ReturnType<typeof everybody>>;

async function applyTogether({ applicant, friend }: Everybody): Promise<string> {
  const path = String((await applicant.post('/loans/apply', { product: 'home' })).headers.location);
  const kept = await applicant.post(`${path}/personal/keep`, { fullName: written.halfTyped, version: '1' });
  expect(kept.status).toBe(200);
  for (const [section, fields] of Object.entries(answers)) await send(applicant, `${path}/${section}`, fields);
  await send(applicant, `${path}/terms`, { ...terms, action: 'save' });
  const invitation = { role: 'co-applicant', fullName: written.invited, email: friend.email, relationship: 'spouse' };
  await send(applicant, `${path}/people`, { ...invitation, key: newId() }, { carry: [] });
  await portal.platform.outbox.drain();
  const joint = /\/loans\/joint\/[0-9a-f-]{36}/.exec((await friend.get('/loans/joint')).text)?.[0] ?? '';
  await send(friend, joint, { answer: 'accept' }, { to: `${joint}/answer`, carry: [] });
  for (const [section, fields] of Object.entries(friendAnswers)) await send(friend, `${joint}/${section}`, fields);
  await uploadAll(applicant, path);
  await uploadAll(friend, path);
  const declared = { truthful: 'yes', creditBureau: 'yes' };
  await send(friend, `${joint}/confirm`, { ...declared, liability: 'yes' }, { carry: ['version', 'terms'] });
  await send(applicant, `${path}/review`, declared);
  return path;
}

const idOf = (path: string) => path.split('/').at(-1) ?? '';

async function workOn({ applicant, friend, officer, senior }: Everybody, path: string): Promise<void> {
  const file = `/officer/applications/${idOf(path)}`;
  expect((await officer.get(file)).text).toContain('Quetzal Feathers Ltd');
  await send(officer, file, { key: newId(), deskNote: written.note }, { to: `${file}/notes`, carry: [] });
  await send(officer, file, { question1: written.question, about1: '' }, { to: `${file}/ask` });
  await send(applicant, `${path}/questions`, { answer1: written.answer });
  const asked = { kind: 'other', partyId: applicant.partyId, text: written.wanted };
  await send(officer, `${file}/documents`, asked, { to: `${file}/documents/request`, carry: [] });
  await uploadAll(applicant, path);
  const reject = /action="([^"]+\/reject)"/.exec((await officer.get(`${file}/documents`)).text)?.[1] ?? '';
  const revision = hidden((await officer.get(`${file}/documents`)).text, 'revision');
  await send(officer, `${file}/documents`, { revision, reason: written.refused }, { to: reject, carry: [] });
  await uploadAll(applicant, path);
  await uploadAll(friend, path);
  const list = (await officer.get(`${file}/documents`)).text;
  const judged = [...list.matchAll(/action="([^"]+\/verify)"[\s\S]*?name="revision" value="(\d+)"/g)];
  for (const [, to = '', seen = ''] of judged) await officer.post(to, { revision: seen });
  const lent = { amount: '200,000.00', annualRate: '6.9', instalments: '240', conditions: 'Insure the home' };
  await send(officer, file, { ...lent, key: newId(), note: written.recommended }, { to: `${file}/recommend` });
  await decide(senior, path, written.checked);
}

/** The second person finds the request on their list. */
async function decide(person: Watched, path: string, note: string): Promise<void> {
  await person.get('/approvals');
  const [open] = await portal.services.approvals.pendingOf({ type: 'application', id: idOf(path) });
  const request = `/approvals/${open?.id ?? ''}`;
  await send(person, request, { note }, { to: `${request}/approve` });
}

async function signAndPay(all: Everybody, path: string): Promise<void> {
  const { applicant, friend, officer, finance } = all;
  const typedName = names.applicant.toUpperCase();
  await send(
    applicant,
    `${path}/offer`,
    { read: 'yes', typedName, password: testPassword },
    { to: `${path}/offer/accept`, carry: ['version', 'keyFacts', 'sanctionLetter', 'agreement'] },
  );
  const joint = /\/loans\/joint\/[0-9a-f-]{36}/.exec((await friend.get('/loans/joint')).text)?.[0] ?? '';
  await send(
    friend,
    `${joint}/sign`,
    { read: 'yes', typedName: names.friend, password: testPassword },
    { carry: ['documents'] },
  );
  for (const { partyId } of [applicant, friend]) await verifyIdentity(portal, partyId);
  const id = idOf(path);
  const payout = `/officer/applications/${id}/payout`;
  const [condition] = (await stored(portal, id)).conditions;
  const conditionId = condition?.id ?? '';
  await send(officer, payout, { conditionId, note: written.met }, { to: `${payout}/met` });
  await send(
    officer,
    payout,
    { key: newId(), n: '1', amount: '200,000.00', reason: written.payout },
    { to: `${payout}/ask` },
  );
  await decide(finance, path, written.paid);
  expect((await stored(portal, id)).state).toBe('disbursed');
}

/** Another application: given back, referred, declined and contested. */
async function contested({ officer, senior }: Everybody): Promise<void> {
  const other = await submitted(portal);
  emails.push(other.email);
  const owner = watched(portal.visitor(), seen);
  await owner.post('/login', { email: other.email, password: testPassword });
  const path = `/loans/apply/${other.application._id}`;
  const file = `/officer/applications/${other.application._id}`;
  await send(officer, file, { key: newId(), returnWords: written.words }, { to: `${file}/return` });
  await send(owner, `${path}/terms`, { ...filled.terms, action: 'save' });
  await send(owner, `${path}/review`, { truthful: 'yes', creditBureau: 'yes' });
  await send(officer, file, { key: newId(), referNote: written.referral }, { to: `${file}/refer` });
  await send(senior, file, { reason: 'debt-too-high', rejectionNote: written.declined }, { to: `${file}/reject` });
  await portal.platform.outbox.drain();
  await owner.get(`${path}/decision`);
  await send(owner, `${path}/contest`, { text: written.contest });
  await officer.get(file);
}

async function decided() {
  const rows = portal.database.db.collection<{ _id: string }>('approvals').find({}, { projection: { _id: 1 } });
  return (await rows.toArray()).map(({ _id: id }) => ({ id }));
}

describe('What people type on the way to a loan', () => {
  it('takes a whole application with two people, and another that is contested', async () => {
    const all = await everybody();
    const path = await applyTogether(all);
    await workOn(all, path);
    await signAndPay(all, path);
    await contested(all);
    for (const page of ['/dashboard', '/loans', '/notices', path, `${path}/offer`]) await all.applicant.get(page);
    for (const page of ['/officer', '/officer?tab=decided', '/staff/kyc']) await all.senior.get(page);
    await all.applicant.get(`${path}/people`);
    await all.applicant.get(`${path}/documents`);
    for (const { id } of await decided()) await all.senior.get(`/approvals/${id}`);
    await portal.platform.outbox.drain();
  }, 240_000);

  it('was all kept: the pages of those who may read it say it', () => {
    const pages = seen.pages.join('\n');
    // Only the upload's own answer could say what is in a paper, and the half typed name was typed anew.
    const unread = [written.halfTyped, fileNames.pdf, fileNames.content, fileNames.picture, gpsCanary];
    const shown = (value: string) =>
      pages.includes(/^\d{4}-/.test(value) ? portal.platform.formats.date(value) : value);
    expect(typedValues().filter((value) => !unread.includes(value) && !shown(value))).toEqual([]);
  });

  it('lies readable in no collection: files, outbox, audit, sessions and jobs included', async () => {
    const names = (await portal.database.db.listCollections().toArray()).map(({ name }) => name);
    for (const name of ['applications', 'outbox', 'auditEntries', 'sessions', 'files.chunks', 'notices'])
      expect(names).toContain(name);
    const found = await whereStored(portal.database.db, canaries());
    expect(found).toEqual([]);
    // What lies open by design is found, as words and as an amount: the search sees what there is.
    const open = await whereStored(portal.database.db, ['Insure the home', '20000000']);
    expect(open.filter((one) => one.startsWith('applications/'))).toHaveLength(2);
  }, 240_000);

  it('is said in no line of the log', () => {
    expect(logLines.length).toBeGreaterThan(100);
    const log = logLines.join('\n').toLowerCase();
    expect(canaries().filter((one) => log.includes(one.toLowerCase()))).toEqual([]);
  });

  it('stands in no title of a notice, which is what a subject line would say', async () => {
    const parties = await portal.database.db.collection('applications').distinct('partyId');
    const titles: string[] = [];
    for (const partyId of parties as string[]) {
      const { notices } = await portal.services.notices.list(partyId, { page: 1, size: 50 });
      titles.push(...notices.map(({ title }) => title));
      seen.urls.push(...notices.map(({ href }) => href));
    }
    expect(titles.length).toBeGreaterThan(8);
    const all = titles.join('\n').toLowerCase();
    expect(canaries().filter((one) => all.includes(one.toLowerCase()))).toEqual([]);
  });

  it('stands in no address that was visited, linked or redirected to', () => {
    expect(seen.urls.length).toBeGreaterThan(100);
    const all = seen.urls
      .flatMap((url) => [url, decodeURIComponent(url.replaceAll('+', ' '))])
      .join('\n')
      .toLowerCase();
    expect(canaries().filter((one) => all.includes(one.toLowerCase()))).toEqual([]);
  });
});
