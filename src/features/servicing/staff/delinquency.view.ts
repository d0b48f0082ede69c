import { counted, formatsIn, type Formats } from '#core/format.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { bucketBadge, type BucketName } from './buckets.rules.ts';
import type { BucketFigures, BucketShare } from './delinquency.service.ts';
import { arrearsText } from './loan-search.view.ts';
import type { FoundLoan } from './loan-search.service.ts';

interface DelinquencyFacts {
  shares: readonly BucketShare[];
  all: BucketFigures;
  buckets: Map<string, BucketName>;
  /** The chosen group's key; undefined for everything that is late. */
  chosen: string | undefined;
  found: { loans: readonly FoundLoan[]; total: number; page: number };
  withCollections: string | undefined;
  formats: Formats;
}

/** `/delinquency`: the portfolio, and the loans of a bucket by their days past due. */
export function delinquencyPage(facts: DelinquencyFacts) {
  const { shares, all, chosen, found, formats, withCollections } = facts;
  const query = chosen === undefined ? {} : { bucket: chosen };
  const csv = new URLSearchParams(query).toString();
  return {
    title: 'Delinquency',
    head: {
      title: 'Delinquency',
      sub: 'Days past due as of the last close of day or the last payment',
      action: {
        href: csv === '' ? paths.delinquencyCsv : `${paths.delinquencyCsv}?${csv}`,
        text: 'Export as CSV',
        icon: 'down',
      },
      ...(withCollections === undefined ? {} : { secondary: { href: withCollections, text: 'Collections desk' } }),
    },
    figures: [
      { label: 'Running loans', value: String(all.loans), note: `in ${formats.currency}` },
      { label: 'Outstanding', value: formats.money(all.outstanding), note: 'principal' },
      { label: 'In arrears', value: formats.money(all.arrears), note: 'due and unpaid, today included' },
      { label: 'Provision', value: formats.money(all.provision), note: 'set aside for losses' },
    ],
    shares: shareTable(facts),
    chips: [
      { text: 'Everything late', href: paths.delinquency, current: chosen === undefined },
      ...shares.map(({ group, loans }) => ({
        text: `${group.name} (${group.alias}): ${loans}`,
        href: `${paths.delinquency}?bucket=${encodeURIComponent(group.key)}`,
        current: group.key === chosen,
      })),
    ],
    table: found.loans.length > 0 ? loanTable(facts) : undefined,
    empty: found.loans.length > 0 ? undefined : emptyOf(facts),
    paging: pagingView({ ...found, path: paths.delinquency, query }),
  };
}

function shareTable({ shares, all, formats }: DelinquencyFacts) {
  return {
    caption: `Running loans by bucket, amounts in ${formats.currency}`,
    captionHidden: true,
    columns: [
      { key: 'bucket', label: 'Bucket' },
      { key: 'loans', label: 'Loans', kind: 'num' },
      { key: 'outstanding', label: 'Outstanding', kind: 'num' },
      { key: 'arrears', label: 'In arrears', kind: 'num', hideSmall: true },
      { key: 'provision', label: 'Provision', kind: 'num', hideSmall: true },
    ],
    rows: shares.map(({ group, ...share }) => ({
      cells: {
        bucket: {
          text: group.name,
          href: `${paths.delinquency}?bucket=${encodeURIComponent(group.key)}`,
          sub: group.alias,
        },
        ...amounts(share, formats),
      },
    })),
    foot: { cells: { bucket: 'All', ...amounts(all, formats) } },
  };
}

function amounts({ loans, outstanding, arrears, provision }: BucketFigures, formats: Formats) {
  return {
    loans: String(loans),
    outstanding: formats.money(outstanding),
    arrears: formats.money(arrears),
    provision: formats.money(provision),
  };
}

function loanTable({ found, buckets, formats: bank }: DelinquencyFacts) {
  return {
    caption: 'The most days past due first',
    captionHidden: true,
    columns: [
      { key: 'loan', label: 'Loan' },
      { key: 'borrower', label: 'Borrower', hideSmall: true },
      { key: 'days', label: 'Days late', kind: 'num' },
      { key: 'bucket', label: 'Bucket', hideSmall: true },
      { key: 'arrears', label: 'In arrears', kind: 'num' },
      { key: 'outstanding', label: 'Outstanding', kind: 'num', hideSmall: true },
    ],
    rows: found.loans.map(({ loan, borrower }) => {
      const formats = formatsIn(loan.currency, bank);
      const badge = bucketBadge(buckets, loan.arrears.bucket);
      return {
        cells: {
          loan: {
            text: loan.number,
            href: paths.staffLoan(loan._id),
            sub: loan.productName,
            subSmall: `${borrower}, ${badge.text}`,
          },
          borrower,
          days: String(loan.arrears.daysPastDue),
          bucket: { badge, sub: badge.alias },
          arrears: arrearsText(loan, formats),
          outstanding: { text: formats.money(loan.outstandingPrincipal), sub: loan.currency },
        },
      };
    }),
  };
}

function emptyOf({ chosen, found }: DelinquencyFacts) {
  const action = { href: paths.delinquency, text: 'Show everything late' };
  if (found.total > 0)
    return { title: 'Nothing on this page', text: `There are ${counted(found.total, 'loan')} before it.`, action };
  if (chosen !== undefined) return { title: 'No loan is in this bucket', text: 'Choose another one.', action };
  return {
    title: 'No loan is late',
    text: 'A loan appears here when an instalment is unpaid after its due date.',
    action: undefined,
  };
}
