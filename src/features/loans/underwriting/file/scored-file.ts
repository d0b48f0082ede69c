import { present } from '#core/assert.ts';
import type { PlainDate } from '#core/calendar.ts';
import { zero } from '#core/money.ts';
import type { DepositAccount } from '#features/accounts/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import type { EvidenceRow, Judgement, JudgingOrder, PolicyFacts } from '#features/risk/index.ts';
import type { Application } from '../../applying/application.model.ts';
import { chosenProduct } from '../../applying/chosen-product.ts';
import type { KeptReport } from '../../bureau/bureau.service.ts';
import { evidenceOf } from '../../scoring/evidence.ts';
import { policyFactsOf } from '../../scoring/policy-facts.ts';
import type { Exposure } from '../deciding/authority.rules.ts';
import { bookWith } from '../book.rules.ts';
import { exposureBefore } from '../deciding/decidable.ts';
import { figuresOf, type FileFigures, type TermsInHand } from './file-figures.ts';
import type { LendingParts } from './lending-parts.ts';
import { ownHistory, type OwnHistory } from './own-history.service.ts';
import { peopleOn } from './people.service.ts';
import type { PersonOnFile } from './people-on-file.ts';

/** What is known of an application, and what the model and the policy say of it. */
export interface ScoredFile {
  /** In the rhythm that the borrower chose. */
  product: ProductVersion;
  /** The applicant first. */
  people: PersonOnFile[];
  terms: TermsInHand | null;
  /** Null where the income is not known any more. */
  figures: FileFigures | null;
  reports: ReadonlyMap<string, KeptReport>;
  own: OwnHistory;
  /** The applicant's open accounts with us. */
  accounts: DepositAccount[];
  /** What is owed and promised without this loan. */
  before: Exposure;
  /** The model's columns, each with its source and its day. */
  evidence: EvidenceRow;
  /** What the policy looked at. */
  facts: PolicyFacts;
  judgement: Judgement;
}

/** Reads it and has it judged: with the rate offered once there is an offer. */
export async function scoredFile(
  parts: LendingParts,
  { application, today }: { application: Application; today: PlainDate },
): Promise<ScoredFile> {
  const pinned = present(await parts.products.version(application.productVersionId), 'The product version');
  const product = chosenProduct(pinned, application);
  const [people, own, accounts] = await Promise.all([
    peopleOn(parts, application),
    ownHistory(parts, application),
    parts.accounts.listOwn(application.partyId),
  ]);
  const [reports, before] = await Promise.all([
    parts.bureau.kept(
      application._id,
      people.map(({ partyId }) => partyId),
    ),
    exposureBefore(parts, { application, people, own }),
  ]);
  const terms = termsInHand(parts, { application, product, today });
  const read = { application, product, terms, people, reports, own, today };
  const figures = figuresOf(read, parts.products);
  const evidence = evidenceOf({ ...read, figures, accounts, timeZone: parts.platform.timeZone });
  const judgement = await parts.risk.judge({
    stage: application.offer ? 'quoted' : 'application',
    subject: { product: application.productCode, security: application.security },
    facts: policyFactsOf({ ...read, figures, before }),
    evidence,
    book: await bookOf(parts, { application, terms }),
  });
  const { facts } = judgement;
  return { product, people, terms, figures, reports, own, accounts, before, evidence, facts, judgement };
}

/** The book with this loan in it, once: a loan that runs is part of it already. */
async function bookOf(
  parts: LendingParts,
  { application, terms }: { application: Application; terms: TermsInHand | null },
): Promise<JudgingOrder['book']> {
  const { productCode, currency, state } = application;
  if (!terms || currency !== parts.platform.currency) return undefined;
  const runs = state === 'disbursed' || state === 'part-disbursed';
  return bookWith(await parts.book(), { product: productCode, amount: runs ? zero : terms.amount, currency });
}

function termsInHand(
  { products }: LendingParts,
  facts: { application: Application; product: ProductVersion; today: PlainDate },
): TermsInHand | null {
  const { application, product, today } = facts;
  const { offer, sections } = application;
  if (offer) return offer;
  if (!sections.terms) return null;
  const { amount, instalments } = sections.terms;
  const estimate = products.estimate(product, { amount, instalments, disbursedOn: today });
  if (!estimate.ok) return null;
  const { instalment, fee, aprPercent } = estimate.value;
  return { amount, annualRate: product.annualRate, instalments, instalment, fee, aprPercent };
}
