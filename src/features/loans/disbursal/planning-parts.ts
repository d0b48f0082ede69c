import { present } from '#core/assert.ts';
import { Fault } from '#core/errors.ts';
import { formatsIn } from '#core/format.ts';
import type { Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import type { Application } from '../applying/application.model.ts';
import { sealPlan } from '../offer/agreed-words.ts';
import { judgePlan, type PlanRefusal } from '../offer/tranche-plan.ts';
import { applicationOf, conflictWith, moved, type PayoutParts, type PayoutRefusal } from './payout-parts.ts';

export interface PlanOrder {
  actor: Actor;
  applicationId: string;
  version: number;
  parts: readonly { amount: Money; stage: string }[];
}

/** Changes what the borrower is offered, so that it is only possible until they sign: their page then asks to be read again. */
export async function planParts(parts: PayoutParts, order: PlanOrder): Promise<Result<Application, PayoutRefusal>> {
  const { platform, products } = parts;
  const { actor, applicationId, version } = order;
  const application = await applicationOf(parts, applicationId);
  const conflict = await conflictWith(parts, { actor, application });
  if (conflict) return refuse(conflict);
  const { offer, state, _id } = application;
  if (state !== 'offered' || offer === null || application.version !== version) return refuse(moved);
  const product = present(await products.version(application.productVersionId), 'The product version');
  const judged = judgePlan({ offer, product, parts: order.parts });
  if (!judged.ok) return refuse(explainPlan(judged.refusal, formatsIn(application.currency, platform.formats)));
  const tranches = await sealPlan(platform.vault, application, judged.value);
  try {
    await commitTogether(platform.database, [
      {
        collection: 'applications',
        kind: 'update',
        filter: { _id, version, state },
        change: { $set: { tranches, changedAt: bsonDate(platform.clock.now()) }, $inc: { version: 1 } },
      },
      platform.audit.entry({
        actor: actor.userId,
        action: 'payout-planned',
        subject: { type: 'application', id: _id },
        details: { parts: String(tranches.length) },
      }),
    ]);
  } catch (error) {
    if (error instanceof Fault && error.kind === 'conflict') return refuse(moved);
    throw error;
  }
  return ok({ ...application, tranches, version: version + 1 });
}

function explainPlan(refusal: PlanRefusal, formats: ReturnType<typeof formatsIn>): PayoutRefusal {
  const input = (field: string, text: string): PayoutRefusal => ({ field, text, status: 422 });
  switch (refusal.code) {
    case 'too-many-parts':
      return input('amount1', `This product is paid out in at most ${refusal.most} parts`);
    case 'too-few-parts':
      return input('amount1', 'Enter the amount of the first part');
    case 'sum-differs':
      return input(
        'amount1',
        `The parts come to ${formats.money(refusal.planned)}, and the loan is ${formats.moneyWithCurrency(refusal.amount)}`,
      );
    case 'part-not-positive':
      return input('amount1', 'Every part needs an amount above zero');
    case 'stage-missing':
      return input('stage2', 'Say for each later part what must have happened first');
    case 'first-too-small':
      return input('amount1', `The first part must be more than ${formats.moneyWithCurrency(refusal.least)}`);
    case 'down-payment':
      return input('amount1', 'A loan with a down payment is paid out all at once');
  }
}
