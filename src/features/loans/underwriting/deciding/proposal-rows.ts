import { counted, formatsIn, type Formats } from '#core/format.ts';
import { parseMoney } from '#core/money.ts';
import type { Json, SummaryRow } from '#features/approvals/index.ts';
import type { Application } from '../../applying/application.model.ts';
import { openWords } from '../../offer/agreed-words.ts';
import type { LendingParts } from '../file/lending-parts.ts';
import { peopleOn } from '../file/people.service.ts';
import { priceOf } from '../file/pricing.service.ts';
import { priceSentence } from '../file/pricing.view.ts';
import { scoredFile } from '../file/scored-file.ts';
import { totalExposure } from './authority.rules.ts';
import { exposureBefore, sentApplication } from './decidable.ts';
import { withLoan } from './decision.service.ts';
import { readProposal, type ProposalPayload } from './proposing.service.ts';
import { rejectionReason } from './reasons.rules.ts';

/** What a second person reads before they follow a recommendation or not; the whole of it is on the file. */
export async function proposalRows(parts: LendingParts, payload: Json): Promise<SummaryRow[]> {
  const proposal = readProposal(payload);
  const application = await sentApplication(parts, proposal.applicationId);
  const { _id, reference, productName } = application;
  return [
    { label: 'Application', text: `${reference}, ${productName.toLowerCase()}`, href: `/officer/applications/${_id}` },
    ...(await termRows(parts, application, proposal)),
  ];
}

async function termRows(
  parts: LendingParts,
  application: Application,
  proposal: ProposalPayload,
): Promise<SummaryRow[]> {
  const formats = formatsIn(application.currency, parts.platform.formats);
  if (proposal.outcome === 'reject') {
    const reasons = proposal.reasons.map((code) => rejectionReason(code)?.label ?? code);
    return [
      { label: 'Recommended', text: 'Reject' },
      { label: reasons.length === 1 ? 'Reason' : 'Reasons', text: reasons.join('; ') },
    ];
  }
  const amount = parseMoney(proposal.amount, application.currency);
  if (!amount.ok) return [];
  const people = await peopleOn(parts, application);
  const before = await exposureBefore(parts, { application, people });
  const after = withLoan(before, { amount: amount.value, secured: application.secured });
  const { conditions } = await openWords(parts.platform.vault, application);
  return [
    { label: 'Recommended', text: `Approve ${formats.moneyWithCurrency(amount.value)}` },
    {
      label: 'Rate and term',
      text: `${formats.rate(proposal.annualRate)}, ${counted(proposal.instalments, 'instalment')}`,
    },
    { label: 'Rate of the policy', text: await policyPrice(parts, { application, proposal, formats }) },
    { label: 'Owed and promised with it', text: formats.moneyWithCurrency(totalExposure(after)) },
    ...conditions.map(({ text }, index) => ({ label: `Condition ${index + 1}`, text })),
  ];
}

/** What the live policy asks for what is recommended, so that whoever decides sees where another rate is meant. */
async function policyPrice(
  parts: LendingParts,
  facts: { application: Application; proposal: { instalments: number }; formats: Formats },
): Promise<string> {
  const { application, proposal, formats } = facts;
  const today = await parts.platform.bankDay.today();
  const { product, judgement } = await scoredFile(parts, { application, today });
  return priceSentence(await priceOf(parts, { product, judgement, instalments: proposal.instalments }), formats);
}
