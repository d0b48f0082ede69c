import { notFound } from '#core/errors.ts';
import { may } from '#core/roles.ts';
import { ok, refuse } from '#core/result.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import { duplicatesVerdict, pairOf, type Duplicate, type DuplicateVerdict } from './duplicates.rules.ts';
import { findDuplicates } from './duplicates.service.ts';
import { kycNames, type DuplicatePair } from './kyc.model.ts';
import { verdictOf } from './kyc.rules.ts';
import { newCheck, type KycParts } from './kyc-parts.ts';
import { bringUpTopic } from './kyc-checking.ts';
import { decide, type Decided, type KycOrder } from './kyc-deciding.ts';

type Order = KycOrder & { otherId: string; verdict: DuplicateVerdict; reason: string };

export const pairPlace = (id: string) => ({ collection: kycNames.pairs, document: id, field: 'reason' });

/** What two customers who share something are to each other, in the eyes of the one who looked into it. */
export async function judgeDuplicate(parts: KycParts, order: Order): Promise<Decided> {
  const { actor, partyId, otherId } = order;
  if (await parts.relations.between(actor, [otherId])) return refuse({ code: 'relative' });
  const found = await findDuplicates(parts, { partyId });
  const one = found.find((duplicate) => duplicate.partyId === otherId);
  if (!one) throw notFound('Customer');
  if (one.verdict === 'fraud-suspected' && !may(actor, 'kyc:judge-strong')) return refuse({ code: 'not-allowed' });
  const pair = await pairWritten(parts, order, one);
  return decide(parts, order, (record, today) => {
    const verdict = duplicatesVerdict(found.map((each) => (each === one ? { ...one, verdict: order.verdict } : each)));
    const same = verdictOf(record.checks, 'duplicates') === verdict;
    const check = newCheck(parts, { verdict, by: actor.userId, today });
    // The other one's check rests on the pair as well, where there is one.
    const other = parts.platform.outbox.row({ topic: bringUpTopic, payload: { partyId: otherId } });
    return Promise.resolve(
      ok({
        change: { checks: same ? record.checks : { ...record.checks, duplicates: check } },
        by: actor.userId,
        what: 'duplicate-judged',
        about: order.verdict,
        companions: [pair, other],
      }),
    );
  });
}

async function pairWritten(parts: KycParts, order: Order, { shares }: Duplicate): Promise<Companion> {
  const { platform, models } = parts;
  const { actor, partyId, otherId, verdict } = order;
  const { id: _id, parties } = pairOf(partyId, otherId);
  const before = await models.pairs.findOne({ _id }).lean<DuplicatePair>();
  const reason = await platform.vault.seal(partyId, pairPlace(_id), order.reason);
  const at = bsonDate(platform.clock.now());
  const document: DuplicatePair = { _id, parties, verdict, shares: [...shares], by: actor.userId, at, reason };
  const { _id: _same, ...change } = document;
  return before
    ? { collection: kycNames.pairs, kind: 'update', filter: { _id, at: before.at }, change: { $set: change } }
    : { collection: kycNames.pairs, kind: 'insert', document: { ...document } };
}
