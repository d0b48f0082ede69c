import { ok, refuse, type Result } from '#core/result.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import type { Application, Offer } from '../applying/application.model.ts';
import type { ApplicationState } from '../applying/application-states.ts';
import { findJoint, type JointOrder } from './joining.ts';
import { participantCollection, type ParticipantRecord, type SignedDocument } from './participant.model.ts';
import {
  applicationOf,
  audited,
  commitOnce,
  recordsOf,
  roleWords,
  toldApplicant,
  type ParticipantParts,
} from './participant-parts.ts';
import { hasJoined, sameName, type ParticipantRole, type SignRefusal } from './participant.rules.ts';
import { placeOf } from './participant-sealing.ts';
import { hasOffer, offerDocuments, paperFor, papersToSign, type OfferDocument } from './offer-reading.ts';
import type { OfferPaperKind } from '../offer/offer-papers.ts';
import type { OfferedApplication } from '../offer/offer-review.ts';
import { fingerprints, holdPapers, releasePapers, type HeldPapers } from '../offer/signed-papers.ts';
import { offerKey } from './reading.ts';

export interface SignOrder extends JointOrder {
  typedName: string;
  /** Where the request came from: kept with the signature. */
  address: string;
  /** As the page showed them. */
  documents: readonly SignedDocument[];
}

const signable: readonly ApplicationState[] = ['offered', 'accepted'];

export interface OfferToSign {
  offer: Offer;
  documents: OfferDocument[];
  /** Of who signs. */
  name: string;
  signedAt: Date | null;
  open: boolean;
}

/** The offer that a participant may read and sign; undefined while there is none. */
export async function offerToSign(
  parts: ParticipantParts,
  own: { partyId: string; participantId: string },
): Promise<OfferToSign | undefined> {
  const record = await findJoint(parts, own);
  const application = await applicationOf(parts, record.applicationId);
  const { offer } = application;
  if (offer === null || !hasJoined(record.state)) return undefined;
  const signed = signatureOf(record, application);
  const name = (await parts.customers.person(own.partyId)).fullName;
  const open = signed === null && signable.includes(application.state);
  return { offer, documents: await offerDocuments(parts, application), name, signedAt: signed?.at ?? null, open };
}

function signatureOf({ signature }: ParticipantRecord, application: Application) {
  return signature && signature.offer === offerKey(application) ? signature : null;
}

/** Signs the offer that stands now; signing it again changes nothing. Whoever calls has asked for the password once more. */
export async function sign(parts: ParticipantParts, order: SignOrder): Promise<Result<'signed', SignRefusal>> {
  const { platform } = parts;
  const record = await findJoint(parts, order);
  const application = await applicationOf(parts, record.applicationId);
  if (signatureOf(record, application)) return ok('signed');
  const offer = offerKey(application);
  if (!hasJoined(record.state) || offer === undefined || !signable.includes(application.state))
    return refuse({ code: 'not-open' });
  const { partyId, typedName } = order;
  const { fullName } = await parts.customers.person(partyId);
  if (!sameName(typedName, fullName)) return refuse({ code: 'wrong-name' });
  const papers = await papersToSign(parts, application);
  if (!sameDocuments(fingerprints(papers), order.documents)) return refuse({ code: 'documents-changed' });
  const held = await holdPapers(platform, { partyId, papers });
  try {
    await keepSignature(parts, { order, record, application, offer, held });
    return ok('signed');
  } finally {
    await held.discard();
  }
}

/** The signature with its papers, whose bytes are in the storage by now. */
async function keepSignature(
  parts: ParticipantParts,
  facts: { order: SignOrder; record: ParticipantRecord; application: Application; offer: string; held: HeldPapers },
): Promise<void> {
  const { platform } = parts;
  const { order, record, application, offer, held } = facts;
  const { actor, partyId, typedName } = order;
  const { _id, version } = record;
  const former = record.signature?.documents ?? [];
  const signature = {
    at: bsonDate(platform.clock.now()),
    offer,
    typedName: await platform.vault.seal(partyId, placeOf(_id, 'signature.typedName'), typedName),
    address: await platform.vault.seal(partyId, placeOf(_id, 'signature.address'), order.address),
    documents: held.documents,
  };
  const change = { $set: { signature, changedAt: signature.at }, $inc: { version: 1 } };
  const companions = [
    { collection: participantCollection, kind: 'update', filter: { _id, version }, change },
    audited(parts, { actor, action: 'participant-signed', record }),
    toldApplicant(parts, {
      record,
      title: `Your ${roleWords[record.role]} has signed`,
      text: `Your ${roleWords[record.role]} has signed the offer. The money is paid out when everybody has.`,
    }),
    ...held.companions,
    ...releasePapers(platform, { partyId, documents: former }),
  ] satisfies Companion[];
  await commitOnce(parts, companions, async () => signatureOf(await findJoint(parts, order), application) !== null);
}

function sameDocuments(now: readonly SignedDocument[], shown: readonly SignedDocument[]): boolean {
  const keys = (documents: readonly SignedDocument[]) =>
    documents.map(({ kind, sha256 }) => `${kind} ${sha256}`).sort();
  return keys(now).join() === keys(shown).join();
}

/** Who must still sign before anything is paid out. */
export async function unsigned(
  parts: ParticipantParts,
  applicationId: string,
): Promise<{ id: string; role: ParticipantRole }[]> {
  const application = await applicationOf(parts, applicationId);
  const records = await recordsOf(parts, applicationId);
  return records
    .filter((record) => hasJoined(record.state) && signatureOf(record, application) === null)
    .map(({ _id: id, role }) => ({ id, role }));
}

/** A paper of the offer for a participant, as they signed it or would sign it now; undefined while there is no offer. */
export async function paperForParticipant(
  parts: ParticipantParts,
  { kind, ...own }: { partyId: string; participantId: string; kind: OfferPaperKind },
): Promise<{ application: OfferedApplication; bytes: Buffer } | undefined> {
  const record = await findJoint(parts, own);
  if (!hasJoined(record.state)) return undefined;
  const application = await applicationOf(parts, record.applicationId);
  if (!hasOffer(application)) return undefined;
  const { partyId } = own;
  return {
    application,
    bytes: await paperFor(parts, signatureOf(record, application), { partyId, application, kind }),
  };
}
