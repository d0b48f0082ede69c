import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { sound, soundness } from '#test/ledger-builders.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import {
  confirmed,
  csv,
  customersAccount,
  decoded,
  findings,
  header,
  line,
  problem,
  uploaded,
} from './import-people.ts';

describe('an import', () => {
  let portal: TestPortal;
  let maker: Awaited<ReturnType<TestPortal['staff']>>;
  let checker: Awaited<ReturnType<TestPortal['staff']>>;
  beforeAll(async () => {
    portal = await openPortal();
    await portal.setDay('2026-03-17');
    maker = await portal.staff('finance');
    checker = await portal.staff('administrator');
  });
  afterAll(() => portal.close());

  const stateOf = async (id: string) => (await portal.services.accounts.imports.find(id))?.state;
  const page = async (id: string, who = maker) => decoded((await who.get(`/imports/${id}`)).text);
  const balanceOn = (account: string, date: string) =>
    portal.services.ledger.balanceOn({ account, date: dateOf(date) });
  const journals = () => portal.database.db.collection('journals').countDocuments();

  it('posts a good file once, each line on its own day', async () => {
    const [one, two] = [await customersAccount(portal), await customersAccount(portal)];
    const file = csv(
      line(one.number, { date: '2026-02-10', kind: 'withdrawal', amount: '-40.00' }),
      line(one.number, { date: '2025-12-31', kind: 'opening', amount: '"1,250.00"', ref: 'balance 2025' }),
      line(two.number, { date: '2026-01-02', kind: 'deposit', amount: '10.00' }),
      line(two.number, { date: '2026-01-05', kind: 'transfer', amount: '-5.00', counter: one.number }),
      line(one.number, { date: '2026-01-31', kind: 'interest', amount: '1.07' }),
      line(one.number, { date: '2026-01-31', kind: 'fee', amount: '-2.50' }),
    );
    const before = await journals();
    const id = await uploaded(portal, maker, file);
    expect([await stateOf(id), await journals()]).toEqual(['checked', before]);
    const shown = await page(id);
    expect(shown).toContain('Waits for confirmation');
    expect(shown).toContain('1,261.07 USD');
    expect(shown).toContain('−42.50 USD');
    expect(shown).toContain('31 December 2025 to 10 February 2026');
    expect(shown).toContain('so a colleague has to confirm it');
    const answer = await confirmed(checker, id);
    expect([answer.status, answer.headers.location]).toEqual([303, `/imports/${id}`]);
    const working = await checker.get(`/imports/${id}`);
    expect(working.headers.refresh).toBe('3');
    expect(working.text).toContain('<progress');
    // The same press again is the same confirmation.
    expect((await checker.post(`/imports/${id}/confirm`, { version: '3' })).status).toBe(303);
    await portal.platform.outbox.drain();
    expect(await stateOf(id)).toBe('posted');
    expect([await one.balance(), await two.balance()]).toEqual([121_357n, 500n]);
    expect(await balanceOn(one.id, '2025-12-30')).toBe(0n);
    expect(await balanceOn(one.id, '2025-12-31')).toBe(125_000n);
    expect(await balanceOn(one.id, '2026-01-05')).toBe(125_500n);
    expect(await balanceOn(one.id, '2026-02-09')).toBe(125_357n);
    expect(await balanceOn(two.id, '2026-01-04')).toBe(1_000n);
    expect(await soundness(portal)).toEqual(sound);
    const { entries } = await portal.services.ledger.entries({ account: one.id, page: 1, size: 10 });
    expect(entries.map(({ effectiveOn, kind, late }) => [effectiveOn, kind, late])).toEqual([
      ['2026-02-10', 'migration', true],
      ['2026-01-31', 'migration', true],
      ['2026-01-31', 'migration', true],
      ['2026-01-05', 'migration', true],
      ['2025-12-31', 'migration', true],
    ]);
    expect(entries.at(-1)).toMatchObject({ reference: 'opening, balance 2025', bookedOn: '2026-03-17' });
    const done = await page(id, checker);
    expect(done).toContain('Posted');
    expect(done).not.toContain('<progress');
    expect((await checker.get(`/imports/${id}`)).headers.refresh).toBeUndefined();
    const { entries: audited } = await portal.platform.audit.list({ page: 1, size: 10, subjectId: id });
    expect(audited.map(({ action, actor }) => [action, actor]).reverse()).toEqual([
      ['import-uploaded', maker.userId],
      ['import-confirmed', checker.userId],
      ['import-posted', 'system'],
    ]);
    // What was brought over stays; only what is abandoned is removed.
    const kept = await portal.database.db
      .collection('importLines')
      .countDocuments({ importId: id, expiresAt: { $exists: true } });
    expect(kept).toBe(0);
    await portal.platform.outbox.drain();
    expect(await one.balance()).toBe(121_357n);
    const again = await uploaded(portal, maker, file);
    expect(Object.values(await findings(portal, again)).flat()).toEqual(
      Array.from({ length: 6 }, (): unknown => expect.stringContaining('has been imported before')),
    );
    expect((await confirmed(checker, again)).status).toBe(409);
    expect(await one.balance()).toBe(121_357n);
  });

  it('names every bad line, with nothing moved, and takes no confirmation', async () => {
    const account = await customersAccount(portal);
    const closed = await customersAccount(portal);
    const closing = await portal.services.ledger.close({
      ...{ key: newId(), requestHash: 'test', actor: 'test', reference: 'a test', account: closed.id },
      effectiveOn: dateOf('2026-03-17'),
    });
    expect(closing.ok).toBe(true);
    const before = await journals();
    const file = csv(
      line(account.number),
      line('123456789012'),
      line(closed.number),
      line(account.number, { amount: '10.50g' }),
      line(account.number, { amount: '1e3' }),
      line(account.number, { date: '2026-03-18' }),
      line(account.number, { id: 'SAME-1' }),
      line(account.number, { id: 'SAME-1' }),
      line(account.number, { ref: '"=HYPERLINK(""http://evil.test"",""x"")"' }),
      'too,few',
      line(account.number, { amount: '0' }),
    );
    const id = await uploaded(portal, maker, file.replaceAll('\n', '\r\n'));
    const found = await findings(portal, id);
    expect(Object.keys(found).map(Number)).toEqual([3, 4, 5, 6, 7, 9, 10, 11, 12]);
    expect(found[4]).toEqual([expect.stringContaining('closed')]);
    expect(found[9]).toEqual(['external_id “SAME-1” stands on line 8 already: give each entry once.']);
    const shown = await page(id);
    expect(shown).toContain('9 lines with errors');
    expect(shown).toContain('Nothing was moved');
    expect(shown).not.toContain('<form class="card-body"');
    const lines = decoded((await maker.get(`/imports/${id}/lines`)).text);
    expect(lines).toContain('9 in all');
    expect((await maker.get(`/imports/${id}/lines?show=all`)).text).toContain('11 in all');
    expect((await maker.get(`/imports/${id}/lines?show=warning&page=7`)).text).toContain('No line has a warning');
    expect((await maker.get(`/imports/${id}/lines?show[$ne]=x`)).status).toBe(200);
    const report = (await maker.get(`/imports/${id}/report.csv`)).text;
    expect(report.split('\r\n')).toHaveLength(13);
    expect(report).toContain(`"'=HYPERLINK(""http://evil.test"",""x"")"`);
    expect(report).not.toMatch(/(^|,)"?=/m);
    expect((await confirmed(checker, id)).status).toBe(409);
    const step = (await portal.services.accounts.imports.find(id))?.step ?? 0;
    const refused = await checker.post(`/imports/${id}/confirm`, { version: String(step) });
    expect([refused.status, problem(refused.text)]).toEqual([
      409,
      'The file has errors. Mend it and upload it again. Nothing was moved',
    ]);
    expect([await journals(), await account.balance()]).toEqual([before, 0n]);
  });

  it('finds a balance under its floor on a day in between, and likely twins', async () => {
    const account = await customersAccount(portal);
    const id = await uploaded(
      portal,
      maker,
      csv(
        line(account.number, { date: '2026-01-10', amount: '100.00' }),
        line(account.number, { date: '2026-01-01', amount: '10.00' }),
        line(account.number, { date: '2026-01-05', kind: 'withdrawal', amount: '-30.00' }),
        line(account.number, { date: '2026-01-10', amount: '100.00' }),
      ),
    );
    expect(await findings(portal, id)).toEqual({
      4: [
        `On 5 January 2026 this line would leave account ${account.number} at −20.00 USD, 20.00 USD below the least it may have.`,
      ],
      5: ['It has the same day, kind and amount as line 2: is it one entry?'],
    });
    expect(await stateOf(id)).toBe('checked');
    expect((await maker.get(`/imports/${id}/lines?show=warning`)).text).toContain('1 in all');
  });

  it('is confirmed by somebody else, who has no account in it, and one at a time', async () => {
    const account = await customersAccount(portal);
    const file = () => csv(line(account.number));
    const first = await uploaded(portal, maker, file());
    const step = String((await portal.services.accounts.imports.find(first))?.step);
    const own = await maker.post(`/imports/${first}/confirm`, { version: step });
    expect([own.status, problem(own.text)]).toEqual([
      409,
      'You uploaded this file. A colleague has to confirm it. Nothing was moved',
    ]);
    const holder = await portal.staff('finance', account.partyId);
    expect(problem((await confirmed(holder, first)).text)).toContain('an account of your own');
    expect((await checker.post(`/imports/${first}/confirm`, { version: '1' })).status).toBe(409);
    expect((await checker.post(`/imports/${first}/confirm`, { version: 'x' })).status).toBe(409);
    expect((await checker.post(`/imports/${newId()}/confirm`, { version: '1' })).status).toBe(404);
    const second = await uploaded(portal, maker, file());
    expect((await confirmed(checker, first)).status).toBe(303);
    const waiting = await confirmed(checker, second);
    expect([waiting.status, problem(waiting.text)]).toEqual([
      409,
      'Another import is being posted. Wait until it has ended and confirm again. Nothing was moved',
    ]);
    await portal.platform.outbox.drain();
    expect((await confirmed(checker, second)).status).toBe(303);
    await portal.platform.outbox.drain();
    expect([await stateOf(first), await stateOf(second), await account.balance()]).toEqual([
      'posted',
      'posted',
      20_000n,
    ]);
  });

  it('is checked again before it is posted: what changed since is named, and nothing moves', async () => {
    const account = await customersAccount(portal);
    const file = csv(line(account.number));
    const [first, second] = [await uploaded(portal, maker, file), await uploaded(portal, maker, file)];
    for (const id of [first, second]) {
      expect((await confirmed(checker, id)).status).toBe(303);
      await portal.platform.outbox.drain();
    }
    expect([await stateOf(first), await stateOf(second), await account.balance()]).toEqual([
      'posted',
      'checked',
      10_000n,
    ]);
    expect(await page(second)).toContain('Something has changed since the check that was confirmed');
    expect(Object.values(await findings(portal, second)).flat()).toEqual([expect.stringContaining('imported before')]);
  });

  it('refuses what is no file of lines in a sentence at the field, and keeps nothing of it', async () => {
    const before = await portal.database.db.collection('importLines').countDocuments();
    const sentence = async (file: string | Buffer, options = {}) => {
      const answer = await maker.upload('/imports/upload', file, options);
      return [answer.status, problem(answer.text)];
    };
    expect(await sentence('')).toEqual([422, expect.stringContaining('no lines')]);
    expect(await sentence(Buffer.alloc(5 * 1024 * 1024 + 1, 'x'))).toEqual([
      422,
      'The file is larger than 5 MB. Split it, and upload the parts one after the other',
    ]);
    expect(await sentence(`${header}\n${'1,2,2026-01-01,fee,5,,\n'.repeat(20_001)}`)).toEqual([
      422,
      'The file has more than 20,000 lines. Split it, and upload the parts one after the other',
    ]);
    expect(await sentence(csv('x').replace('external_id', 'iban'))).toEqual([
      422,
      'The first line does not name “external_id”. Add what is missing and upload the file again',
    ]);
    expect(await sentence(csv('x').replace('reference', 'note'))).toEqual([422, expect.stringContaining('“note”')]);
    expect(await sentence(csv('x'), { field: 'other' })).toEqual([422, 'We could not read the file. Choose it again']);
    const none = await maker.post('/imports/upload', {});
    expect([none.status, problem(none.text)]).toEqual([422, 'Choose a CSV file']);
    expect(await portal.database.db.collection('importLines').countDocuments()).toBe(before);
  });

  it('reads a form with a file only from its own pages, with the token, from who may', async () => {
    const account = await customersAccount(portal);
    const file = csv(line(account.number));
    const before = (await portal.services.accounts.imports.list({ page: 1, size: 1 })).total;
    const statusWith = async (headers: Record<string, string>, csrf?: false) =>
      (await maker.upload('/imports/upload', file, { headers, ...(csrf === false ? { csrf } : {}) })).status;
    expect(await statusWith({})).toBe(403);
    expect(await statusWith({ Origin: 'https://evil.test' })).toBe(403);
    expect(await statusWith({ Origin: 'null' })).toBe(403);
    expect(await statusWith({ 'Sec-Fetch-Site': 'cross-site' })).toBe(403);
    expect(await statusWith({ 'Sec-Fetch-Site': 'same-site' })).toBe(403);
    expect(await statusWith({ Origin: 'https://evil.test', 'Sec-Fetch-Site': 'same-origin' })).toBe(403);
    expect(await statusWith({ 'Sec-Fetch-Site': 'same-origin' }, false)).toBe(403);
    expect((await portal.visitor().upload('/imports/upload', file)).status).toBe(403);
    for (const role of ['officer', 'compliance', 'borrower'] as const)
      expect((await (await portal.staff(role)).upload('/imports/upload', file)).status).toBe(403);
    // Nowhere else is a file read, whatever it carries.
    expect((await maker.upload('/imports', file)).status).toBe(403);
    expect((await maker.upload('/logout', file)).status).toBe(403);
    expect((await portal.services.accounts.imports.list({ page: 1, size: 1 })).total).toBe(before);
    expect(await statusWith({ Host: 'bank.test', Origin: 'http://bank.test' })).toBe(303);
    await portal.platform.outbox.drain();
  });

  it('is for finance and administrators alone', async () => {
    for (const role of ['officer', 'analyst', 'compliance'] as const) {
      const other = await portal.staff(role);
      for (const path of ['', '/upload', '/sample.csv', `/${newId()}`, `/${newId()}/report.csv`])
        expect((await other.get(`/imports${path}`)).status, path).toBe(403);
    }
    expect((await maker.get('/dashboard')).text).toContain('href="/imports"');
    expect((await maker.get('/imports')).text).toContain('Upload a file');
    expect((await maker.get('/imports/upload')).text).toContain('cannot confirm your own file');
    const sample = await maker.get('/imports/sample.csv');
    expect(sample.headers['content-disposition']).toContain('sample.csv');
    for (const id of [newId(), 'nothing', '%00']) {
      for (const path of ['', '/lines', '/accounts', '/report.csv'])
        expect((await maker.get(`/imports/${id}${path}`)).status).toBe(404);
    }
  });
});
