import { counted, formatsIn, type Formats } from '#core/format.ts';
import { sum } from '#core/money.ts';
import type { FormState } from '#web/forms.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { bucketBadge, bucketGroups, type BucketName } from './buckets.rules.ts';
import type { FoundLoan, ListedLoan, LoanChoices, LoanFilters } from './loan-search.service.ts';

export const stateBadges = {
  active: { kind: 'ok', text: 'Running' },
  closed: { kind: 'neutral', text: 'Repaid', icon: 'check' },
  'written-off': { kind: 'critical', text: 'Written off' },
} as const;

interface SearchFacts {
  form: FormState;
  /** As the URL has them. */
  query: Record<string, string>;
  filters: LoanFilters | undefined;
  choices: LoanChoices;
  found: { loans: readonly FoundLoan[]; total: number; page: number } | undefined;
  formats: Formats;
}

/** `/staff/loans`: loans by their number, their borrower or what they are. */
export function loanSearchPage(facts: SearchFacts) {
  const { form, query, found, choices, formats } = facts;
  return {
    title: 'Loans',
    head: {
      title: 'Loans',
      sub: 'By number, or by the borrower’s name, e-mail, phone or tax id. Every look is kept in the audit trail',
    },
    form,
    action: paths.staffLoans,
    hidden: Object.entries(query)
      .filter(([name]) => name !== 'q')
      .map(([name, value]) => ({ name, value })),
    clear: Object.keys(query).length === 0 ? undefined : paths.staffLoans,
    chips: chipRows(facts),
    empty: found?.loans.length === 0 ? nothingFound(facts) : undefined,
    table: found && found.loans.length > 0 ? tableOf(found.loans, { choices, formats }) : undefined,
    paging: found && pagingView({ ...found, path: paths.staffLoans, query }),
  };
}

type Chip = [value: string | undefined, text: string];

function chipRows({ query, filters, choices }: SearchFacts) {
  const row = (name: string, label: string, chips: Chip[]) => ({
    label,
    chips: chips.map(([value, text]) => ({
      text,
      href: hrefWith(query, { name, value }),
      current: (filters as Record<string, unknown> | undefined)?.[name] === value,
    })),
  });
  const states: Chip[] = [
    [undefined, 'Every state'],
    ['active', 'Running'],
    ['closed', 'Repaid'],
    ['written-off', 'Written off'],
  ];
  const products: Chip[] = choices.products.map(({ code, name }) => [code, name]);
  const buckets: Chip[] = bucketGroups(choices.buckets).map(({ key, name, alias }) => [key, `${name} (${alias})`]);
  const branches: Chip[] = choices.branches.map((branch) => [branch, branch]);
  return [
    row('state', 'State', states),
    row('product', 'Product', [[undefined, 'Every product'], ...products]),
    row('bucket', 'Days past due', [[undefined, 'Every bucket'], ...buckets]),
    ...(branches.length > 1 ? [row('branch', 'Branch', [[undefined, 'Every branch'], ...branches])] : []),
  ];
}

function hrefWith(query: Record<string, string>, { name, value }: { name: string; value: string | undefined }) {
  const others = Object.entries(query).filter(([one]) => one !== name);
  const wanted = new URLSearchParams(value === undefined ? others : [...others, [name, value]]).toString();
  return wanted === '' ? paths.staffLoans : `${paths.staffLoans}?${wanted}`;
}

export function arrearsText({ arrears }: Pick<ListedLoan, 'arrears'>, formats: Formats): string {
  return formats.money(sum([arrears.principal, arrears.interest, arrears.fee, arrears.penalty]));
}

function tableOf(
  loans: readonly FoundLoan[],
  facts: { choices: { buckets: Map<string, BucketName> }; formats: Formats },
) {
  return {
    caption: 'Loans, amounts in the currency of each',
    captionHidden: true,
    columns: [
      { key: 'loan', label: 'Loan' },
      { key: 'borrower', label: 'Borrower', hideSmall: true },
      { key: 'state', label: 'State' },
      { key: 'late', label: 'Past due', hideSmall: true },
      { key: 'arrears', label: 'In arrears', kind: 'num', hideSmall: true },
      { key: 'outstanding', label: 'Outstanding', kind: 'num' },
    ],
    rows: loans.map(({ loan, borrower }) => {
      const formats = formatsIn(loan.currency, facts.formats);
      const late = loan.arrears.daysPastDue > 0 && loan.state === 'active';
      return {
        cells: {
          loan: {
            text: loan.number,
            href: paths.staffLoan(loan._id),
            sub: loan.productName,
            subSmall: borrower,
          },
          borrower: { text: borrower, sub: `Paid out ${facts.formats.date(loan.disbursedOn)}` },
          state: {
            badge: late ? bucketBadge(facts.choices.buckets, loan.arrears.bucket) : stateBadges[loan.state],
            ...(late ? { subSmall: `${counted(loan.arrears.daysPastDue, 'day')} past due` } : {}),
          },
          late: late ? counted(loan.arrears.daysPastDue, 'day') : '',
          arrears: late ? arrearsText(loan, formats) : '',
          outstanding: { text: formats.money(loan.outstandingPrincipal), sub: loan.currency },
        },
      };
    }),
  };
}

function nothingFound({ filters, found }: SearchFacts) {
  const action = { href: paths.staffLoans, text: 'Show the newest' };
  if (found && found.total > 0)
    return { title: 'Nothing on this page', text: 'The loans before it are there.', action };
  switch (filters?.text?.by) {
    case 'number':
      return { title: 'There is no loan with this number', text: 'Check it with the customer.', action };
    case 'email':
      return {
        title: 'No customer with this address has such a loan',
        text: 'Addresses are looked for whole.',
        action,
      };
    case 'identifier':
      return {
        title: 'No customer with this phone number or tax id has such a loan',
        text: 'Both are looked for as a whole; a phone number with its country, like +1 202 555 0143.',
        action,
      };
    case 'name':
      return {
        title: 'No customer of this name has such a loan',
        text: 'Names are looked for by whole words.',
        action,
      };
    default:
      return Object.keys(filters ?? {}).length > 0
        ? { title: 'No loan fits what you chose', text: 'Choose fewer filters.', action }
        : { title: 'No loan was paid out yet', text: 'Loans appear here when they are paid out.', action: undefined };
  }
}
