import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { emptyDesk, keptFile, waitingFile } from './desk-builders.ts';

type Staff = Awaited<ReturnType<TestPortal['staff']>>;
let portal: TestPortal;
let officer: Staff;
let colleague: Staff;
let senior: Staff;
beforeAll(async () => {
  portal = await openPortal();
  officer = await portal.staff('officer');
  colleague = await portal.staff('officer');
  senior = await portal.staff('senior-officer');
});
afterAll(() => portal.close());

const at = (file: { _id: string }, act = '') => `/officer/applications/${file._id}${act === '' ? '' : `/${act}`}`;
const versionOf = (file: { version: number }) => ({ version: String(file.version) });
const noMore = { question2: '', about2: '', question3: '', about3: '' };
const card = '4111 1111 1111 1111';

describe('The queue page', () => {
  it('is empty at first and says what to do', async () => {
    const page = await officer.get('/officer');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Nothing waits for a decision');
    expect((await officer.get('/officer?tab=mine')).text).toContain('Your desk is empty');
    const none = await officer.post('/officer/next');
    expect(none.headers.location).toBe('/officer');
    expect((await officer.get('/officer')).text).toContain('No file waits that you may take');
    expect((await officer.get('/officer/next')).text).toContain('Nothing on your own desk');
  });

  it('is for officers', async () => {
    const borrower = await portal.borrower();
    const file = await waitingFile(portal);
    for (const path of ['/officer', '/officer/next', '/officer/find', at(file, 'desk')]) {
      expect((await borrower.get(path)).status).toBe(403);
      expect((await portal.visitor().get(path)).status).toBe(303);
    }
    for (const act of [
      'work',
      'take',
      'give-back',
      'assign',
      'break-lock',
      'ask',
      'return',
      'refer',
      'resume',
      'notes',
    ])
      expect((await borrower.post(at(file, act))).status).toBe(403);
    expect((await borrower.post('/officer/next')).status).toBe(403);
  });

  it('keeps its filters in the address and passes over what is none', async () => {
    await emptyDesk(portal);
    const late = await waitingFile(portal, { dueInHours: -30 });
    const soon = await waitingFile(portal, { dueInHours: 47, level: 'senior' });
    const all = await officer.get('/officer?tab=no&sort=no&product=%24ne&sla[$ne]=x&age=9&with=me&page=-3');
    expect(all.status).toBe(200);
    for (const text of [late.reference, soon.reference, '30 hours late', 'for a senior', 'Waiting (2)'])
      expect(all.text).toContain(text);
    const lateOnly = await officer.get('/officer?tab=waiting&sla=late');
    expect(lateOnly.text).toContain(late.reference);
    expect(lateOnly.text).not.toContain(soon.reference);
    expect(lateOnly.text).toContain('Time limit: Late');
    expect((await officer.get('/officer?sla=today&level=senior&contested=yes')).text).toContain('Nothing fits these');
  });

  it('pages a long list', async () => {
    await emptyDesk(portal);
    const { partyId } = await waitingFile(portal);
    for (let n = 0; n < 34; n += 1) await waitingFile(portal, { partyId });
    expect((await officer.get('/officer')).text).toContain('Page 1 of 2');
    expect((await officer.get('/officer?page=2')).text).toContain('31 to 35 of 35');
    expect((await officer.get('/officer?page=9')).text).toContain('There is nothing on this page');
  });

  it('finds a file by its reference, however it is typed, and says so where there is none', async () => {
    const file = await waitingFile(portal, { reference: '7K3M-92QX' });
    const found = await officer.get('/officer/find?reference=7k3m92qx');
    expect([found.status, found.headers.location]).toEqual([303, at(file)]);
    const none = await officer.get('/officer/find?reference=0000-0000');
    expect([none.status, none.text.includes('No application has this reference')]).toEqual([404, true]);
    const wrong = await officer.get('/officer/find?reference=%3Cb%3E');
    expect([wrong.status, wrong.text.includes('Enter a reference like')]).toEqual([422, true]);
    await waitingFile(portal, { reference: 'DRAF-T000', state: 'draft' });
    expect((await officer.get('/officer/find?reference=DRAF-T000')).status).toBe(404);
  });
});

describe('Working on a file', () => {
  it('takes the next in line, shows who works on it, and keeps others off with a sentence', async () => {
    await emptyDesk(portal);
    const file = await waitingFile(portal);
    expect((await officer.post('/officer/next')).headers.location).toBe(at(file));
    expect((await officer.get('/officer/next')).headers.location).toBe(at(file));
    const shown = await colleague.get(at(file, 'desk'));
    expect(shown.text).toContain('is working on this file');
    expect(shown.text).not.toContain('name="question1"');
    const fields = { ...versionOf(file), question1: 'Who pays the rent?', about1: '', ...noMore };
    const asked = await colleague.post(at(file, 'ask'), fields);
    expect(asked.status).toBe(409);
    expect(asked.text).toContain('Nothing was changed');
    for (const act of ['work', 'take', 'resume'])
      expect((await colleague.post(at(file, act), act === 'resume' ? versionOf(file) : {})).status).toBe(409);
    expect(await keptFile(portal, file._id)).toMatchObject({ state: 'submitted', version: file.version });
    // A staff session would end with the clock: it is the lock that ends here.
    await portal.database.db
      .collection<{ _id: string }>('applications')
      .updateOne({ _id: file._id }, { $set: { 'lock.until': new Date(portal.clock.now().epochMilliseconds - 1) } });
    expect((await colleague.post(at(file, 'ask'), fields)).status).toBe(303);
    expect(await keptFile(portal, file._id)).toMatchObject({ state: 'asked' });
  });

  it('is a 404 for a draft and for a wrong id, whatever is done', async () => {
    const draft = await waitingFile(portal, { state: 'draft' });
    expect((await officer.get(at(draft, 'desk'))).status).toBe(404);
    for (const id of [draft._id, newId(), 'none']) {
      const sent = await officer.post(at({ _id: id }, 'notes'), { key: newId(), deskNote: 'A note' });
      expect(sent.status).toBe(404);
      for (const act of ['work', 'stop-work', 'take', 'give-back']) {
        const answered = await officer.post(at({ _id: id }, act));
        expect([act, answered.status]).toEqual([act, 404]);
      }
    }
  });

  it.each([
    ['ask', { question1: '', about1: '', ...noMore }, 'Enter your question'],
    ['ask', { question1: 'Yes?', about1: 'section:$ne', ...noMore }, 'Choose what the question is about'],
    ['ask', { question1: 'Yes?', about1: '', ...noMore, question2: `My card ${card}` }, 'number of a payment card'],
    ['return', { returnWords: '' }, 'Enter what the borrower should change'],
    ['return', { returnWords: `Card ${card}` }, 'number of a payment card'],
    ['refer', { referNote: 'x'.repeat(1001) }, 'Use at most 1000 characters'],
    ['notes', { deskNote: `Card ${card}` }, 'number of a payment card'],
    ['break-lock', { breakReason: ' ' }, 'Enter why you end the lock'],
    ['assign', { assignTo: 'somebody' }, 'Choose one from the list'],
  ])('answers wrong input to %s with 422, the input kept, and changes nothing', async (act, fields, sentence) => {
    const file = await waitingFile(portal);
    const whole = { ...fields, ...(['ask', 'return', 'refer'].includes(act) ? versionOf(file) : {}) };
    const keyed = act === 'ask' || act === 'assign' ? whole : { ...whole, key: newId() };
    // A lock is ended, and a file assigned, only where a senior sees the form.
    const who = act === 'break-lock' || act === 'assign' ? senior : officer;
    if (act === 'break-lock') await officer.post(at(file, 'work'));
    const before = await keptFile(portal, file._id);
    const page = await who.post(at(file, act), keyed);
    expect(page.status).toBe(422);
    expect(page.text).toContain(sentence);
    if (act === 'notes') expect(page.text).toContain(card);
    expect(await keptFile(portal, file._id)).toEqual(before);
  });

  it('is no longer the applicant’s own business, nor a second officer’s', async () => {
    const file = await waitingFile(portal);
    const self = await portal.staff('officer', file.partyId);
    const noted = await self.post(at(file, 'notes'), { key: newId(), deskNote: 'It is mine' });
    expect([noted.status, noted.text.includes('This is your own application')]).toEqual([409, true]);
    expect((await self.post(at(file, 'take'))).status).toBe(409);
    const stale = { version: String(file.version - 1), key: newId(), referNote: 'Please look' };
    const referred = await officer.post(at(file, 'refer'), stale);
    expect([referred.status, referred.text.includes('The file changed since')]).toEqual([409, true]);
    expect(referred.text).toContain('Please look');
  });

  it('lets a senior end a lock and hand the file to a colleague', async () => {
    const file = await waitingFile(portal);
    await officer.post(at(file, 'work'));
    const bar = await senior.get(at(file, 'desk'));
    expect(bar.text).toContain('End the colleague’s lock');
    expect((await colleague.get(at(file, 'desk'))).text).not.toContain('End the colleague’s lock');
    const reason = { key: newId(), breakReason: 'They went home' };
    expect((await colleague.post(at(file, 'break-lock'), reason)).status).toBe(409);
    expect((await senior.post(at(file, 'break-lock'), reason)).status).toBe(303);
    expect((await senior.get(at(file, 'desk'))).text).toContain('They went home');
    expect((await senior.post(at(file, 'assign'), { assignTo: colleague.userId })).status).toBe(303);
    expect((await keptFile(portal, file._id)).assignee?.userId).toBe(colleague.userId);
  });
});

describe('The borrower’s questions', () => {
  const answers = (texts: string[], version: number) => ({
    version: String(version),
    ...Object.fromEntries(texts.map((text, index) => [`answer${index + 1}`, text])),
  });

  it('are read and answered by the borrower alone, each when they can', async () => {
    const borrower = await portal.borrower();
    const file = await waitingFile(portal, { partyId: borrower.partyId });
    const path = `/loans/apply/${file._id}/questions`;
    expect((await borrower.get(path)).text).toContain('Nothing to answer');
    const asked = { ...versionOf(file), question1: 'Who pays\nthe rent?', about1: 'section:employment', ...noMore };
    await officer.post(at(file, 'ask'), { ...asked, question2: 'Since <b>when</b>?' });
    const page = await borrower.get(path);
    for (const text of [
      'We have some questions',
      'Who pays',
      'about work and income',
      'Since &lt;b&gt;when&lt;/b&gt;?',
    ])
      expect(page.text).toContain(text);
    const stranger = await portal.borrower();
    expect((await stranger.get(path)).status).toBe(404);
    expect((await stranger.post(path, answers(['Me'], file.version + 1))).status).toBe(404);
    expect((await officer.get(path)).status).toBe(403);
    const none = await borrower.post(path, answers(['', ''], file.version + 1));
    expect([none.status, none.text.includes('at least one question')]).toEqual([422, true]);
    const carded = await borrower.post(path, answers([`My card is ${card}`, ''], file.version + 1));
    expect([carded.status, carded.text.includes('never keep those')]).toEqual([422, true]);
    const half = await borrower.post(path, answers(['', 'Since May'], file.version + 1));
    expect([half.status, half.headers.location]).toEqual([303, path]);
    const left = await borrower.get(path);
    expect(left.text).toContain('One question is still open');
    expect(left.text).toContain('You answered: Since May');
    const stale = await borrower.post(path, answers(['I do'], file.version + 1));
    expect([stale.status, stale.text.includes('changed in another window')]).toEqual([409, true]);
    expect(stale.text).toContain('I do');
    const whole = await borrower.post(path, answers(['I do'], file.version + 2));
    expect([whole.status, whole.headers.location]).toEqual([303, `/loans/apply/${file._id}`]);
    const again = await borrower.post(path, answers(['I do'], file.version + 3));
    expect([again.status, again.text.includes('do not wait for an answer any more')]).toEqual([409, true]);
    const bar = await officer.get(at(file, 'desk'));
    for (const text of ['Since May', 'I do', 'All questions answered', 'The customer'])
      expect(bar.text).toContain(text);
  });
});

describe('An officer’s home', () => {
  it('shows their desk, what is late, and what waits for a second person', async () => {
    await emptyDesk(portal);
    expect((await officer.get('/dashboard')).text).toContain('Nothing on your desk waits for you');
    const mine = await waitingFile(portal, { dueInHours: -3, assignee: { userId: officer.userId, at: new Date() } });
    const other = await waitingFile(portal, { state: 'proposed' });
    const page = await officer.get('/dashboard');
    expect(page.status).toBe(200);
    for (const text of [mine.reference, other.reference, '3 hours late', '1 file on your desk'])
      expect(page.text).toContain(text);
  });
});
