import { assert, present } from '#core/assert.ts';
import { newId } from '#core/ids.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { bsonDate } from '#platform/clock.ts';
import { withLock } from '#platform/locks.ts';
import type { Acceptance, Application } from '../applying/application.model.ts';
import { moveApplication } from '../applying/application-moving.ts';
import { papersOf } from './offer-documents.ts';
import { fingerprints, holdPapers, type HeldPapers } from './signed-papers.ts';
import { sameName } from '../participants/participant.rules.ts';
import { answerable, committed, findOffered, payable, type AnswerOrder, type OfferParts } from './offer-parts.ts';
import { choosePayoutAccount, sameDocuments, type AnswerRefusal, type ShownDocument } from './offer.rules.ts';
import type { OfferedApplication } from './offer-review.ts';

export interface SignOrder extends AnswerOrder {
  /** One of the borrower's own accounts; left out where there is none yet, which opens one. */
  accountId?: string | undefined;
  /** Whether the money goes on from there to the proved account at another bank. */
  payTo?: 'account' | 'bank';
  typedName: string;
  /** Where the request came from. */
  address: string;
  /** The papers as the page showed them. */
  documents: readonly ShownDocument[];
}

export type Signed = Result<{ loanId: string }, AnswerRefusal>;

/**
 * Signs. Whoever calls has asked for the password once more. Money moves later, by staff: the loan's id, the account and
 * the fingerprints of what was read are fixed here.
 */
export async function accept(parts: OfferParts, order: SignOrder): Promise<Signed> {
  const { application, answer } = await answerable(parts, order);
  if (wasAccepted(application)) return ok({ loanId: application.loanId });
  if (!answer.ok) return answer;
  const judged = await judge(parts, { application, order });
  if (!judged.ok) return judged;
  const { accountId } = judged.value;
  const papers = await papersOf(parts, application);
  // Something that they are made of, such as a name, changed at this very moment.
  if (!sameDocuments(order.documents, fingerprints(papers))) return refuse({ code: 'documents-changed' });
  const held = await holdPapers(parts.platform, { partyId: order.partyId, papers });
  try {
    return await signHeld(parts, { application, order, held, accountId });
  } finally {
    await held.discard();
  }
}

/** With the papers in the storage: what is kept of them is kept with the signature, or not at all. */
async function signHeld(
  parts: OfferParts,
  facts: { application: OfferedApplication; order: SignOrder; held: HeldPapers; accountId: string | undefined },
): Promise<Signed> {
  const { application, order, held, accountId } = facts;
  const { documents } = held;
  const payoutAccountId = accountId ?? (await firstAccount(parts, order));
  const loanId = newId();
  const at = bsonDate(parts.platform.clock.now());
  const acceptance = await sealed(parts, { application, order, documents, at });
  const { companions } = moveApplication(parts.platform, {
    ...{ application, action: 'accept', actor: order.actor, by: 'borrower' },
    set: { payoutAccountId, loanId, acceptance, answeredAt: at },
  });
  if (await committed(parts.platform, [...companions, ...held.companions])) return ok({ loanId });
  // A double click: the other press was accepted, and this one means the same.
  const now = await findOffered(parts, order);
  return now && wasAccepted(now) ? ok({ loanId: now.loanId }) : refuse({ code: 'documents-changed' });
}

function wasAccepted(application: Application): application is OfferedApplication & { loanId: string } {
  return application.loanId !== null;
}

/** Undefined for the account where one is to be opened: only once nothing else is in the way. */
async function judge(
  parts: OfferParts,
  { application, order }: { application: OfferedApplication; order: SignOrder },
): Promise<Result<{ accountId: string | undefined }, AnswerRefusal>> {
  const papers = await parts.documents.of(application);
  const isSame = sameDocuments(order.documents, papers);
  if (!isSame || application.version !== order.version) return refuse({ code: 'documents-changed' });
  const name = (await parts.customers.names([application.partyId])).get(application.partyId) ?? '';
  if (!sameName(order.typedName, name)) return refuse({ code: 'wrong-name' });
  const proof = order.payTo === 'bank' ? await parts.checks.bankProof?.(application) : 'proved';
  if (proof !== 'proved') return refuse({ code: 'bank-not-proved' });
  const own = (await payable(parts, application)).map((account) => account.id);
  const chosen = order.payTo === 'bank' ? (order.accountId ?? own[0]) : order.accountId;
  const choice = choosePayoutAccount({ chosen, own });
  if (!choice.ok) return choice;
  return ok({ accountId: choice.value.kind === 'own' ? choice.value.accountId : undefined });
}

const placeOf = (applicationId: string, field: 'typedName' | 'address') => ({
  collection: 'applications',
  document: applicationId,
  field: `acceptance.${field}`,
});

async function sealed(
  { platform: { vault } }: OfferParts,
  facts: { application: OfferedApplication; order: SignOrder; documents: Acceptance['documents']; at: Date },
): Promise<Acceptance> {
  const { application, order, documents, at } = facts;
  const { partyId, _id } = application;
  return {
    at,
    typedName: await vault.seal(partyId, placeOf(_id, 'typedName'), order.typedName),
    address: await vault.seal(partyId, placeOf(_id, 'address'), order.address),
    documents,
    payTo: order.payTo ?? 'account',
  };
}

/** One current account for a borrower who has none, also when the form is sent twice at once. */
async function firstAccount(parts: OfferParts, order: SignOrder): Promise<string> {
  const { platform, accounts } = parts;
  const { actor, partyId } = order;
  const lock = { name: `first-account:${partyId}`, holdMs: 10_000, waitMs: 5_000 };
  return withLock(platform.database, lock, async () => {
    const application = present(await findOffered(parts, order), 'The application of an offer');
    const [existing] = await payable(parts, application);
    if (existing) return existing.id;
    const opened = await accounts.open({ actor, partyId, name: 'Current account' });
    assert(opened.ok, 'A borrower without an account can open one');
    return opened.value.id;
  });
}
