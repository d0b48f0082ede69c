import { z } from 'zod';
import { assert } from '#core/assert.ts';
import { formatsIn } from '#core/format.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import type { ApprovalRequest, Json, SummaryRow } from '#features/approvals/index.ts';
import { reaching } from '../key-facts/tranches.view.ts';
import { openWords } from '../offer/agreed-words.ts';
import { isAccepted } from './disbursal-documents.ts';
import { payOut } from './paying-out.ts';
import { payoutBlocks } from './payout-checks.ts';
import { applicationOf, conflictWith, payoutKind, type PayoutParts } from './payout-parts.ts';

const payloadShape = z.strictObject({ applicationId: z.string(), n: z.number().int().positive() });

function fromPayload(payload: Json) {
  const parsed = payloadShape.safeParse(payload);
  assert(parsed.success, 'A request for a payout says of which part of which application');
  return parsed.data;
}

/** A payout is asked for by one person and made by another. */
export function handlePayouts(parts: PayoutParts, hrefOf: (applicationId: string) => string): void {
  parts.approvals.handle(payoutKind, {
    permission: 'application:disburse',
    describe: (payload) => describe(parts, { payload, hrefOf }),
    approve: (request, checker) => approve(parts, { request, checker }),
  });
}

async function approve(
  parts: PayoutParts,
  { request, checker }: { request: ApprovalRequest; checker: Actor },
): Promise<Result<void, { message: string }>> {
  const { applicationId, n } = fromPayload(request.payload);
  const application = await applicationOf(parts, applicationId);
  const conflict = await conflictWith(parts, { actor: checker, application });
  if (conflict) return refuse({ message: conflict.text });
  const paid = await payOut(parts, { applicationId, n, actor: checker.userId });
  return paid.ok ? ok(undefined) : paid;
}

/** What the second person reads: worked out on the file as it is now. */
async function describe(
  parts: PayoutParts,
  { payload, hrefOf }: { payload: Json; hrefOf: (applicationId: string) => string },
): Promise<SummaryRow[]> {
  const { applicationId, n } = fromPayload(payload);
  const application = await applicationOf(parts, applicationId);
  const { productName, reference, currency, offer } = application;
  const formats = formatsIn(currency, parts.platform.formats);
  const head = { label: 'Application', text: `${productName} ${reference}`, href: hrefOf(applicationId) };
  const { plan } = await openWords(parts.platform.vault, application);
  const part = plan.find((one) => one.n === n);
  if (!part || !offer) return [head, { label: 'As things are now', text: 'There is nothing to pay out any more' }];
  const blocks = isAccepted(application) ? await payoutBlocks(parts, application) : [];
  return [
    head,
    { label: 'Loan', text: formats.moneyWithCurrency(offer.amount) },
    {
      label: 'Part',
      text:
        plan.length === 1 ? 'All of it at once' : `${n} of ${plan.length}${part.stage === '' ? '' : `: ${part.stage}`}`,
    },
    { label: 'Amount of this part', text: formats.moneyWithCurrency(part.amount) },
    { label: 'Kept back as a fee', text: n === 1 ? formats.moneyWithCurrency(offer.fee) : 'Nothing' },
    { label: 'Reaches the borrower', text: formats.moneyWithCurrency(reaching(part, offer.fee)) },
    { label: 'Goes to', text: destinationText(application) },
    {
      label: 'In the way now',
      text: part.paid ? 'It is paid out already' : blocks.map(({ staff }) => staff).join(' ') || 'Nothing',
    },
  ];
}

export function destinationText({
  acceptance,
}: Parameters<typeof payoutBlocks>[1] | { acceptance: null | { payTo?: string } }) {
  return acceptance?.payTo === 'bank'
    ? 'The borrower’s account here, and from there to their verified account at another bank'
    : 'The borrower’s account here';
}
