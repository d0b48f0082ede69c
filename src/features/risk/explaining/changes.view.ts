import { counted, type Formats } from '#core/format.ts';
import { isLikely } from '../changes/changes.ts';
import type { Change, Standing } from '../changes/change.ts';
import type { PolicyOutcome } from '../policy/policy.ts';
import { chanceText } from './contributions.view.ts';

const outcomes: Record<PolicyOutcome, string> = {
  approve: 'the policy would approve',
  refer: 'the policy would refer it to a person',
  decline: 'the policy would decline',
};

/** What would change the result: one change a line, the smallest of its kind, and what would be said then. */
export function changesView(changes: readonly Change[], { now, formats }: { now: Standing; formats: Formats }) {
  const fine = now.outcome === 'approve' && isLikely(now);
  return {
    lead: leadOf({ fine, scored: now.grade !== null, found: changes.length }),
    items: changes.map((change) => ({
      text: changeText(change, formats),
      then: thenText(change.standing, now),
    })),
    note: 'Each by itself, everything else as it is; what follows from it (the instalment, debts to income, loan to value, what is owed to us) is worked out anew. Nothing a borrower cannot change is among it.',
  };
}

function leadOf({ fine, scored, found }: { fine: boolean; scored: boolean; found: number }): string {
  if (fine && !scored) return 'No rule of the policy is against it. What the model would say is not known.';
  if (fine) return 'Nothing has to change: no rule is against it, and the model finds approval likely.';
  return found === 0
    ? 'No single change of what the borrower can change would do: neither the amount, the term, debts, cards nor savings by themselves.'
    : 'The smallest single changes that would be enough:';
}

/** `Borrow 12,400 USD instead of 15,000 USD: 2,600 USD less`. */
export function changeText({ lever, from, to }: Change, formats: Formats): string {
  const money = (value: number) => `${unitsText(value, formats)} ${formats.currency}`;
  switch (lever) {
    case 'amount':
      return `Borrow ${money(to)} instead of ${money(from)}: ${money(from - to)} less.`;
    case 'longer':
      return `Repay over ${counted(to, 'month')} instead of ${from}: ${counted(to - from, 'month')} longer.`;
    case 'shorter':
      return `Repay over ${counted(to, 'month')} instead of ${from}: ${counted(from - to, 'month')} shorter.`;
    case 'debts':
      return to === 0
        ? `Pay off all other debts, which take ${money(from)} a month.`
        : `Pay off debts that take ${money(from - to)} a month: ${money(to)} a month remain of ${money(from)}.`;
    case 'cards':
      return `Bring the cards down to ${percent(to, formats)} of their limits, from ${percent(from, formats)}.`;
    case 'savings':
      return `Have ${money(to)} in savings instead of ${money(from)}: ${money(to - from)} more.`;
  }
}

function thenText(then: Standing, now: Standing): string {
  const { grade, approvalProbability } = then;
  const model =
    grade === null || approvalProbability === null
      ? ''
      : `, grade ${grade} with a probability of approval of ${chanceText(approvalProbability)}`;
  const said = outcomes[then.outcome];
  return `Then ${then.outcome === now.outcome ? said.replace('would', 'would still') : said}${model}.`;
}

/** Whole units where it is a round number, and cents where they matter. */
function unitsText(value: number, { locale }: Formats): string {
  const whole = Number.isInteger(value);
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: whole ? 0 : 2,
    maximumFractionDigits: whole ? 0 : 2,
  }).format(value);
}

function percent(value: number, { locale }: Formats): string {
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value * 100)}%`;
}
