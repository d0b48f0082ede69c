import { dateOf } from '#core/calendar.ts';
import { zero } from '#core/money.ts';
import type { Moment } from '#features/risk/index.ts';
import type { Application } from '../applying/application.model.ts';
import { undecidedStates } from '../applying/application-states.ts';
import type { LendingParts } from '../underwriting/file/lending-parts.ts';
import { bureauSubject, peopleOn } from '../underwriting/file/people.service.ts';
import { answersOf } from '../underwriting/file/people-on-file.ts';
import { scoredFile, type ScoredFile } from '../underwriting/file/scored-file.ts';
import { monthsOf } from './evidence-parts.ts';
import { scoreLoanTopic, scoreTopic } from './score-rows.ts';

interface Asked {
  applicationId: string;
  moment: Moment;
  on: string;
  version: number;
}

const actor = 'scoring';

/** Keeps what the model and the policy say of an application when it is sent, and when it is decided. */
export function recordScores(parts: LendingParts): void {
  const { outbox } = parts.platform;
  outbox.handle(scoreTopic, async ({ payload }) => {
    await record(parts, {
      applicationId: String(payload.applicationId),
      moment: payload.moment === 'decided' ? 'decided' : 'submitted',
      on: String(payload.on),
      version: Number(payload.version),
    });
  });
  outbox.handle(scoreLoanTopic, async ({ payload: { applicationId, loanId } }) => {
    await parts.risk.records.noteLoan({ applicationId: String(applicationId), loanId: String(loanId) });
  });
}

async function record(parts: LendingParts, { applicationId, moment, on, version }: Asked): Promise<void> {
  const found = await parts.applications.findOne({ _id: applicationId }).lean<Application>();
  if (!found) return;
  if (moment === 'submitted') await askBureauOf(parts, found);
  // What was sent is scored as it was asked for, even where it is decided by the time this is delivered.
  const application = moment === 'submitted' ? { ...found, offer: null } : found;
  const file = await scoredFile(parts, { application, today: dateOf(on) });
  // Their data were erased meanwhile: nothing is known to score, and there is no key to seal under.
  if (!answersOf(file.people[0]?.sections ?? [], 'personal')) return;
  await parts.risk.records.keep({
    ...{ applicationId, moment, on, partyId: application.partyId, sequence: version },
    ...sizeOf(file),
    evidence: file.evidence,
    ...(await judgementsOf(parts, file)),
    decision: decisionOf(found),
    loanId: loanOf(found),
  });
  await noteSince(parts, applicationId);
}

/**
 * An offer is the outcome itself: a record that were scored by the model with a rate because there is one would split the
 * approved from the declined. Both are scored without; what the other model says of an offer stands beside it.
 */
async function judgementsOf({ risk }: LendingParts, { judgement, evidence, facts }: ScoredFile) {
  if (judgement.stage === 'application') return { judgement, quoted: null };
  const { subject } = judgement;
  return { judgement: await risk.judge({ stage: 'application', subject, evidence, facts }), quoted: judgement };
}

function sizeOf({ terms, product }: ScoredFile) {
  return { amount: terms?.amount ?? zero, months: terms ? monthsOf(terms.instalments, product.frequency) : 0 };
}

/** Whoever let us is asked about with the application, so that its score is one of what was true then. */
async function askBureauOf(parts: LendingParts, application: Application): Promise<void> {
  if (!undecidedStates.includes(application.state)) return;
  const people = await peopleOn(parts, application);
  const asked = people.filter(({ consented }) => consented);
  await Promise.all(
    asked.map((person) => parts.bureau.report({ actor, subject: bureauSubject(application._id, person) })),
  );
}

/**
 * A decision or a payout that came after the application was read, and before its record was there, found nothing to
 * note: whoever writes a record looks again.
 */
async function noteSince({ applications, risk }: LendingParts, applicationId: string): Promise<void> {
  const now = await applications
    .findOne({ _id: applicationId }, { decision: 1, loanId: 1, state: 1 })
    .lean<Pick<Application, 'decision' | 'loanId' | 'state'>>();
  const decision = now && decisionOf(now);
  const loanId = now && loanOf(now);
  if (decision) await risk.records.noteDecision({ applicationId, decision });
  if (loanId) await risk.records.noteLoan({ applicationId, loanId });
}

function decisionOf({ decision }: Pick<Application, 'decision'>): 'approved' | 'declined' | null {
  if (!decision) return null;
  return decision.outcome === 'approved' ? 'approved' : 'declined';
}

/** An accepted offer has the id of a loan that is not there yet. */
function loanOf({ state, loanId }: Pick<Application, 'state' | 'loanId'>): string | null {
  return state === 'disbursed' || state === 'part-disbursed' ? loanId : null;
}
