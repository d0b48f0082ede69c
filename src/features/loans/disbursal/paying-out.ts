import { assert, present } from '#core/assert.ts';
import { dateText } from '#core/calendar.ts';
import { toDecimalString } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Ledger } from '#features/ledger/index.ts';
import { moveApplication } from '../applying/application-moving.ts';
import { planOf } from '../offer/tranche-plan.ts';
import { explainLedger } from '../underwriting/underwriting-refusals.ts';
import { isAccepted, type AcceptedApplication } from './disbursal-documents.ts';
import { planWithPaid } from './disbursal.service.ts';
import { payoutBlocks } from './payout-checks.ts';
import { applicationOf, type PayoutParts } from './payout-parts.ts';
import { sendOnRows } from './sending-on.ts';

export interface PayOutOrder {
  applicationId: string;
  n: number;
  /** Who approved it. */
  actor: string;
}

type PaidOut = Result<{ loanId: string }, { message: string }>;

const unmoved = 'No money has moved.';

/** Pays part `n` out, once. Everything that must be true is looked at again at this moment. */
export async function payOut(parts: PayoutParts, order: PayOutOrder): Promise<PaidOut> {
  const application = await applicationOf(parts, order.applicationId);
  if (!isAccepted(application)) return refuse({ message: `The offer is not accepted. ${unmoved}` });
  const part = planOf(application).find(({ n }) => n === order.n);
  if (!part) return refuse({ message: `There is no part ${order.n} to pay out. ${unmoved}` });
  if (part.paid) return ok({ loanId: application.loanId });
  if (application.state !== 'accepted' && application.state !== 'part-disbursed')
    return refuse({ message: `This loan was cancelled or has lapsed. ${unmoved}` });
  const [block] = await payoutBlocks(parts, application);
  if (block) return refuse({ message: `${block.staff.replace(/\.?$/, '.')} ${unmoved}` });
  const before = planOf(application).find(({ paid }) => paid === null);
  if (before?.n !== part.n) return refuse({ message: `Part ${before?.n ?? 1} has to be paid out first. ${unmoved}` });
  return part.n === 1 ? firstPart(parts, { application, actor: order.actor }) : laterPart(parts, application, order);
}

async function firstPart(
  parts: PayoutParts,
  { application, actor }: { application: AcceptedApplication; actor: string },
): Promise<PaidOut> {
  const paid = await parts.disbursal.disburse({ actor, applicationId: application._id });
  if (paid.ok) return paid;
  if (paid.refusal.code === 'not-accepted') return refuse({ message: `The offer is not accepted. ${unmoved}` });
  const why = explainLedger(paid.refusal.refusal, parts.platform.formats);
  return refuse({ message: `The loan could not be paid out. ${why} ${unmoved}` });
}

async function laterPart(
  parts: PayoutParts,
  application: AcceptedApplication,
  { n, actor }: PayOutOrder,
): Promise<PaidOut> {
  const { platform, life } = parts;
  const { _id, loanId, partyId, payoutAccountId, currency } = application;
  const { amount } = present(
    planOf(application).find((one) => one.n === n),
    'The part of a plan',
  );
  const key = await keyOfTry(parts.ledger, `advance:${_id}:${n}`);
  const on = dateText(await platform.bankDay.today());
  const tranches = planWithPaid(application, { n, key, on });
  const action = tranches.every(({ paid }) => paid !== null) ? 'disburse' : 'disburse-part';
  const details = { part: String(n), amount: toDecimalString(amount, currency), currency };
  const { companions } = moveApplication(platform, {
    ...{ application, action, actor, by: 'staff', details },
    set: { tranches },
  });
  const outcome = await life.advance({
    ...{ key, actor, loanId, partyId, accountId: payoutAccountId, amount, n },
    companions: [...companions, ...sendOnRows(platform, { application, n })],
  });
  if (outcome.ok) return ok({ loanId });
  // Another approval of the same part may have been quicker, under another key.
  const now = await applicationOf(parts, _id);
  assert(isAccepted(now), 'An application stays accepted once it is paid out in part');
  if (planOf(now).find((one) => one.n === n)?.paid) return ok({ loanId });
  return refuse({ message: outcome.refusal.message });
}

const mostTries = 200;

/** What was refused once is kept under its key: the next try has another one, and what was done is found under its own. */
async function keyOfTry({ journal }: Pick<Ledger, 'journal'>, name: string): Promise<string> {
  for (let number = 1; number < mostTries; number += 1) {
    const key = number === 1 ? name : `${name}:${number}`;
    if (!(await journal(key))?.refusal) return key;
  }
  return `${name}:${mostTries}`;
}
