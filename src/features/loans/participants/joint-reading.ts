import type { Application } from '../applying/application.model.ts';
import { isEditable, type ApplicationState } from '../applying/application-states.ts';
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
  const names = await parts.customers.names([partyId]);
  return {
    record,
    participant,
    loan: {
      ...{ applicantName: names.get(partyId) ?? '', applicationId: _id, reference, productName, productVersionId },
      ...{ currency, terms: sections.terms, termsKey: termsKey(application), state, version },
      editable: isEditable(state),
    },
  };
}
