import { describe, expect, it } from 'vitest';
import { createFormats } from '#core/format.ts';
import { moneyOf, zero } from '#core/money.ts';
import type { TrialBalanceLine } from '#features/ledger/index.ts';
import { trialBalancePage } from '#src/features/home/trial-balance.view.ts';

const formats = createFormats({ currency: 'USD', locale: 'en-US', timeZone: 'UTC' });
const now = new Date('2026-03-17T12:00:00Z');
const line = (facts: Partial<TrialBalanceLine>): TrialBalanceLine => ({
  ...{ group: 'Cash', kind: 'asset', currency: 'USD', accounts: 1, debit: zero, credit: zero },
  ...facts,
});
const balanced = [
  line({ debit: moneyOf(150_00n) }),
  line({ group: 'Customers’ deposits', kind: 'liability', accounts: 3, credit: moneyOf(120_00n) }),
  line({ group: 'Migration', kind: 'liability', credit: moneyOf(30_00n) }),
];
const shown = (lines: TrialBalanceLine[]) => trialBalancePage({ lines, now, formats });

describe('the trial balance', () => {
  it('is as of a moment, by kind with its sums, and says that nothing differs', () => {
    const page = shown(balanced);
    expect(page.head).toMatchObject({ badge: { kind: 'ok', text: 'Debits and credits agree' } });
    expect(page.head.sub).toContain('as of 17 March 2026, 12:00');
    const [section] = page.sections;
    expect(section?.verdict).toEqual({
      kind: 'success',
      title: 'Debits equal credits',
      text: 'The difference is 0.00 USD, as it must be.',
    });
    expect(section?.table.foot.cells).toEqual({
      group: 'All in USD',
      accounts: '5',
      debit: '150.00',
      credit: '150.00',
    });
    expect(section?.table.rows).toContainEqual({
      state: 'soft',
      cells: { group: 'Liabilities together', accounts: '', debit: '0.00', credit: '150.00' },
    });
  });

  it('never adds two currencies, and names the one that differs in its own places', () => {
    const yen = [
      line({ currency: 'JPY', debit: moneyOf(5_000n) }),
      line({ currency: 'JPY', kind: 'equity', credit: moneyOf(4_000n) }),
    ];
    const page = shown([...balanced, ...yen]);
    expect(page.head.badge).toEqual({ kind: 'critical', text: 'Debits and credits differ by 1,000 JPY' });
    expect(page.sections.map(({ title, verdict }) => [title, verdict.kind])).toEqual([
      ['Balances in USD', 'success'],
      ['Balances in JPY', 'danger'],
    ]);
    expect(page.sections[1]?.verdict.text).toContain('The difference is 1,000 JPY');
  });

  it('has a sentence where there is nothing yet', () => {
    expect(shown([]).empty?.title).toBe('The bank has no books yet');
  });
});
