import type { Formats } from '#core/format.ts';
import { minus, negate, sum, zero, type Money } from '#core/money.ts';
import { ownBookId, type Balance, type TrialBalanceLine } from '#features/ledger/index.ts';
import { paths } from '#web/paths.ts';
import { amountColumns, balanceBadge, kindNames, kinds, sides } from './trial-balance.view.ts';

type Kind = TrialBalanceLine['kind'];

/** The books whose balances a group of the chart is split by. */
export const bookIds = (currency: Formats['currency']) =>
  [
    ownBookId('cash', currency),
    ownBookId('interestIncome', currency),
    ownBookId('feeIncome', currency),
    ownBookId('interestSuspense', currency),
    ownBookId('provision', currency),
  ] as const;

/** `/dashboard` of finance: the book as it stands, each figure from the ledger. */
export function financeHome(facts: {
  lines: readonly TrialBalanceLine[];
  books: ReadonlyMap<string, Balance>;
  formats: Formats;
}) {
  const { books, formats } = facts;
  // Figures are of the bank's own currency: amounts of two are never added.
  const lines = facts.lines.filter((line) => line.currency === formats.currency);
  const book = (id: string) => books.get(id)?.balance ?? zero;
  const [cash, interestIncome, feeIncome, suspense, provision] = bookIds(formats.currency);
  const assets = ofKind(lines, 'asset');
  const liabilities = negate(ofKind(lines, 'liability'));
  const figure = (label: string, value: Money, note: string) => ({
    label,
    value: formats.money(value),
    note,
    href: paths.trialBalance,
  });
  return {
    title: 'Home',
    head: { title: 'The book today', badge: balanceBadge(facts.lines, formats), sub: `Amounts in ${formats.currency}` },
    figures: [
      figure('Loans outstanding', minus(assets, book(cash)), 'principal lent and not repaid'),
      figure('Customers’ deposits', minus(minus(liabilities, book(suspense)), book(provision)), 'owed to customers'),
      figure('Cash and settlement', book(cash), 'on the bank’s own account'),
      figure('Interest income', book(interestIncome), 'since the bank opened'),
      figure('Fee income', book(feeIncome), 'since the bank opened'),
    ],
    table: kindTable(lines, formats),
    link: { href: paths.trialBalance, text: 'See the trial balance' },
  };
}

function ofKind(lines: readonly TrialBalanceLine[], kind: Kind): Money {
  return sum(lines.filter((line) => line.kind === kind).map((line) => minus(line.debit, line.credit)));
}

function kindTable(lines: readonly TrialBalanceLine[], formats: Formats) {
  return {
    caption: `Amounts in ${formats.currency}`,
    columns: [{ key: 'kind', label: 'Kind', grow: true }, ...amountColumns],
    rows: kinds.map((kind) => {
      const members = lines.filter((line) => line.kind === kind);
      return { cells: { kind: kindNames[kind], ...sides(members, formats) } };
    }),
    foot: { cells: { kind: 'All', ...sides(lines, formats) } },
  };
}
