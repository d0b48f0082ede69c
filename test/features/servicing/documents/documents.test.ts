import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateOf, dateText } from '#core/calendar.ts';
import { moneyOf, parseMoney, sum, zero, type Money } from '#core/money.ts';
import { loanAccounts } from '#features/loans/index.ts';
import { pdfText } from '#test/pdf-text.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { newStory, playToRestructuring, playToTheEnd, storyDays, type Story } from './story.ts';

const today = '2026-02-02';
let portal: TestPortal;
let story: Story;
let principalThen: Money;
beforeAll(async () => {
  portal = await openPortal();
  story = await newStory(portal);
  await playToRestructuring(portal, story);
  principalThen = await ledgerBalance('principal');
  await playToTheEnd(portal, story);
  await portal.setDay(today);
  await story.signIn();
});
afterAll(() => portal.close());

async function ledgerBalance(account: 'principal' | 'interest'): Promise<Money> {
  const id = loanAccounts(story.loanId)[account];
  return (await portal.services.ledger.balances([id])).get(id)?.balance ?? zero;
}
const path = (document: string) => `/loans/${story.loanId}/${document}`;
const money = (text: string): Money => {
  const parsed = parseMoney(text.replace('−', '-'), 'USD');
  if (!parsed.ok) throw new Error(`${text} is no amount`);
  return parsed.value;
};
const { formats } = { formats: { money: (amount: bigint) => portal.platform.formats.money(moneyOf(amount)) } };
const statement = async (from: string, to: string) => {
  const period = { from: dateOf(from), to: dateOf(to) };
  const made = await portal.services.documents.statement({ loanId: story.loanId }, period);
  if (!made) throw new Error('There is no statement');
  return made.statement;
};
/** By how much a line lowers the outstanding principal, from its own columns alone. */
const lowered = ({ transaction, ...line }: Awaited<ReturnType<typeof statement>>['lines'][number]): bigint => {
  if (transaction.kind === 'disbursal') return 0n - transaction.principal;
  if (transaction.change?.capitalise) return -(line.interest + line.fee + line.penalty);
  return line.principal + line.ahead;
};

describe('The statement of a loan', () => {
  it('goes from the opening principal by its lines to the closing principal, over two years', async () => {
    const all = await statement(storyDays.first, today);
    expect(all.opening).toBe(zero);
    expect(all.closing).toBe(zero);
    expect(all.opening - all.lines.reduce((total, line) => total + lowered(line), 0n)).toBe(all.closing);
    expect(all.lines.at(-1)?.balance).toBe(zero);
    expect(all.lines.map(({ transaction }) => transaction.kind)).toEqual(
      expect.arrayContaining(['disbursal', 'payment', 'prepayment', 'reversal', 'waiver', 'restructure', 'payoff']),
    );
  });

  it('closes where the next one opens, for every month, and its lines lead there', async () => {
    let before = zero;
    for (let day = dateOf('2024-01-01'); day.year < 2026; day = day.add({ months: 1 })) {
      const month = await statement(dateText(day), dateText(day.add({ months: 1 }).subtract({ days: 1 })));
      expect(month.opening).toBe(before);
      expect(month.opening - month.lines.reduce((total, line) => total + lowered(line), 0n)).toBe(month.closing);
      expect(month.lines.at(-1)?.balance ?? month.opening).toBe(month.closing);
      before = month.closing;
    }
    expect(before).toBe(zero);
  });

  it('says what the ledger held that day, also years later', async () => {
    const then = await statement(storyDays.first, storyDays.restructured);
    expect(then.closing).toBe(principalThen);
    expect(principalThen).toBeGreaterThan(zero);
  });

  it('has all interest of the loan, month by month, and all money that came in and stayed', async () => {
    const years = [await statement('2024-01-01', '2024-12-31'), await statement('2025-01-01', '2025-12-31')];
    const { run } = await story.told();
    const waived = sum(run.rows.map((row) => row.waived.interest));
    expect(sum(years.map(({ interestAccrued }) => interestAccrued))).toBe(run.interest.earned + waived);
    const owner = await portal.services.accounts.listOwn(story.borrower.partyId);
    // The deposit account began with what is in the story; the loan came in, and the payments went out.
    expect(sum(years.map(({ moneyIn }) => moneyIn))).toBe(2_000_000n + 1_200_000n - (owner[0]?.balance ?? zero));
  });

  it('shows a payment that was undone and its undoing, and counts neither', async () => {
    const { lines } = await statement('2024-08-01', '2024-09-30');
    const undone = lines.find(({ as }) => as === 'undone');
    const reversal = lines.find(({ transaction }) => transaction.kind === 'reversal');
    expect(undone?.moneyIn).toBeGreaterThan(zero);
    expect((undone?.moneyIn ?? zero) + (reversal?.moneyIn ?? zero)).toBe(0n);
    expect(undone).toMatchObject({ principal: zero, interest: zero, fee: zero, penalty: zero });
  });

  it('is a page with every figure, and a line that was recorded late says so', async () => {
    const query = `?from=${storyDays.first}&to=${storyDays.restructured}`;
    const page = await story.borrower.get(path(`statement${query}`));
    expect(page.status).toBe(200);
    expect(page.text).toContain(formats.money(principalThen));
    expect(page.text).toContain('Recorded on 20 August 2024.');
    expect(page.text).toContain('counts as if it had never been');
    expect(page.text).toContain('became principal');
    expect(page.text).toContain(`href="${path('statement.pdf').replaceAll('&', '&amp;')}?from=`);
  });

  it('is a PDF with the same figures and no name in its file name', async () => {
    const query = `?from=${storyDays.first}&to=${today}`;
    const file = await story.borrower.download(path(`statement.pdf${query}`));
    expect(file.headers).toMatchObject({ 'content-type': 'application/pdf', 'cache-control': 'no-store' });
    expect(file.headers['content-disposition']).toBe(
      `attachment; filename=loan-statement-${storyDays.first}-to-${today}.pdf`,
    );
    const { title, pages, lines } = pdfText(file.body as Buffer);
    expect(title).toBe('Loan statement');
    expect(lines).toContain('Lucja Ångström');
    expect(lines).toContain(`Page 1 of ${pages}`);
    expect(lines).toContain(`Page ${pages} of ${pages}`);
    const all = await statement(storyDays.first, today);
    for (const line of all.lines) expect(lines).toContain(formats.money(line.balance));
    expect(lines).toContain(formats.money(all.interestAccrued));
    expect(lines).toContain(formats.money(all.moneyIn));
  });

  it('is a CSV that adds up by itself', async () => {
    const file = await story.borrower.download(path(`statement.csv?from=2024-02-01&to=2025-06-30`));
    expect(file.headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8', 'cache-control': 'no-store' });
    const text = (file.body as Buffer).toString('utf8');
    expect(text.startsWith('\uFEFFCounts from,Recorded on,What,')).toBe(true);
    const rows = parse<Record<string, string>>(text, { bom: true, columns: true });
    const { opening, closing, lines } = await statement('2024-02-01', '2025-06-30');
    const column = (name: string) => rows.map((row) => money(row[name] === '' ? '0' : (row[name] ?? '')));
    const outstanding = column('Outstanding principal');
    expect([outstanding[0], outstanding.at(-1)]).toEqual([opening, closing]);
    expect(rows).toHaveLength(lines.length + 2);
    const capitalised = lines.find(({ transaction }) => transaction.change?.capitalise);
    const added = -lowered(capitalised ?? ({} as never));
    expect(opening - sum(column('Principal')) - sum(column('Waiting')) + added).toBe(closing);
    expect(sum(column('Money in'))).toBe((await statement('2024-02-01', '2025-06-30')).moneyIn);
  });

  it.each([
    ['?from=2025-03-02&to=2025-03-01', 'Choose a last day that is not before the first'],
    ['?from=2026-01-01&to=2027-01-01', 'Choose a last day that is not in the future'],
    ['?from=x&to=2025-03-01', 'Enter the first day as year-month-day'],
    ['?month=2025-13', 'Choose a month from the list'],
    ['?month[$ne]=1&month=2025-01&month=2025-02', 'Send this answer once'],
  ])('is refused for %s with a sentence, and as a file leads to that page', async (query, sentence) => {
    const page = await story.borrower.get(path(`statement${query}`));
    expect(page.status).toBe(422);
    expect(page.text).toContain(sentence);
    expect((await story.borrower.get(path(`statement.pdf${query}`))).status).toBe(303);
    expect((await story.borrower.get(path(`statement.csv${query}`))).status).toBe(303);
  });

  it('of days before the loan is empty', async () => {
    const before = await statement('2020-01-01', '2020-12-31');
    expect(before).toMatchObject({ opening: zero, closing: zero, lines: [], interestAccrued: zero });
  });
});
