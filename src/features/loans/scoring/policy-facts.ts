import { dateOf, yearsBetween } from '#core/calendar.ts';
import { plus, toDecimalString, zero } from '#core/money.ts';
import type { Fact, PolicyFacts } from '#features/risk/index.ts';
import { creditFigures } from '../bureau/credit.rules.ts';
import type { Ratio } from '../underwriting/affordability.rules.ts';
import type { Exposure } from '../underwriting/deciding/authority.rules.ts';
import type { FigureFacts, FileFigures } from '../underwriting/file/file-figures.ts';
import { answersOf, owes } from '../underwriting/file/people-on-file.ts';
import { monthsOf } from './evidence-parts.ts';

interface PolicyFileFacts extends FigureFacts {
  figures: FileFigures | null;
  /** What is owed and promised without this loan. */
  before: Exposure;
}

/**
 * What the credit policy looks at: money in units of the currency, shares in per cent as they are shown, of everybody who
 * owes the loan. The model's own two are filled in when it is judged.
 */
export function policyFactsOf(facts: PolicyFileFacts): PolicyFacts {
  const { application, figures, terms, product, own, before } = facts;
  const affordability = figures?.affordability;
  const money = (amount: typeof zero | undefined): Fact =>
    amount === undefined ? 'unknown' : { known: toDecimalString(amount, application.currency) };
  const exposure = terms && plus(plus(before.secured, before.unsecured), terms.amount);
  return {
    age: age(facts),
    monthlyIncome: money(affordability?.income),
    debtToIncome: share(affordability?.debtWithLoan),
    fixedToIncome: share(affordability?.fixedWithLoan),
    loanToValue: application.secured ? share(affordability?.loanToValue) : 'none',
    ...bureauFacts(facts),
    ownDaysPastDue: count(Math.max(0, ...own.loans.map(({ daysPastDue }) => daysPastDue))),
    exposure: money(exposure ?? undefined),
    amount: money(terms?.amount),
    months: count(terms ? monthsOf(terms.instalments, product.frequency) : undefined),
    approvalProbability: 'unknown',
    riskScore: 'unknown',
  };
}

const count = (value: number | null | undefined): Fact =>
  value === null || value === undefined ? 'unknown' : { known: String(value) };

const share = (ratio: Ratio | null | undefined): Fact => (ratio ? { known: ratio.percent } : 'unknown');

/** Of the youngest who owes the loan. */
function age({ people, today }: FigureFacts): Fact {
  const born = people.filter(owes).map(({ sections }) => answersOf(sections, 'personal')?.birthDate);
  const last = born
    .flatMap((day) => day ?? [])
    .toSorted()
    .at(-1);
  return last === undefined || born.includes(undefined) ? 'unknown' : count(yearsBetween(dateOf(last), today));
}

type BureauFact = 'creditScore' | 'creditHistoryMonths' | 'unpaidDefaults' | 'bankruptcies';

const nothingTold: Pick<PolicyFacts, BureauFact> = {
  creditScore: 'unknown',
  creditHistoryMonths: 'unknown',
  unpaidDefaults: 'unknown',
  bankruptcies: 'unknown',
};

/** The worst of who owes the loan; not known until the bureau has told of each of them. */
function bureauFacts({ people, reports }: FigureFacts): Pick<PolicyFacts, BureauFact> {
  const owing = people.filter(owes);
  const told = owing.flatMap(({ partyId }) => reports.get(partyId)?.report ?? []);
  if (told.length < owing.length || told.length === 0) return nothingTold;
  const figures = told.map((report) => creditFigures(report));
  const scores = told.flatMap(({ score }) => score ?? []);
  return {
    creditScore: count(scores.length === told.length ? Math.min(...scores) : undefined),
    creditHistoryMonths: count(Math.min(...figures.map(({ oldestMonths }) => oldestMonths ?? 0))),
    unpaidDefaults: count(figures.reduce((all, { unpaidDefaults }) => all + unpaidDefaults, 0)),
    bankruptcies: count(figures.reduce((all, { bankruptcies }) => all + bankruptcies, 0)),
  };
}
