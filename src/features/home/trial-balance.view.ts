import { counted, formatsIn, type Formats } from '#core/format.ts';
import { sum, zero, type Currency, type Money } from '#core/money.ts';
import { imbalance, type TrialBalanceLine } from '#features/ledger/index.ts';

type Kind = TrialBalanceLine['kind'];
type Lines = readonly TrialBalanceLine[];

export const kindNames: Record<Kind, string> = {
  asset: 'Assets',
  liability: 'Liabilities',
  equity: 'Equity',
  income: 'Income',
  expense: 'Expenses',
};
export const kinds = Object.keys(kindNames) as Kind[];

export const amountColumns = [
  { key: 'debit', label: 'Debit', kind: 'num' },
  { key: 'credit', label: 'Credit', kind: 'num' },
];

/** Each currency by itself: amounts of two currencies are never added. */
function byCurrency(lines: Lines): { currency: Currency; lines: Lines }[] {
  const currencies = [...new Set(lines.map((line) => line.currency))];
  return currencies.map((currency) => ({ currency, lines: lines.filter((line) => line.currency === currency) }));
}

export function balanceBadge(lines: Lines, formats: Formats) {
  const differences = byCurrency(lines)
    .map((one) => ({ ...one, difference: imbalance(one.lines) }))
    .filter(({ difference }) => difference !== zero)
    .map(({ currency, difference }) => formatsIn(currency, formats).moneyWithCurrency(difference));
  if (differences.length === 0) return { kind: 'ok', text: 'Debits and credits agree' };
  return { kind: 'critical', text: `Debits and credits differ by ${differences.join(' and ')}` };
}

/** What the lines come to on each side. */
export function sides(lines: Lines, formats: Formats) {
  const total = (side: 'debit' | 'credit') => formats.money(sum(lines.map((line) => line[side])));
  return { debit: total('debit'), credit: total('credit') };
}

/** `/ledger`: the bank's books one by one, customers' accounts and loans as groups, at one moment. */
export function trialBalancePage(facts: { lines: Lines; now: Date; formats: Formats }) {
  const { lines, now, formats } = facts;
  return {
    title: 'Trial balance',
    head: {
      title: 'Trial balance',
      badge: balanceBadge(lines, formats),
      sub: `Every account of the bank as of ${formats.instant(now)}: what is debited is credited somewhere`,
    },
    sections: byCurrency(lines).map((one) => section(one, formatsIn(one.currency, formats))),
    empty:
      lines.length === 0
        ? { title: 'The bank has no books yet', text: 'They are opened when the portal starts for the first time.' }
        : undefined,
  };
}

function section({ currency, lines }: { currency: Currency; lines: Lines }, formats: Formats) {
  const accounts = lines.reduce((count, line) => count + line.accounts, 0);
  return {
    id: `h-${currency.toLowerCase()}`,
    title: `Balances in ${currency}`,
    note: counted(accounts, 'account'),
    table: {
      caption: `Balances by book, amounts in ${currency}`,
      columns: [
        { key: 'group', label: 'Book', grow: true },
        { key: 'accounts', label: 'Accounts', kind: 'num', hideSmall: true },
        ...amountColumns,
      ],
      rows: kinds.flatMap((kind) => kindRows(kind, { lines, formats })),
      foot: { cells: { group: `All in ${currency}`, accounts: String(accounts), ...sides(lines, formats) } },
    },
    verdict: verdictOn(lines, formats),
  };
}

function verdictOn(lines: Lines, formats: Formats) {
  const difference = imbalance(lines);
  const shown = formats.moneyWithCurrency(difference);
  if (difference === zero)
    return { kind: 'success', title: 'Debits equal credits', text: `The difference is ${shown}, as it must be.` };
  return {
    kind: 'danger',
    title: 'Debits and credits do not agree',
    text: `The difference is ${shown}. Something was changed outside the ledger: run the command verify, which names the first entry that does not fit.`,
  };
}

function kindRows(kind: Kind, { lines, formats }: { lines: Lines; formats: Formats }) {
  const members = lines.filter((line) => line.kind === kind);
  if (members.length === 0) return [];
  const side = (amount: Money) => (amount === zero ? '' : formats.money(amount));
  const rows = members.map((line) => ({
    cells: {
      group: { text: line.group, subSmall: counted(line.accounts, 'account') },
      accounts: String(line.accounts),
      debit: side(line.debit),
      credit: side(line.credit),
    },
  }));
  const together = { cells: { group: `${kindNames[kind]} together`, accounts: '', ...sides(members, formats) } };
  return [{ group: kindNames[kind] }, ...rows, ...(members.length > 1 ? [{ state: 'soft', ...together }] : [])];
}
