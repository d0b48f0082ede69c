import { createHash } from 'node:crypto';
import type { Model } from 'mongoose';
import { assert, present } from '#core/assert.ts';
import type { Accounts } from '#features/accounts/index.ts';
import { noticeRow } from '#features/notices/index.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import type { Application } from '../applying/application.model.ts';
import type { BankDetails } from '../applying/bank-details.rules.ts';
import { openSection } from '../applying/application-sealing.ts';
import { reaching } from '../key-facts/tranches.view.ts';
import { planOf } from '../offer/tranche-plan.ts';
import { isAccepted, type AcceptedApplication } from './disbursal-documents.ts';
import type { PayoutChecks } from './payout-checks.ts';

/**
 * Money for another bank goes through the borrower's own account here: paid out into it first, and sent on over the rail
 * under a hold. What the rail refuses or returns is on that account again, where the borrower can use it.
 */
const topic = 'loan-send-on';

export function sendOnRows(
  { outbox }: Pick<Platform, 'outbox'>,
  { application, n }: { application: AcceptedApplication; n: number },
): Companion[] {
  if (application.acceptance?.payTo !== 'bank') return [];
  return [outbox.row({ topic, payload: { applicationId: application._id, n: String(n) } })];
}

interface Parts {
  platform: Platform;
  accounts: Pick<Accounts, 'rail'>;
  applications: Model<Application>;
  checks: PayoutChecks;
}

export function sendOnFromOutside(parts: Parts): void {
  parts.platform.outbox.handle(topic, async ({ payload: { applicationId, n } }) => {
    assert(typeof applicationId === 'string' && typeof n === 'string', 'A row about a payout names it');
    const found = await parts.applications.findOne({ _id: applicationId }).lean<Application>();
    const application = present(found, 'The application of a payout');
    if (isAccepted(application)) await sendOn(parts, application, Number(n));
  });
}

async function sendOn(parts: Parts, application: AcceptedApplication, n: number): Promise<void> {
  const { platform, accounts, checks } = parts;
  const { _id, partyId, payoutAccountId, offer } = application;
  const part = present(
    planOf(application).find((one) => one.n === n),
    'The part that was paid out',
  );
  const details = await openSection(platform.vault, application, 'bank');
  const proof = (await checks.bankProof?.(application)) ?? 'none';
  // Erased, or changed since: the money stays where the borrower has it.
  if (!details || proof !== 'proved') return stayed(parts, application, n);
  const sent = await accounts.rail.withdraw({
    ...{ key: sendOnKey(_id, n), actor: 'system', partyId, accountId: payoutAccountId },
    amount: reaching(part, offer.fee),
    bankName: details.bankName,
    bankAccount: numberOf(details),
    limits: 'not-counted',
  });
  if (!sent.ok) await stayed(parts, application, n);
}

function numberOf(details: BankDetails): string {
  return details.route === 'iban' ? details.iban : details.accountNumber;
}

/** In the form of an id (RFC 9562, version 8), the same at every try. */
export function sendOnKey(applicationId: string, n: number): string {
  const hex = createHash('sha256').update(`send-on/${applicationId}/${n}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Told once, also where the row is delivered again. */
async function stayed({ platform }: Parts, application: AcceptedApplication, n: number): Promise<void> {
  const { _id, partyId, payoutAccountId } = application;
  const text =
    'We could not send the money of your loan on to your other bank. It is in your account with us, and you can use it. Withdraw it from there when you like, or write to us.';
  const notice = {
    partyId,
    title: 'Your money is in your account with us',
    text,
    href: `/accounts/${payoutAccountId}`,
  };
  await commitTogether(platform.database, [
    noticeRow(platform.outbox, notice),
    platform.audit.entry({
      actor: 'system',
      action: 'payout-not-sent-on',
      subject: { type: 'application', id: _id },
      details: { part: String(n) },
    }),
  ]);
}
