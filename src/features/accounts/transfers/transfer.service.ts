import { present } from '#core/assert.ts';
import type { PlainDate } from '#core/calendar.ts';
import { newReference } from '#core/ids.ts';
import { negate, toDecimalString, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { hashRequest, type PostOutcome } from '#features/ledger/index.ts';
import type { Companion } from '#platform/companion.ts';
import type { AccountRecord } from '../account.model.ts';
import type { Vault } from '#platform/vault/vault.ts';
import { targetText, type Target, type TransferParts } from './parts.ts';
import { rememberPayee } from './known-names.service.ts';
import { acquaintanceCollection } from './payee.model.ts';
import { beginAcquaintance, factsOf, findFrom, findReceiver, isCoolingOff, type Receiver } from './sides.service.ts';
import { companionsOf, recordOf } from './transfer-record.ts';
import { keptRefusal, transferRefusal } from './transfer-refusals.ts';
import { judgeName, judgeTransfer, newPayeeLimit, type TransferFacts, type TransferRefusal } from './transfer.rules.ts';

export const transferKind = 'transfer';

export interface TransferOrder {
  /** The form's idempotency key: the record's and the journal's id. */
  key: string;
  /** The user who asks. */
  actor: string;
  partyId: string;
  fromId: string;
  target: Target;
  amount: Money;
  /** What the payer writes to it, or an empty text. */
  reference: string;
  /** The name that the check page showed; compared, never believed. */
  nameShown: string;
  /** Whether the payer ticked that this is who they mean. */
  confirmed: 'yes' | 'no';
}

/** `replayed` where the key had moved the money before: that transfer's receipt. */
export type TransferOutcome = Result<{ key: string; replayed: boolean }, TransferRefusal>;

/** Moves money that a person asked to move now. */
export async function transfer(parts: TransferParts, order: TransferOrder): Promise<TransferOutcome> {
  const { ledger, schedules } = parts;
  const { key, fromId } = order;
  const request = { key, requestHash: requestHash(parts, order) };
  const known = await ledger.outcomeOf(request);
  if (known) return outcomeOf(known, fromId);
  // The key of a form that made a schedule: it was sent already, with something else in it.
  if (await schedules.exists({ _id: key })) return refuse({ code: 'key-reused' });
  const [from, receiver] = await Promise.all([findFrom(parts, order), findReceiver(parts, order)]);
  const judged = judgeName(order, receiver);
  if (!judged.ok) return judged;
  const kind = receiver?.relation === 'own' ? 'own' : 'payee';
  const on = await parts.platform.bankDay.today();
  return send(parts, { ...order, ...request, from, receiver, kind, on });
}

function requestHash({ platform }: TransferParts, order: TransferOrder): string {
  return hashRequest({
    what: transferKind,
    partyId: order.partyId,
    from: order.fromId,
    amount: toDecimalString(order.amount, platform.currency),
    written: writtenHash(platform.vault, order),
  });
}

/** What a person wrote, as a keyed hash: the request's own hash stays on the journal, and a plain one could be guessed. */
export function writtenHash(
  vault: Pick<Vault, 'blindIndex'>,
  { target, reference, nameShown }: Pick<TransferOrder, 'target' | 'reference' | 'nameShown'>,
): string {
  return vault.blindIndex('shown-form', JSON.stringify([targetText(target), reference, nameShown]));
}

/** A transfer whose sides are found: ordered by a person, or by a schedule of theirs. */
export interface SendOrder {
  key: string;
  requestHash: string;
  actor: string;
  partyId: string;
  fromId: string;
  from: AccountRecord | undefined;
  receiver: Receiver | undefined;
  amount: Money;
  reference: string;
  kind: 'own' | 'payee' | 'scheduled';
  scheduleId?: string;
  /** The business date that it counts in. */
  on: PlainDate;
  /** Commits with the money or not at all: the schedule that moves on. */
  companions?: readonly Companion[];
}

export async function send(parts: TransferParts, order: SendOrder): Promise<TransferOutcome> {
  const { platform, ledger } = parts;
  const { key, requestHash: hash, actor, fromId, amount } = order;
  const number = newReference();
  const head = {
    key,
    requestHash: hash,
    kind: transferKind,
    currency: platform.currency,
    effectiveOn: order.on,
    actor,
    reference: `transfer ${number}`,
  };
  const facts = await factsOf(parts, order);
  const judged = judgeTransfer(facts, amount);
  // Another request with this key may have moved the money since we asked: then the ledger answers with that transfer.
  if (!judged.ok) return outcomeOf(await ledger.refuse(head, keptRefusal(judged.refusal)), fromId);
  const sides = { from: present(order.from, 'The paying account'), receiver: present(order.receiver, 'The receiver') };
  const [record, limit] = await Promise.all([
    recordOf(parts, { ...order, ...sides, number }),
    coolingOff(parts, { ...order, receiver: sides.receiver, facts }),
  ]);
  const companions = [...companionsOf(platform, { record, ...sides, actor }), ...limit, ...(order.companions ?? [])];
  const postings = [
    { account: record.fromAccount, amount },
    { account: record.toAccount, amount: negate(amount) },
  ];
  return outcomeOf(await ledger.post({ ...head, limitsOf: record.fromAccount, postings, companions }), fromId);
}

/**
 * The guard of the cooling-off limit, inside the posting's own transaction: however many transfers are on their way at
 * once, those that would pass the limit together find the sum of the others.
 */
async function coolingOff(
  parts: TransferParts,
  order: { partyId: string; receiver: Receiver; amount: Money; facts: TransferFacts },
): Promise<Companion[]> {
  const { partyId, receiver, amount } = order;
  if (receiver.relation === 'other') await rememberPayee(parts, { partyId, receiver });
  const { partyId: otherId, currency } = receiver.account;
  if (otherId === partyId) return [];
  const acquaintance = await beginAcquaintance(parts, { partyId, otherId });
  if (!isCoolingOff(parts, { partyId, receiver, acquaintance })) return [];
  const most = newPayeeLimit(currency) - amount;
  const filter = { _id: acquaintance._id, sentWhileNew: { $lte: most } };
  const change = { $inc: { sentWhileNew: amount } };
  return [{ collection: acquaintanceCollection, kind: 'update', filter, change }];
}

export function outcomeOf(outcome: PostOutcome, from: string): TransferOutcome {
  if (!outcome.ok) return refuse(transferRefusal(outcome.refusal, { from }));
  return ok({ key: outcome.value.key, replayed: outcome.value.replayed });
}
