import { counted, type Formats } from '#core/format.ts';
import type { Money } from '#core/money.ts';
import type { LoanOutcome } from '../records/record.ts';
import type { SimilarLoan } from '../similar/similar.service.ts';

type Fate = 'repaid' | 'running' | 'late' | 'defaulted' | 'unknown';

// A month behind, as the buckets of the arrears have it.
const lateDays = 30;
const shownLoans = 8;

const fates: Record<Fate, { kind: 'ok' | 'alert' | 'critical' | 'info' | 'neutral'; text: string; counted: string }> = {
  repaid: { kind: 'ok', text: 'Repaid', counted: 'repaid' },
  running: { kind: 'info', text: 'Running', counted: 'running on time' },
  late: { kind: 'alert', text: 'Was late', counted: 'late by 30 days or more at some time' },
  defaulted: { kind: 'critical', text: 'Defaulted', counted: 'defaulted' },
  unknown: { kind: 'neutral', text: 'Not known', counted: 'not known any more' },
};

function fateOf(outcome: LoanOutcome | undefined): Fate {
  if (!outcome) return 'unknown';
  if (outcome.defaulted || outcome.state === 'written-off') return 'defaulted';
  if (outcome.worstDaysPastDue >= lateDays) return 'late';
  return outcome.state === 'closed' ? 'repaid' : 'running';
}

/** Similar past loans: how many, and what became of them. */
export function similarView(loans: readonly SimilarLoan[], formats: Formats) {
  const names = Object.keys(fates) as Fate[];
  const counts = names
    .map((fate) => ({ fate, count: loans.filter(({ outcome }) => fateOf(outcome) === fate).length }))
    .filter(({ count }) => count > 0);
  return {
    lead:
      loans.length === 0
        ? 'No loan of this product has been paid out yet that was scored: there is nothing to compare with.'
        : `${loans.length === 1 ? 'The only loan of this product on record' : `The ${loans.length} loans of this product nearest in amount, term and grade`}: ${counts
            .map(({ fate, count }) => `${count} ${fates[fate].counted}`)
            .join(', ')}.`,
    few: loans.length > 0 && loans.length < shownLoans ? 'So few loans show no pattern.' : null,
    table:
      loans.length === 0
        ? null
        : {
            caption: `The nearest ${Math.min(shownLoans, loans.length)}`,
            columns: [
              { key: 'amount', label: `Amount, ${formats.currency}`, kind: 'num' },
              { key: 'months', label: 'Months', kind: 'num' },
              { key: 'grade', label: 'Grade' },
              { key: 'on', label: 'Decided', hideSmall: true },
              { key: 'fate', label: 'How it went' },
            ],
            rows: loans.slice(0, shownLoans).map((loan) => rowOf(loan, formats)),
          },
  };
}

function rowOf({ amount, months, grade, on, outcome }: SimilarLoan, formats: Formats) {
  const { kind, text } = fates[fateOf(outcome)];
  const worst = outcome?.worstDaysPastDue ?? 0;
  return {
    cells: {
      amount: formats.money(amount as Money),
      months: String(months),
      grade: grade ?? 'none',
      on: formats.date(on),
      fate: { badge: { kind, text }, ...(worst > 0 ? { sub: `${counted(worst, 'day')} late at worst` } : {}) },
    },
  };
}
