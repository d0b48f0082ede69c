import { counted, type Formats } from '#core/format.ts';
import { minus, negate, sum, zero, type Money } from '#core/money.ts';
import { imbalance, ownBookId, type Balance, type TrialBalanceLine } from '#features/ledger/index.ts';
import { paths } from '#web/paths.ts';

type Kind = TrialBalanceLine['kind'];

const kindNames: Record<Kind, string> = {
  asset: 'Assets',
  liability: 'Liabilities',
  equity: 'Equity',
  income: 'Income',
  expense: 'Expenses',
};
const kinds = Object.keys(kindNames) as Kind[];

/** The books whose balances a group of the chart is split by. */
export const bookIds = (currency: Formats['currency']) =>
  [
    ownBookId('cash', currency),
    ownBookId('interestIncome', currency),
    ownBookId('feeIncome', currency),
    ownBookId('interestSuspense', currency),
    ownBookId('provision', currency),
  ] as const;

export function balanceBadge(lines: readonly TrialBalanceLine[], formats: Formats) {
  const difference = imbalance(lines);
  if (difference === zero) return { kind: 'ok', text: 'Debits and credits agree' };
  return { kind: 'critical', text: `Debits and credits differ by ${formats.moneyWithCurrency(difference)}` };
}

/** `/dashboard` of finance: the book as it stands, each figure from the ledger. */
export function financeHome(facts: {
  lines: readonly TrialBalanceLine[];
  books: ReadonlyMap<string, Balance>;
  formats: Formats;
}) {
  const { lines, books, formats } = facts;
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
    head: { title: 'The book today', badge: balanceBadge(lines, formats), sub: `Amounts in ${formats.currency}` },
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

const amountColumns = [
  { key: 'debit', label: 'Debit', kind: 'num' },
  { key: 'credit', label: 'Credit', kind: 'num' },
];

function sides(lines: readonly TrialBalanceLine[], formats: Formats) {
  return {
    debit: formats.money(sum(lines.map((line) => line.debit))),
    credit: formats.money(sum(lines.map((line) => line.credit))),
  };
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

/** `/ledger`: the trial balance, the bank's books one by one, customers' accounts and loans as groups. */
export function trialBalancePage(lines: readonly TrialBalanceLine[], formats: Formats) {
  return {
    title: 'Trial balance',
    head: {
      title: 'Trial balance',
      badge: balanceBadge(lines, formats),
      sub: 'Every account of the bank at this moment: what is debited is credited somewhere',
    },
    table: {
      caption: `Balances, amounts in ${formats.currency}`,
      columns: [
        { key: 'group', label: 'Book', grow: true },
        { key: 'accounts', label: 'Accounts', kind: 'num', hideSmall: true },
        ...amountColumns,
      ],
      rows: kinds.flatMap((kind) => kindRows(kind, { lines, formats })),
      foot: { cells: { group: 'All', accounts: '', ...sides(lines, formats) } },
    },
  };
}

function kindRows(kind: Kind, { lines, formats }: { lines: readonly TrialBalanceLine[]; formats: Formats }) {
  const members = lines.filter((line) => line.kind === kind);
  if (members.length === 0) return [];
  const rows = members.map((line) => ({
    cells: {
      group: { text: line.group, subSmall: counted(line.accounts, 'account') },
      accounts: String(line.accounts),
      debit: line.debit === zero ? '' : formats.money(line.debit),
      credit: line.credit === zero ? '' : formats.money(line.credit),
    },
  }));
  return [{ group: kindNames[kind] }, ...rows];
}
