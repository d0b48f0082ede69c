import { dateText, type Period, type PlainDate } from '#core/calendar.ts';
import { counted, formatsIn, type Formats } from '#core/format.ts';
import { minus, type Money } from '#core/money.ts';
import type { Statement } from '#features/ledger/index.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { monthOptions, type StatementQuery } from '#web/statement-period.ts';
import type { DepositAccount } from '../own-accounts.service.ts';
import type { TextedEntry } from './entry-texts.ts';
import { entryTitle } from './history-rows.view.ts';
import { mostLinesShown } from './statement-lines.ts';

export const linesShown = 100;

export interface StatementPageFacts {
  account: DepositAccount;
  asked: StatementQuery;
  today: PlainDate;
  /** Undefined where no period could be read. */
  shown: { statement: Statement; lines: readonly TextedEntry[]; page: number } | undefined;
  formats: Formats;
}

/** `/accounts/:id/statement` */
export function statementPage(facts: StatementPageFacts) {
  const { account, asked, today, shown } = facts;
  const formats = formatsIn(account.currency, facts.formats);
  const path = paths.statement(account.id);
  return {
    title: 'Statement',
    crumbs: [
      { text: 'Accounts', href: paths.accounts },
      { text: account.name, href: paths.account(account.id) },
      { text: 'Statement' },
    ],
    head: { title: 'Statement', sub: `${account.name} ${account.masked}` },
    form: asked.form,
    action: path,
    months: monthOptions({ since: account.openedOn, today, shown: asked.month }, formats),
    last: dateText(today),
    files: shown ? fileLinks(path, asked) : [],
    statement:
      shown && asked.period ? shownStatement({ ...shown, period: asked.period, asked, path }, formats) : undefined,
  };
}

function fileLinks(path: string, { query }: StatementQuery) {
  const parameters = new URLSearchParams({ ...query }).toString();
  return [
    { href: `${path}.pdf?${parameters}`, text: 'Download PDF' },
    { href: `${path}.csv?${parameters}`, text: 'Download CSV' },
  ];
}

interface ShownFacts {
  statement: Statement;
  lines: readonly TextedEntry[];
  page: number;
  period: Period;
  asked: StatementQuery;
  path: string;
}

function shownStatement(facts: ShownFacts, formats: Formats) {
  const { statement, period, page, asked, path } = facts;
  const { opening, closing, paidIn, paidOut, entries } = statement;
  const [from, to] = [formats.date(period.from), formats.date(period.to)];
  const total = Math.min(entries, mostLinesShown);
  return {
    title: from === to ? from : `${from} to ${to}`,
    figures: [
      { label: 'Opening balance', value: formats.money(opening), note: `before ${from}` },
      { label: 'Paid in', value: formats.money(paidIn), note: formats.currency },
      { label: 'Paid out', value: formats.money(paidOut), note: formats.currency },
      { label: 'Closing balance', value: formats.money(closing), note: `at the end of ${to}` },
    ],
    table: {
      caption: `${counted(entries, 'line')}, in the order of the days they count for, amounts in ${formats.currency}`,
      columns: [
        { key: 'what', label: 'What', grow: true },
        { key: 'amount', label: 'Amount', kind: 'num' },
        { key: 'balance', label: 'Balance', kind: 'num' },
      ],
      rows: lineRows(facts, formats),
    },
    paging:
      total > linesShown || page > 1
        ? pagingView({ page, total, size: linesShown, path, query: { ...asked.query } })
        : undefined,
    cut: entries > mostLinesShown ? `The first ${mostLinesShown} lines are shown here. The files have all.` : undefined,
  };
}

function lineRows({ statement, lines, page }: ShownFacts, formats: Formats) {
  const [first] = lines;
  const { opening, closing, entries } = statement;
  const balanceRow = (what: string, balance: Money) => ({
    state: 'soft',
    cells: { what, amount: '', balance: formats.money(balance) },
  });
  const before = first ? minus(first.balanceAfter, first.amount) : opening;
  const isLast = page * linesShown >= entries;
  return [
    balanceRow(page === 1 ? 'Opening balance' : 'Brought forward', before),
    ...daysOf(lines, formats),
    ...(isLast ? [balanceRow('Closing balance', lines.at(-1)?.balanceAfter ?? closing)] : []),
  ];
}

/** Lines in groups by the day they count for; one that was booked later says when. */
function daysOf(lines: readonly TextedEntry[], formats: Formats) {
  let day = '';
  return lines.flatMap((line) => {
    const subs = [line.text.sub, bookedLater(line, formats)].filter(Boolean).join('. ');
    const what = {
      text: entryTitle(line, formats),
      href: paths.accountEntry(line.account, line.key),
      ...(subs === '' ? {} : { sub: subs }),
    };
    const amount = { text: formats.signedMoney(line.amount), ...(line.amount > 0n ? { tone: 'credit' } : {}) };
    const row = { cells: { what, amount, balance: formats.money(line.balanceAfter) } };
    if (line.effectiveOn === day) return [row];
    day = line.effectiveOn;
    return [{ group: formats.date(day) }, row];
  });
}

export function bookedLater({ bookedOn, effectiveOn }: TextedEntry, formats: Formats): string {
  return bookedOn === undefined || bookedOn === effectiveOn ? '' : `Booked on ${formats.date(bookedOn)}`;
}
