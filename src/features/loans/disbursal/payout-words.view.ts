import { counted, type Formats } from '#core/format.ts';
import type { ApplicationState } from '../applying/application-states.ts';
import { reaching, whenText } from '../key-facts/tranches.view.ts';
import type { PayoutBlock } from './payout-checks.ts';
import type { PayoutFile } from './payouts.service.ts';

/** Where the payout stands, for staff. */
const standings: Partial<Record<ApplicationState, string>> = {
  offered: 'Waits for the signature',
  accepted: 'Signed',
  'part-disbursed': 'Partly paid out',
  disbursed: 'All paid out',
  declined: 'Offer declined',
  expired: 'Offer expired',
  cancelled: 'Cancelled',
};

export function standingOf(state: ApplicationState): string {
  return standings[state] ?? 'No offer now';
}

/** What comes next, and who does it. */
export function nextOf({ application: { state }, blocks, pending, conflict }: PayoutFile): string | undefined {
  if (state === 'offered')
    return 'The borrower has not signed yet; nothing can be paid out before. Conditions can be marked as met already.';
  if (state === 'disbursed') return 'Nothing is left to pay out.';
  if ((state !== 'accepted' && state !== 'part-disbursed') || pending || conflict !== undefined) return undefined;
  return blocks.length === 0
    ? 'Nothing is missing. Ask for the payout below; a second person approves it.'
    : 'The payout can be asked for as soon as nothing is missing any more.';
}

/** What is missing, a line each; conditions have their own list, so that they are one line here. */
export function blockTexts(blocks: readonly PayoutBlock[]): string[] {
  const conditions = blocks.filter(({ code }) => code === 'condition').length;
  const others = blocks.filter(({ code }) => code !== 'condition').map(({ staff }) => staff);
  const [is, them] = conditions === 1 ? ['is', 'it'] : ['are', 'each'];
  return conditions === 0
    ? others
    : [
        `${counted(conditions, 'condition')} ${is} not met yet: mark ${them} below as met when you have seen it.`,
        ...others,
      ];
}

export function feeRows({ application: { offer }, words }: PayoutFile, formats: Formats) {
  if (offer === null) return [];
  const label = words.plan.length > 1 ? 'Kept back from the first part' : 'Kept back as a fee';
  return [{ label, value: formats.money(offer.fee) }];
}

const sentOnTexts: Record<string, string> = {
  kept: 'kept here; could not be sent on',
  pending: 'on its way to the other bank',
  settled: 'at the other bank',
  returned: 'came back from the other bank and is on the account here',
  refused: 'refused by the rail and is on the account here',
};

export function partRows({ application, words, sentOn }: PayoutFile, formats: Formats) {
  const { offer } = application;
  if (offer === null) return [];
  return words.plan.map((part) => {
    const on = part.paid ? `Paid out on ${formats.date(part.paid.on)}` : 'To come';
    const sent = sentOn.get(part.n);
    const reaches = reaching(part, offer.fee);
    const less = reaches === part.amount ? '' : `, of which ${formats.money(reaches)} reaches the borrower`;
    return {
      label: words.plan.length > 1 ? `Part ${part.n}: ${whenText(part)}` : 'All at once',
      value: `${formats.money(part.amount)}${less}. ${on}${sent === undefined ? '' : `; ${sentOnTexts[sent] ?? sent}`}`,
    };
  });
}
