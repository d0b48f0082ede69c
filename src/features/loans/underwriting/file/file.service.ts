import { dateOf, type PlainDate } from '#core/calendar.ts';
import { zero, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { ApprovalRequest } from '#features/approvals/index.ts';
import type { LedgerRefusal } from '#features/ledger/index.ts';
import type { Application } from '../../applying/application.model.ts';
import type { SectionInput } from '../../applying/application-sections.ts';
import type { Loan } from '../../loan.ts';
import type { Affordability } from '../affordability.rules.ts';
import {
  authorityRoleOf,
  mayAlone,
  neededFor,
  roomOf,
  type Exposure,
  type NeededAuthority,
} from '../deciding/authority.rules.ts';
import { checksOf, mayTouch, type RefusedDecision } from '../deciding/decidable.ts';
import { decisionNotePlace, withLoan } from '../deciding/decision.service.ts';
import { loanDecisionKind, readProposal, type ProposalPayload } from '../deciding/proposing.service.ts';
import { openWords, type AgreedWords } from '../../offer/agreed-words.ts';
import { contestPlace } from '../adverse/adverse-reading.service.ts';
import type { GridPrice } from '../pricing.rules.ts';
import { mayDecide } from '../underwriting.rules.ts';
import type { TermsInHand } from './file-figures.ts';
import type { Decider, FileChecks, LendingParts } from './lending-parts.ts';
import { priceOf } from './pricing.service.ts';
import { scoredFile, type ScoredFile } from './scored-file.ts';

export interface Authority {
  /** What is owed and promised without this loan, and with it. */
  before: Exposure;
  after: Exposure;
  needed: NeededAuthority;
  /** Whether this officer may approve the terms in hand by themselves, and up to what amount any. */
  alone: boolean;
  room: Money;
}

/** Everything an officer reads before deciding, and what became of it. */
export interface OfficerFile extends Omit<ScoredFile, 'before'> {
  application: Application;
  applicant: string;
  /** The applicant's answered sections in order; none where their data were erased. */
  sections: readonly SectionInput[];
  /** Null where the income is not known any more. */
  affordability: Affordability | null;
  bureau: string;
  checks: FileChecks;
  authority: Authority;
  /** What the policy's grid asks for the terms in hand. */
  price: GridPrice;
  /** What waits for a second person. */
  proposal: { request: ApprovalRequest; payload: ProposalPayload } | undefined;
  /** What the officer wrote with the decision; with the one that is contested; and what the borrower wrote against it. */
  note: string | null;
  earlierNote: string | null;
  contestText: string | null;
  /** The words of the offer, or of what is recommended. */
  agreed: AgreedWords;
  /** What colleagues are called, by user id. */
  names: ReadonlyMap<string, string>;
  /** The loan that came of it. */
  loan: Pick<Loan, '_id' | 'number'> | null;
  /** Why the money of an accepted offer could not be paid out. */
  payoutRefusal: LedgerRefusal | undefined;
  decidable: Result<'decidable', RefusedDecision>;
  today: PlainDate;
}

export async function readFile(
  parts: LendingParts,
  { applicationId, actor }: { applicationId: string; actor: Decider },
): Promise<OfficerFile | undefined> {
  const application = await parts.applications.findOne({ _id: applicationId }).lean<Application>();
  if (!application || application.state === 'draft') return undefined;
  const today = await parts.platform.bankDay.today();
  const { before, ...scored } = await scoredFile(parts, { application, today });
  const { people, terms, figures } = scored;
  const [checks, words, outcome, decidable, price] = await Promise.all([
    checksOf(parts, application, people),
    wordsOf(parts, application),
    outcomeOf(parts, application),
    decidableBy(parts, { application, actor }),
    priceOf(parts, { ...scored, instalments: terms?.instalments ?? null }),
  ]);
  return {
    ...scored,
    ...{ application, checks, ...words, ...outcome, decidable, price, today },
    affordability: figures?.affordability ?? null,
    applicant: people[0]?.name ?? '',
    sections: people[0]?.sections ?? [],
    bureau: parts.bureau.name,
    authority: authorityOf({ application, terms, before, actor }),
    names: await namesOf(parts, application),
  };
}

function authorityOf(facts: {
  application: Application;
  terms: TermsInHand | null;
  before: Exposure;
  actor: Decider;
}): Authority {
  const { application, terms, before, actor } = facts;
  const { secured, currency } = application;
  const role = authorityRoleOf(actor.roles ?? []);
  const after = withLoan(before, { amount: terms?.amount ?? zero, secured });
  const needed = neededFor(after, currency);
  return { before, after, needed, alone: mayAlone(role, needed), room: roomOf({ role, before, secured, currency }) };
}

async function decidableBy(
  parts: LendingParts,
  { application, actor }: { application: Application; actor: Decider },
): Promise<Result<'decidable', RefusedDecision>> {
  const touched = await mayTouch(parts, { actor, application });
  if (!touched.ok) return refuse(touched.refusal);
  const { partyId: applicantPartyId, state } = application;
  const judged = mayDecide({ deciderPartyId: actor.partyId, applicantPartyId, state });
  return judged.ok ? ok('decidable') : judged;
}

/** Sealed texts of the file. */
async function wordsOf({ platform }: LendingParts, application: Application) {
  const { _id, decision, contest } = application;
  const { vault } = platform;
  const open = async (note: NonNullable<Application['decision']>['note'] | undefined) =>
    note ? vault.open(decisionNotePlace(_id), note) : null;
  return {
    note: await open(decision?.note),
    earlierNote: await open(contest?.against.note),
    contestText: contest ? await vault.open(contestPlace(_id), contest.text) : null,
    agreed: await openWords(vault, application),
  };
}

async function outcomeOf({ approvals, loans, disbursal }: LendingParts, application: Application) {
  const { _id, state, loanId } = application;
  const [request] = state === 'proposed' ? await approvals.pendingOf({ type: 'application', id: _id }) : [];
  const isLoan = state === 'disbursed' || state === 'part-disbursed';
  return {
    proposal: request?.kind === loanDecisionKind ? { request, payload: readProposal(request.payload) } : undefined,
    loan:
      isLoan && loanId !== null
        ? await loans.findOne({ _id: loanId }, { number: 1 }).lean<Pick<Loan, '_id' | 'number'>>()
        : null,
    payoutRefusal: state === 'accepted' ? await disbursal.lastRefusal(application) : undefined,
  };
}

async function namesOf({ identity }: LendingParts, { decision, contest }: Application) {
  const people = [decision?.by, decision?.proposedBy, contest?.against.by, contest?.against.proposedBy];
  return identity.displayNames(people.filter((id) => id !== undefined));
}

/** Whether a report is worth asking for anew, by the day it was made on. */
export function ageInDays(on: string, today: PlainDate): number {
  return dateOf(on).until(today, { largestUnit: 'day' }).days;
}
