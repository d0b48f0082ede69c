import { dateText } from '#core/calendar.ts';
import { counted, type Formats } from '#core/format.ts';
import { zero, type Money } from '#core/money.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import { pagingView } from '#web/paging.ts';
import { monthOptions, type StatementQuery } from '#web/statement-period.ts';
import { loanName } from './document-frame.ts';
import type { StatementDocument } from './documents.service.ts';
import type { DocumentPlace } from './document-place.view.ts';
import type { LoanStatement, StatementLine } from './statement-lines.ts';
import { lineAmounts, lineWords } from './statement-words.ts';

export const linesShown = 100;

export interface StatementPageFacts {
  loan: Loan;
  place: DocumentPlace;
  asked: StatementQuery;
  today: Temporal.PlainDate;
  /** Undefined where no period could be read. */
  shown: (StatementDocument & { page: number }) | undefined;
  formats: Formats;
}

/** `/loans/:id/statement`: what happened in a period, from the principal before it to the principal after it. */
export function statementPage({ loan, place, asked, today, shown, formats }: StatementPageFacts) {
  const path = `${place.href}/statement`;
  return {
    title: 'Loan statement',
    crumbs: [...place.crumbs, { text: 'Statement' }],
    head: { title: 'Loan statement', sub: loanName(loan) },
    form: asked.form,
    action: path,
    months: monthOptions({ since: loan.disbursedOn, today, shown: asked.month }, formats),
    first: loan.disbursedOn,
    last: dateText(today),
    files: shown ? fileLinks(path, asked) : [],
    statement: shown ? shownStatement(shown, { path, asked, formats }) : undefined,
  };
}

function fileLinks(path: string, { query }: StatementQuery) {
  const parameters = new URLSearchParams({ ...query }).toString();
  return [
    { href: `${path}.pdf?${parameters}`, text: 'Download PDF' },
    { href: `${path}.csv?${parameters}`, text: 'Download CSV' },
  ];
}

type Shown = NonNullable<StatementPageFacts['shown']>;

function shownStatement(shown: Shown, on: { path: string; asked: StatementQuery; formats: Formats }) {
  const { statement } = shown;
  const { path, asked, formats } = on;
  const total = statement.lines.length;
  // A page past the end is the last one.
  const page = Math.min(shown.page, Math.max(1, Math.ceil(total / linesShown)));
  return {
    title: periodText(statement, formats),
    figures: statementFigures(statement, formats),
    items: statementItems(statement, formats),
    table: {
      caption: `${counted(total, 'line')}, in the order of the days they count from, amounts in ${formats.currency}`,
      columns: [
        { key: 'what', label: 'What', grow: true },
        { key: 'moneyIn', label: 'Money in', kind: 'num' },
        { key: 'charged', label: 'Charged', kind: 'num', hideSmall: true },
        { key: 'principal', label: 'Principal', kind: 'num', hideSmall: true },
        { key: 'interest', label: 'Interest', kind: 'num', hideSmall: true },
        { key: 'fee', label: 'Fee', kind: 'num', hideSmall: true },
        { key: 'penalty', label: 'Penalty', kind: 'num', hideSmall: true },
        { key: 'balance', label: 'Outstanding', kind: 'num' },
      ],
      rows: tableRows({ ...shown, page }, formats),
    },
    paging:
      total > linesShown ? pagingView({ page, total, size: linesShown, path, query: { ...asked.query } }) : undefined,
  };
}

export function periodText({ period }: Pick<LoanStatement, 'period'>, formats: Formats): string {
  const [from, to] = [formats.date(period.from), formats.date(period.to)];
  return from === to ? from : `${from} to ${to}`;
}

export function statementFigures(statement: LoanStatement, formats: Formats) {
  const { period, opening, closing, moneyIn, arrears } = statement;
  const since = arrears.since === null ? 'nothing is overdue' : `since ${formats.date(arrears.since)}`;
  return [
    { label: 'Outstanding before', value: formats.money(opening), note: `before ${formats.date(period.from)}` },
    { label: 'Money in', value: formats.money(moneyIn), note: formats.currency },
    { label: 'Outstanding after', value: formats.money(closing), note: `on ${formats.date(period.to)}` },
    {
      label: 'In arrears',
      value: formats.money(arrears.total),
      note: arrears.total === zero ? 'nothing is overdue' : since,
    },
  ];
}

/** What no single line says. */
export function statementItems(statement: LoanStatement, formats: Formats) {
  const { paidOut, interestAccrued, penaltyAccrued } = statement;
  return [
    ...(paidOut === zero ? [] : [{ label: 'Lent in the period', value: formats.money(paidOut) }]),
    { label: 'Interest that ran up in the period', value: formats.money(interestAccrued) },
    ...(penaltyAccrued === zero
      ? []
      : [{ label: 'Penalties that ran up in the period', value: formats.money(penaltyAccrued) }]),
  ];
}

function tableRows({ statement, page, transactions }: Shown, formats: Formats) {
  const { lines, opening, closing } = statement;
  const from = (page - 1) * linesShown;
  const shown = lines.slice(from, from + linesShown);
  const balanceRow = (what: string, balance: Money) => ({
    state: 'soft',
    cells: { ...noAmounts, what, balance: formats.money(balance) },
  });
  const before = lines[from - 1]?.balance ?? opening;
  const isLast = from + linesShown >= lines.length;
  return [
    balanceRow(page === 1 ? 'Outstanding principal before' : 'Brought forward', before),
    ...daysOf(shown, { transactions, formats }),
    ...(isLast ? [balanceRow('Outstanding principal after', closing)] : []),
  ];
}

const noAmounts = { moneyIn: '', charged: '', principal: '', interest: '', fee: '', penalty: '' };

function daysOf(
  lines: readonly StatementLine[],
  { transactions, formats }: { transactions: readonly LoanTransaction[]; formats: Formats },
) {
  let day = '';
  return lines.flatMap((line) => {
    const { what: name, sub } = lineWords(line, { all: transactions, formats });
    const texts = amountTexts(line, formats);
    const what = { text: name, ...(sub === '' ? {} : { sub }), ...onPhone(texts) };
    const row = { cells: { what, ...texts } };
    const on = line.as === 'used' ? 'Used in the period' : formats.date(line.transaction.on);
    if (on === day) return [row];
    day = on;
    return [{ group: on }, row];
  });
}

const onPhoneNames = ['charged', 'principal', 'interest', 'fee', 'penalty'] as const;

/** A phone has no room for the columns of what money was used for: they stand beneath the line. */
function onPhone(texts: ReturnType<typeof amountTexts>): { subSmall?: string } {
  const said = onPhoneNames.filter((name) => texts[name] !== '').map((name) => `${name} ${texts[name]}`);
  if (said.length === 0) return {};
  const text = said.join(', ');
  return { subSmall: `${text.charAt(0).toUpperCase()}${text.slice(1)}` };
}

/** Empty where nothing is: a line of zeros cannot be read. */
export function amountTexts(line: StatementLine, formats: Formats) {
  const { principal, interest, fee, penalty } = lineAmounts(line);
  const text = (amount: Money) => (amount === zero ? '' : formats.money(amount));
  return {
    moneyIn: text(line.moneyIn),
    charged: text(line.charged),
    principal: text(principal),
    interest: text(interest),
    fee: text(fee),
    penalty: text(penalty),
    // Money that waits for the very last instalment can be more than the principal that it lowers.
    balance: formats.money(line.balance < zero ? zero : line.balance),
  };
}
