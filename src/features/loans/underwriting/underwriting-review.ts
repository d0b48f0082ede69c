import type { Model } from 'mongoose';
import { present } from '#core/assert.ts';
import type { Money } from '#core/money.ts';
import { zero } from '#core/money.ts';
import type { Result } from '#core/result.ts';
import type { Customers } from '#features/customers/index.ts';
import type { LedgerRefusal } from '#features/ledger/index.ts';
import type { Products, ProductVersion } from '#features/products/index.ts';
import type { Platform } from '#platform/platform.ts';
import { affordabilityOf, type Affordability } from './affordability.rules.ts';
import type { Application } from '../applying/application.model.ts';
import { openSection } from '../applying/application-sealing.ts';
import type { SectionAnswers, SectionInput } from '../applying/application-sections.ts';
import { neededSections } from '../applying/application-sections.ts';
import type { Disbursal } from '../disbursal/disbursal.service.ts';
import type { Loan } from '../loan.ts';
import { notePlace, type Decider } from './underwriting-decision.ts';
import { mayDecide, type DecisionRefusal } from './underwriting.rules.ts';

/** What a loan of the terms in hand (asked for, or offered) costs. */
export interface TermsInHand {
  amount: Money;
  annualRate: string;
  instalments: number;
  instalment: Money;
  fee: Money;
  aprPercent: string | null;
}

/** Everything an officer reads before deciding, and what became of it. */
export interface Review {
  application: Application;
  applicant: string;
  product: ProductVersion;
  /** The answered sections in order; none where the applicant's data were erased. */
  sections: SectionInput[];
  terms: TermsInHand | null;
  /** Null where the income is not known any more. */
  affordability: Affordability | null;
  /** What the officer wrote with the decision. */
  note: string | null;
  /** The loan that came of it. */
  loan: Pick<Loan, '_id' | 'number'> | null;
  /** Why the money of an accepted offer could not be paid out. */
  payoutRefusal: LedgerRefusal | undefined;
  decidable: Result<'decidable', DecisionRefusal>;
}

export interface ReviewParts {
  platform: Platform;
  customers: Pick<Customers, 'names'>;
  products: Products;
  applications: Model<Application>;
  loans: Model<Loan>;
  disbursal: Disbursal;
}

export async function reviewOf(
  parts: ReviewParts,
  { applicationId, actor }: { applicationId: string; actor: Decider },
): Promise<Review | undefined> {
  const application = await parts.applications.findOne({ _id: applicationId }).lean<Application>();
  if (!application || application.state === 'draft') return undefined;
  const { partyId, state, decision } = application;
  const product = present(await parts.products.version(application.productVersionId), 'The product version');
  const names = await parts.customers.names([partyId]);
  const sections = await openAll(parts, application);
  const terms = await termsInHand(parts, { application, product });
  return {
    application,
    applicant: names.get(partyId) ?? '',
    product,
    sections,
    terms,
    affordability: await affordability(parts, { application, sections, terms }),
    note: decision?.note ? await parts.platform.vault.open(notePlace(applicationId), decision.note) : null,
    loan: state === 'disbursed' ? await loanOf(parts, application) : null,
    payoutRefusal: state === 'accepted' ? await parts.disbursal.lastRefusal(application) : undefined,
    decidable: mayDecide({ deciderPartyId: actor.partyId, applicantPartyId: partyId, state }),
  };
}

async function openAll({ platform }: ReviewParts, application: Application): Promise<SectionInput[]> {
  const opened: SectionInput[] = [];
  for (const section of neededSections(application)) {
    const answers = await openSection(platform.vault, application, section);
    if (answers) opened.push({ section, answers } as SectionInput);
  }
  return opened;
}

function answersOf<S extends SectionInput['section']>(
  sections: readonly SectionInput[],
  name: S,
): SectionAnswers[S] | undefined {
  return sections.find((one) => one.section === name)?.answers as SectionAnswers[S] | undefined;
}

async function termsInHand(
  { platform, products }: ReviewParts,
  { application, product }: { application: Application; product: ProductVersion },
): Promise<TermsInHand | null> {
  const { offer, sections } = application;
  if (offer) return offer;
  if (!sections.terms) return null;
  const { amount, instalments } = sections.terms;
  const disbursedOn = await platform.bankDay.today();
  const estimate = products.estimate(product, { amount, instalments, disbursedOn });
  if (!estimate.ok) return null;
  const { instalment, fee, aprPercent } = estimate.value;
  return { amount, annualRate: product.annualRate, instalments, instalment, fee, aprPercent };
}

async function affordability(
  parts: ReviewParts,
  facts: { application: Application; sections: SectionInput[]; terms: TermsInHand | null },
): Promise<Affordability | null> {
  const { application, sections, terms } = facts;
  const employment = answersOf(sections, 'employment');
  if (!employment || !terms) return null;
  const property = answersOf(sections, 'property');
  return affordabilityOf({
    salary: employment.monthlyIncome,
    otherIncome: employment.otherIncome,
    declaredObligations: employment.obligations,
    ownLoans: await runningLoans(parts, application),
    instalment: terms.instalment,
    amount: terms.amount,
    propertyValue: application.secured ? (property?.value ?? null) : null,
  });
}

/** The applicant's other loans at this bank with their instalment. */
async function runningLoans({ loans }: ReviewParts, { _id, partyId }: Application) {
  const running = await loans.find({ partyId, state: 'active' }).sort({ openedAt: -1 }).limit(100).lean<Loan[]>();
  return running
    .filter((loan) => loan.applicationId !== _id)
    .map((loan) => ({ number: loan.number, instalment: loan.terms.at(-1)?.instalment ?? zero }));
}

async function loanOf({ loans }: ReviewParts, { loanId }: Application): Promise<Pick<Loan, '_id' | 'number'> | null> {
  if (loanId === null) return null;
  return loans.findOne({ _id: loanId }, { number: 1 }).lean<Pick<Loan, '_id' | 'number'>>();
}
