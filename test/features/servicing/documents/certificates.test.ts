import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moneyOf, sum, type Money } from '#core/money.ts';
import { dateOf } from '#core/calendar.ts';
import { pdfText } from '#test/pdf-text.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { offered, paidOut } from '../../loans/underwriting-builders.ts';
import { newStory, playToRestructuring, playToTheEnd, type Story } from './story.ts';

const today = '2026-02-02';
let portal: TestPortal;
let story: Story;
beforeAll(async () => {
  portal = await openPortal();
  story = await newStory(portal);
  await playToRestructuring(portal, story);
  await story.signIn();
});
afterAll(() => portal.close());

const path = (document: string) => `/loans/${story.loanId}/${document}`;
const text = (amount: bigint) => portal.platform.formats.money(moneyOf(amount));
const certificate = async (year: number) => {
  const made = await portal.services.documents.interestCertificate({ loanId: story.loanId }, year);
  if (!made) throw new Error('There is no certificate');
  return made;
};

describe('Before the loan is closed', () => {
  it('there is no certificate of no dues: 409 with a sentence, and the file leads to it', async () => {
    const page = await story.borrower.get(path('no-dues'));
    expect(page.status).toBe(409);
    expect(page.text).toContain('This loan is not repaid yet');
    const file = await story.borrower.get(path('no-dues.pdf'));
    expect(file.headers.location).toBe(path('no-dues'));
  });

  it('the certificate of the current year says that the year is not over', async () => {
    const page = await story.borrower.get(path('interest-certificate'));
    expect(page.status).toBe(200);
    expect(page.text).toContain('Interest certificate 2025');
    expect(page.text).toContain('The year is not over');
  });
});

describe('After two years', () => {
  beforeAll(async () => {
    await playToTheEnd(portal, story);
    await portal.setDay(today);
    await story.signIn();
  });

  it('interest certificates of all years have all that was paid, and nothing twice', async () => {
    const made = [await certificate(2024), await certificate(2025)];
    const { run, transactions } = await story.told();
    const undone = new Set(transactions.map(({ reverses }) => reverses));
    const kinds = ['payment', 'prepayment', 'payoff'];
    const kept = transactions.filter(({ kind, _id }) => kinds.includes(kind) && !undone.has(_id));
    const all = (part: 'interest' | 'principal' | 'penalty' | 'ahead' | 'total'): Money =>
      sum(made.map(({ paid }) => paid[part]));
    expect(all('interest')).toBe(sum(run.rows.map((row) => row.paid.interest)));
    expect(all('principal')).toBe(sum(run.rows.map((row) => row.paid.principal)));
    expect(all('penalty')).toBe(sum(run.rows.map((row) => row.paid.penalty)));
    expect(all('ahead')).toBe(0n);
    expect(all('total')).toBe(sum(kept.map(({ amount }) => amount)));
  });

  it('an interest certificate says its figures on the page and in the PDF', async () => {
    const { paid, outstanding } = await certificate(2024);
    const page = await story.borrower.get(path('interest-certificate?year=2024'));
    const file = await story.borrower.download(path('interest-certificate.pdf?year=2024'));
    expect(file.headers).toMatchObject({ 'content-type': 'application/pdf', 'cache-control': 'no-store' });
    expect(file.headers['content-disposition']).toBe('attachment; filename=interest-certificate-2024.pdf');
    const { title, pages, lines } = pdfText(file.body as Buffer);
    expect(title).toBe('Interest certificate 2024');
    expect(pages).toBe(1);
    expect(paid.penalty).toBeGreaterThan(0n);
    for (const amount of [paid.interest, paid.principal + paid.ahead, paid.penalty, paid.fee]) {
      expect(page.text).toContain(`${text(amount)} USD`);
      expect(lines.join('\n')).toContain(`${text(amount)} USD`);
    }
    expect(lines).toContain(text(outstanding));
    expect(page.text).toContain('Łucja Ångström');
    expect(lines).toContain('Lucja Ångström');
    expect(lines).toContain('1 January 2024 to 31 December 2024');
  });

  it.each(['2023', '2026', '0000', 'x', '2024&year=2025'])(
    'year %s is none of the loan: 422 with the years',
    async (year) => {
      const page = await story.borrower.get(path(`interest-certificate?year=${year}`));
      expect(page.status).toBe(422);
      expect(page.text).toContain('There is a certificate for 2024 and 2025.');
      expect((await story.borrower.get(path(`interest-certificate.pdf?year=${year}`))).status).toBe(303);
    },
  );

  it('the certificate of no dues has the closing day and a reference that stays', async () => {
    const page = await story.borrower.get(path('no-dues'));
    expect(page.status).toBe(200);
    const reference = `ND-${story.loan.number.replace('L-', '')}-20251219`;
    expect(page.text).toContain(reference);
    expect(page.text).toContain('19 December 2025');
    const file = await story.borrower.download(path('no-dues.pdf'));
    expect(file.headers['content-disposition']).toBe('attachment; filename=certificate-of-no-dues.pdf');
    const { title, pages, lines } = pdfText(file.body as Buffer);
    expect([title, pages]).toEqual(['Certificate of no dues', 1]);
    for (const line of [reference, '19 December 2025', '2 February 2026', '0.00 USD', 'Lucja Ångström'])
      expect(lines).toContain(line);
  });

  it('all of it is for staff as well, and each look is in the audit trail', async () => {
    const officer = await portal.staff('officer');
    const documents = ['statement', 'interest-certificate', 'no-dues', 'key-facts'];
    for (const document of documents) {
      const page = await officer.get(`/staff/loans/${story.loanId}/${document}`);
      expect(page.status).toBe(200);
      expect(page.text).toContain(`/staff/loans/${story.loanId}`);
    }
    for (const file of ['statement.pdf', 'interest-certificate.pdf', 'no-dues.pdf', 'key-facts.pdf', 'agreement.pdf']) {
      const sent = await officer.download(`/staff/loans/${story.loanId}/${file}`);
      expect(pdfText(sent.body as Buffer).pages).toBeGreaterThan(0);
    }
    const { entries } = await portal.platform.audit.list({ page: 1, size: 30, subjectId: story.loanId });
    const looks = entries.filter(({ action, actor }) => action === 'loan-document-opened' && actor === officer.userId);
    expect(looks).toHaveLength(9);
  });

  it('nobody else’s loan has documents, and a loan that is not there has none', async () => {
    const stranger = await portal.borrower();
    const officer = await portal.staff('officer');
    const files = [
      'statement.pdf',
      'statement.csv',
      'interest-certificate.pdf',
      'no-dues.pdf',
      'key-facts.pdf',
      'agreement.pdf',
    ];
    for (const document of ['statement', 'interest-certificate', 'no-dues', 'key-facts', ...files]) {
      expect((await stranger.get(path(document))).status).toBe(404);
      expect((await officer.get(`/staff/loans/none/${document}`)).status).toBe(404);
      expect((await stranger.get(`/staff/loans/${story.loanId}/${document}`)).status).toBe(403);
    }
  });
});

describe('The agreement of a loan', () => {
  it('names the parties, the terms, the schedule and when it was accepted', async () => {
    await portal.setDay('2026-03-17');
    const file = await offered(portal);
    const { reference } = file.application;
    const { loanId } = await paidOut(portal, file);
    const browser = portal.visitor();
    await browser.post('/login', { email: file.email, password: testPassword });
    const sent = await browser.download(`/loans/${loanId}/agreement.pdf`);
    expect(sent.headers['content-disposition']).toBe('attachment; filename=loan-agreement.pdf');
    const { title, pages, lines } = pdfText(sent.body as Buffer);
    const all = lines.join(' ').replace(/\s+/g, ' ');
    expect(title).toBe('Loan agreement');
    expect(lines).toContain(`Page 1 of ${pages}`);
    expect(all).toContain('and Test Borrower, the borrower');
    expect(all).toContain('We lend you 15,000.00 USD.');
    expect(all).toContain('14,850.00 USD into the account');
    expect(all).toContain('10.90% a year, fixed.');
    expect(all).toContain(`application ${reference} on 17 March 2026, 12:00`);
    const loan = await portal.services.servicing.findOwn(file.partyId, loanId);
    expect(all).toContain(`is ${loan?.aprPercent ?? ''}%.`);
    for (const row of loan?.instalments ?? []) {
      expect(lines).toContain(portal.platform.formats.date(dateOf(row.dueOn)));
      expect(lines).toContain(text(row.balance));
    }
  });

  it('is not ours to print for a loan that another bank agreed', async () => {
    const { db } = portal.platform.database;
    await db
      .collection<{ _id: string }>('loans')
      .updateOne({ _id: story.loanId }, { $set: { applicationId: 'import:x:1' } });
    await story.signIn();
    expect((await story.borrower.get(path('agreement.pdf'))).status).toBe(404);
    expect((await story.borrower.get(path('key-facts'))).status).toBe(404);
    expect((await story.borrower.get(path('statement'))).status).toBe(200);
  });
});
