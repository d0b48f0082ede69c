import { expect } from 'vitest';
import { newId } from '#core/ids.ts';
import { jpegFile, pdfFile } from '#test/files.ts';
import { testPassword, type TestPortal } from '#test/portal.ts';
import { verifyIdentity } from '#test/verified.ts';
import { answers, fileNames, friendAnswers, names, terms, written } from './privacy-typed.ts';
import { watched, type Seen, type Watched } from './privacy-watch.ts';
import { answers as filled } from './section-fields.ts';
import { stored, submitted } from './underwriting-builders.ts';

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

/** The bank that is walked through, and what is kept of the walk. */
export interface Walk {
  portal: TestPortal;
  seen: Seen;
  /** Of everybody, since they are typed as well. */
  emails: string[];
}

/** Everybody who takes part, each with a browser whose addresses are kept. */
async function everybody({ portal, seen, emails }: Walk) {
  const [applicant, friend] = [await portal.borrower(names.applicant), await portal.borrower(names.friend)];
  emails.push(applicant.email, friend.email);
  const staff = async (role: 'officer' | 'senior-officer' | 'finance') => watched(await portal.staff(role), seen);
  return {
    ...{ applicant: { ...applicant, ...watched(applicant, seen) }, friend: { ...friend, ...watched(friend, seen) } },
    ...{ officer: await staff('officer'), senior: await staff('senior-officer'), finance: await staff('finance') },
  };
}
type Everybody = Awaited<ReturnType<typeof everybody>>;
type Walking = Walk & { all: Everybody };

async function applyTogether({ portal, all: { applicant, friend } }: Walking): Promise<string> {
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

async function workOn(walk: Walking, path: string): Promise<void> {
  const { applicant, friend, officer, senior } = walk.all;
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
  for (const [, to = '', shown = ''] of judged) await officer.post(to, { revision: shown });
  const lent = { amount: '200,000.00', annualRate: '6.9', instalments: '240', conditions: written.condition };
  await send(officer, file, { ...lent, key: newId(), note: written.recommended }, { to: `${file}/recommend` });
  await decide({ ...walk, person: senior }, path, written.checked);
}

/** The second person finds the request on their list. */
async function decide(walk: Walk & { person: Watched }, path: string, note: string): Promise<void> {
  const { portal, person } = walk;
  await person.get('/approvals');
  const [open] = await portal.services.approvals.pendingOf({ type: 'application', id: idOf(path) });
  const request = `/approvals/${open?.id ?? ''}`;
  await send(person, request, { note }, { to: `${request}/approve` });
}

/** What is planned stands in the papers, so that it comes before anybody signs. */
async function planInParts({ all: { officer } }: Walking, path: string): Promise<void> {
  const payout = `/officer/applications/${idOf(path)}/payout`;
  const plan = { amount1: '150,000.00', stage1: '', amount2: '50,000.00', stage2: written.stage };
  await send(officer, payout, plan, { to: `${payout}/plan` });
}

async function signTogether({ all: { applicant, friend } }: Walking, path: string): Promise<void> {
  const agreed = { read: 'yes', password: testPassword };
  const shown = ['version', 'keyFacts', 'sanctionLetter', 'agreement'];
  const own = { ...agreed, typedName: names.applicant.toUpperCase() };
  await send(applicant, `${path}/offer`, own, { to: `${path}/offer/accept`, carry: shown });
  const joint = /\/loans\/joint\/[0-9a-f-]{36}/.exec((await friend.get('/loans/joint')).text)?.[0] ?? '';
  await send(friend, `${joint}/sign`, { ...agreed, typedName: names.friend }, { carry: ['documents'] });
}

async function payInParts(walk: Walking, path: string): Promise<void> {
  const { portal, all } = walk;
  const { applicant, friend, officer, finance } = all;
  for (const { partyId } of [applicant, friend]) await verifyIdentity(portal, partyId);
  const id = idOf(path);
  const payout = `/officer/applications/${id}/payout`;
  const [condition] = (await stored(portal, id)).conditions;
  const conditionId = condition?.id ?? '';
  await send(officer, payout, { conditionId, note: written.met }, { to: `${payout}/met` });
  for (const [n, amount] of [
    ['1', '150,000.00'],
    ['2', '50,000.00'],
  ] as const) {
    await send(officer, payout, { key: newId(), n, amount, reason: written.payout }, { to: `${payout}/ask` });
    await decide({ ...walk, person: finance }, path, written.paid);
  }
  expect((await stored(portal, id)).state).toBe('disbursed');
}

/** Another application: given back, referred, declined and contested. */
async function contested({ portal, seen, emails, all: { officer, senior } }: Walking): Promise<void> {
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

async function decided({ portal }: Walk) {
  const rows = portal.database.db.collection<{ _id: string }>('approvals').find({}, { projection: { _id: 1 } });
  return (await rows.toArray()).map(({ _id: id }) => ({ id }));
}

/** A whole application with two people, another that is contested, and the pages that those who may look at afterwards. */
export async function walkThrough(walk: Walk): Promise<void> {
  const all = await everybody(walk);
  const walking = { ...walk, all };
  const path = await applyTogether(walking);
  await workOn(walking, path);
  await planInParts(walking, path);
  await signTogether(walking, path);
  await payInParts(walking, path);
  await contested(walking);
  for (const page of ['/dashboard', '/loans', '/notices', path, `${path}/offer`]) await all.applicant.get(page);
  for (const page of ['/officer', '/officer?tab=decided', '/staff/kyc']) await all.senior.get(page);
  await all.applicant.get(`${path}/people`);
  await all.applicant.get(`${path}/documents`);
  for (const { id } of await decided(walk)) await all.senior.get(`/approvals/${id}`);
  await walk.portal.platform.outbox.drain();
}
