import { ofDollarSize, toDecimalString, type Currency } from '#core/money.ts';
import type { PolicyContent, PolicyRule } from './policy.ts';

/**
 * The policy of the first day: what the bank lent within before its policy was data (debts, fixed payments, loan to
 * value, bureau score, defaults, days past due, age), with the rules that go with them, and a grid of prices.
 */
export function foundingPolicy(currency: Currency): PolicyContent {
  const units = (dollars: number) => wholeUnits(dollars, currency);
  return { rules: foundingRules(units), pricing: foundingPricing(), limits: foundingLimits(units) };
}

type Units = (dollars: number) => string;

function wholeUnits(dollars: number, currency: Currency): string {
  return toDecimalString(ofDollarSize(dollars, currency), currency).replace(/\.0+$/, '');
}

type Limits = Pick<PolicyRule, 'refer' | 'decline' | 'reason'> & Partial<PolicyRule>;
const everyLoan = { whenUnknown: 'refer', products: [], security: null } as const;

const atLeast = (code: string, fact: PolicyRule['fact'], limits: Limits): PolicyRule => ({
  ...{ code, fact, comparison: 'at-least' },
  ...everyLoan,
  ...limits,
});
const atMost = (code: string, fact: PolicyRule['fact'], limits: Limits): PolicyRule => ({
  ...{ code, fact, comparison: 'at-most' },
  ...everyLoan,
  ...limits,
});

function foundingRules(units: Units): PolicyRule[] {
  const cover = (security: 'property' | 'vehicle', refer: string) =>
    atMost(`loan-to-value-${security}`, 'loanToValue', {
      ...{ refer, decline: '100', security },
      reason: 'security-too-low',
    });
  return [
    atLeast('age', 'age', { refer: null, decline: '18', reason: 'under-age' }),
    atLeast('income', 'monthlyIncome', { refer: units(1_000), decline: null, reason: 'income-too-low' }),
    atMost('debt-to-income', 'debtToIncome', { refer: '40', decline: '60', reason: 'debt-too-high' }),
    atMost('fixed-to-income', 'fixedToIncome', { refer: '50', decline: null, reason: 'debt-too-high' }),
    cover('property', '80'),
    cover('vehicle', '90'),
    atLeast('bureau-score', 'creditScore', { refer: '620', decline: '540', reason: 'credit-score-too-low' }),
    // So unlikely an approval is nothing to say yes to unread; the score alone never declines.
    atLeast('approval', 'approvalProbability', { refer: '20', decline: null, reason: 'score-weak' }),
    atLeast('history', 'creditHistoryMonths', { refer: '12', decline: null, reason: 'history-too-short' }),
    atMost('defaults', 'unpaidDefaults', { refer: '0', decline: '1', reason: 'default-unpaid' }),
    atMost('bankruptcies', 'bankruptcies', { refer: '0', decline: '1', reason: 'bankruptcy' }),
    atMost('own-loans-late', 'ownDaysPastDue', { refer: '0', decline: '89', reason: 'own-loans-late' }),
    atMost('exposure', 'exposure', { refer: units(1_000_000), decline: null, reason: 'lent-enough' }),
  ];
}

/** Added to the rate of a product; a term above five years costs a quarter of a point more. */
const foundingSpreads = {
  A: ['-0.5', '-0.25'],
  B: ['0', '0.25'],
  C: ['1', '1.25'],
  D: ['2.5', '2.75'],
  E: ['4', '4.25'],
};

function foundingPricing(): PolicyContent['pricing'] {
  return ([60, null] as const).flatMap((upToMonths, band) =>
    (['A', 'B', 'C', 'D', 'E'] as const).map((grade) => ({
      ...{ product: '*', grade, upToMonths },
      spread: foundingSpreads[grade][band] ?? '0',
    })),
  );
}

function foundingLimits(units: Units): PolicyContent['limits'] {
  return { customerExposure: units(2_000_000), productShare: '75', weakGradesShare: '25' };
}
