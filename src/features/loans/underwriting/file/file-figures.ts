import type { PlainDate } from '#core/calendar.ts';
import { plus, sum, zero, type Money } from '#core/money.ts';
import { RateDecimal } from '#core/rate.ts';
import { productChoices, type Products, type ProductVersion } from '#features/products/index.ts';
import type { Application } from '../../applying/application.model.ts';
import type { KeptReport } from '../../bureau/bureau.service.ts';
import { affordabilityOf, type Affordability } from '../affordability.rules.ts';
import { countObligations, type CountedObligations } from '../obligations.rules.ts';
import { lendingLimits } from '../limits.rules.ts';
import { answersOf, declaredPayments, owes, reportedPayments, type PersonOnFile } from './people-on-file.ts';
import type { OwnHistory } from './own-history.service.ts';

/** What a loan of the terms in hand (asked for, or offered) costs. */
export interface TermsInHand {
  amount: Money;
  annualRate: string;
  instalments: number;
  instalment: Money;
  fee: Money;
  aprPercent: string | null;
}

export interface FigureFacts {
  application: Application;
  /** In the rhythm that was chosen. */
  product: ProductVersion;
  terms: TermsInHand | null;
  people: readonly PersonOnFile[];
  reports: ReadonlyMap<string, KeptReport>;
  own: OwnHistory;
  today: PlainDate;
}

/** What one of those who owe the loan earns and pays every month. */
export interface PersonFigures {
  name: string;
  role: PersonOnFile['role'];
  income: Money;
  obligations: CountedObligations;
}

export interface FileFigures {
  affordability: Affordability;
  /** Of each who owes the loan, the applicant first. */
  byPerson: PersonFigures[];
}

/** Null where the applicant's income is not known, or not known any more. */
export function figuresOf(facts: FigureFacts, products: Pick<Products, 'estimate'>): FileFigures | null {
  const { application, product, terms, people, own } = facts;
  const [applicant] = people;
  const employment = applicant && answersOf(applicant.sections, 'employment');
  if (!employment || !terms) return null;
  const byPerson = people.filter(owes).map((person) => personFigures(person, facts));
  const stressed = stressedInstalment(facts, products);
  const aMonth = (instalment: Money) => productChoices.aMonth(instalment, product.frequency);
  return {
    byPerson,
    affordability: affordabilityOf({
      salary: employment.monthlyIncome,
      otherIncome: employment.otherIncome,
      coIncome: sum(byPerson.slice(1).map(({ income }) => income)),
      declaredObligations: sum(byPerson.map(({ obligations }) => obligations.debts)),
      otherFixed: sum(byPerson.map(({ obligations }) => obligations.otherFixed)),
      ownLoans: own.loans
        .filter(({ state }) => state === 'active')
        .map(({ number, monthly }) => ({ number, instalment: monthly })),
      instalment: aMonth(terms.instalment),
      amount: terms.amount,
      propertyValue: securityValue(application, people),
      security: application.security === 'vehicle' ? 'vehicle' : 'property',
      ...(stressed === undefined ? {} : { stressedInstalment: aMonth(stressed) }),
    }),
  };
}

function personFigures(person: PersonOnFile, { reports }: FigureFacts): PersonFigures {
  const employment = answersOf(person.sections, 'employment');
  const accounts = reports.get(person.partyId)?.report.accounts ?? [];
  return {
    name: person.name,
    role: person.role,
    income: employment ? plus(employment.monthlyIncome, employment.otherIncome) : zero,
    obligations: countObligations({
      declared: declaredPayments(person.sections),
      reported: reportedPayments(accounts),
    }),
  };
}

function securityValue({ security }: Application, [applicant]: readonly PersonOnFile[]): Money | null {
  const sections = applicant?.sections ?? [];
  if (security === 'property') return answersOf(sections, 'property')?.value ?? null;
  return security === 'vehicle' ? (answersOf(sections, 'vehicle')?.price ?? null) : null;
}

/** The instalment at a higher rate; undefined where the rate is fixed. */
function stressedInstalment(
  { product, terms, today }: FigureFacts,
  products: Pick<Products, 'estimate'>,
): Money | undefined {
  if (product.rate.kind === 'fixed' || !terms) return undefined;
  const annualRate = new RateDecimal(terms.annualRate).plus(lendingLimits.stressPercent).toFixed();
  const { amount, instalments } = terms;
  const estimate = products.estimate(product, { amount, instalments, annualRate, disbursedOn: today });
  return estimate.ok ? estimate.value.instalment : undefined;
}
