import { newId } from '#core/ids.ts';
import type { Formats } from '#core/format.ts';
import type { Actor } from '#core/roles.ts';
import { fileKyc, type Kyc } from '#features/customers/index.ts';
import type { Desk } from '../../desk/desk.service.ts';
import { fileWork } from '../../desk/file-work.view.ts';
import type { ApplicationDocuments } from '../../documents/documents.service.ts';
import { fileDocuments } from '../../documents/officer-documents.view.ts';
import { fileParticipants } from '../../participants/participants-file.view.ts';
import type { Participants } from '../../participants/participants.service.ts';
import type { BankProofs } from '../../bank-proof/bank-proof.service.ts';
import { fileBankProof } from '../../bank-proof/bank-proof.view.ts';
import type { Payouts } from '../../disbursal/payouts.service.ts';
import { filePayout } from '../../disbursal/payout.view.ts';
import type { OfficerFile } from './file.service.ts';
import { fileScore, type ScoreParts } from './score.pages.ts';

/** Whose panels stand on a file beside its own. */
export interface PanelParts extends ScoreParts {
  desk: Pick<Desk, 'fileWork'>;
  kyc: Pick<Kyc, 'file'>;
  participants: Pick<Participants, 'answers'>;
  applicationDocuments: Pick<ApplicationDocuments, 'ofFile'>;
  bankProofs: Pick<BankProofs, 'standing'>;
  payouts: Pick<Payouts, 'file'>;
  formats: Formats;
}

/** The panels of the score, of the desk, of identity checks, of the people and their documents, and of the payout. */
export async function filePanels(parts: PanelParts, { file, actor }: { file: OfficerFile; actor: Actor }) {
  const { formats, desk, kyc, participants } = parts;
  const { application } = file;
  const applicationId = application._id;
  const [work, answers, identities, documents, payout, proof, score] = await Promise.all([
    desk.fileWork({ actor, applicationId }),
    participants.answers(applicationId),
    Promise.all(file.people.map(({ partyId }) => kyc.file({ partyId, actor }))),
    parts.applicationDocuments.ofFile(applicationId),
    parts.payouts.file(applicationId, actor),
    parts.bankProofs.standing(application),
    fileScore(parts, file),
  ]);
  return {
    score,
    work: fileWork(work, { actor, formats }),
    participants: fileParticipants({ application, answers, formats }),
    kyc: fileKyc(identities),
    documents: fileDocuments({ ...documents, formats }),
    payout: filePayout(payout, { actor, key: newId(), formats }),
    bankProof: fileBankProof(proof, formats),
  };
}
