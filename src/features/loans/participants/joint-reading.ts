import { zero } from '#core/money.ts';
import type { Application } from '../applying/application.model.ts';
import { isEditable, type ApplicationState } from '../applying/application-states.ts';
import type { Instalment, Loan } from '../loan.ts';
import { voidOldConsents } from './filling.ts';
import { findJoint } from './joining.ts';
import type { ParticipantRecord } from './participant.model.ts';
import { applicationOf, type ParticipantParts } from './participant-parts.ts';
import { termsKey } from './participant-sealing.ts';
import { participantOf, type Participant } from './reading.ts';

/** What the invited person sees: the loan they are asked for, and their own side of it. Nothing of the applicant's answers. */
export interface JointView {
  record: ParticipantRecord;
  participant: Participant;
  /** Undefined before it is proved that the invitation is theirs. */
  loan: JointLoan | undefined;
}

export interface JointLoan {
  applicantName: string;
  applicationId: string;
  reference: string;
  productName: string;
  productVersionId: string;
  currency: Application['currency'];
  terms: Application['sections']['terms'];
  /** Identifies the terms: carried by the form that agrees to them. */
  termsKey: string | undefined;
  state: ApplicationState;
  editable: boolean;
  version: number;
  /** What was approved, where something was: it may differ from what was asked for. */
  offer: Application['offer'];
  /** Undefined before money is paid out. */
  running: RunningLoan | undefined;
}

/** The loan that came of it, as the last close of day or payment left it. */
export interface RunningLoan extends Pick<
  Loan,
  'number' | 'state' | 'disbursedOn' | 'principal' | 'outstandingPrincipal' | 'arrears'
> {
  next: Pick<Instalment, 'dueOn' | 'left'> | null;
}

export async function jointView(
  parts: ParticipantParts,
  own: { partyId: string; participantId: string },
): Promise<JointView> {
  const view = await jointOf(parts, await findJoint(parts, own));
  if (view.record.state === view.participant.state) return view;
  // They agreed to another loan, and nobody has written so yet.
  await voidOldConsents(parts, view.record.applicationId);
  return jointOf(parts, await findJoint(parts, own));
}

export async function jointOf(parts: ParticipantParts, record: ParticipantRecord): Promise<JointView> {
  const application = await applicationOf(parts, record.applicationId);
  const participant = participantOf(record, application);
  if (!record.proved) return { record, participant, loan: undefined };
  const { _id, reference, productName, productVersionId, currency, sections, state, version, partyId } = application;
  const [names, running] = await Promise.all([parts.customers.names([partyId]), runningLoan(parts, application)]);
  return {
    record,
    participant,
    loan: {
      ...{ applicantName: names.get(partyId) ?? '', applicationId: _id, reference, productName, productVersionId },
      ...{ currency, terms: sections.terms, termsKey: termsKey(application), state, version },
      editable: isEditable(state),
      ...{ offer: hasOffered.includes(state) ? application.offer : null, running },
    },
  };
}

const hasOffered: readonly ApplicationState[] = ['offered', 'accepted', 'part-disbursed', 'disbursed'];

async function runningLoan(
  { loans }: ParticipantParts,
  { state, loanId }: Application,
): Promise<RunningLoan | undefined> {
  if (loanId === null || (state !== 'part-disbursed' && state !== 'disbursed')) return undefined;
  const loan = await loans.findOne({ _id: loanId }).lean<Loan>();
  if (!loan) return undefined;
  const { number, disbursedOn, principal, outstandingPrincipal, arrears, nextDueOn, instalments } = loan;
  const row = instalments.find(({ dueOn, left }) => dueOn === nextDueOn && left > zero);
  return {
    ...{ number, state: loan.state, disbursedOn, principal, outstandingPrincipal, arrears },
    next: row ? { dueOn: row.dueOn, left: row.left } : null,
  };
}
