import { newId } from '#core/ids.ts';
import { bsonDate } from '#platform/clock.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import type { TransferParts } from './parts.ts';
import type { PayeeRecord } from './payee.model.ts';
import type { Receiver } from './sides.service.ts';

/**
 * Notes that the person has confirmed this name for this account. Without being saved it is no entry of their list; an
 * entry that is there keeps its state, and one that was removed is in use again.
 */
export async function rememberPayee(
  parts: TransferParts,
  { partyId, receiver }: { partyId: string; receiver: Receiver },
): Promise<void> {
  const { payee, account, shownName, nameKnown } = receiver;
  if (payee && nameKnown) return;
  if (payee) {
    const { _id, version } = payee;
    const maskedName = await sealForPayee(parts, { id: _id, partyId, field: 'maskedName', text: shownName });
    const state = payee.state === 'saved' ? 'saved' : 'used';
    await parts.payees.updateOne({ _id, version }, { $set: { maskedName, state }, $inc: { version: 1 } });
    return;
  }
  const here = { partyId, accountId: account._id };
  const fresh = await newPayee(parts, { ...here, shownName });
  try {
    await parts.payees.updateOne(here, { $setOnInsert: fresh }, { upsert: true });
  } catch (error) {
    // Two first transfers at once: the other one's stands.
    if (!isDuplicateKey(error)) throw error;
  }
}

async function newPayee(
  parts: TransferParts,
  facts: { partyId: string; accountId: string; shownName: string },
): Promise<Omit<PayeeRecord, 'partyId' | 'accountId'>> {
  const id = newId();
  return {
    _id: id,
    state: 'used',
    nickname: null,
    maskedName: await sealForPayee(parts, { id, partyId: facts.partyId, field: 'maskedName', text: facts.shownName }),
    createdAt: bsonDate(parts.platform.clock.now()),
    version: 1,
  };
}

export function sealForPayee(
  { platform }: TransferParts,
  facts: { id: string; partyId: string; field: 'nickname' | 'maskedName'; text: string },
) {
  const { id, partyId, field, text } = facts;
  return platform.vault.seal(partyId, { collection: 'payees', document: id, field }, text);
}
