import type { Formats } from '#core/format.ts';
import { negate, type Money } from '#core/money.ts';
import type { Affordability, Ratio } from './affordability.rules.ts';

interface Verdict {
  badge: { kind: 'ok' | 'critical'; text: string };
  text: string;
}

/** The affordability card: the finding in words, the bar, and what it is made of. */
export function affordabilityCard(figures: Affordability, formats: Formats) {
  const { debtNow, debtWithLoan } = figures;
  return {
    verdicts: verdictsOf(figures),
    bar: debtNow && debtWithLoan ? barOf(debtNow, debtWithLoan) : null,
    rows: rowsOf(figures, formats),
    room: roomOf(figures, formats),
  };
}

function verdictsOf({ debtNow, debtWithLoan, loanToValue }: Affordability): Verdict[] {
  const debt: Verdict =
    debtNow && debtWithLoan
      ? {
          badge: badgeOf(debtWithLoan),
          text: `With this loan, debt takes ${debtWithLoan.percent}% of income instead of ${debtNow.percent}%. ${sideOf(debtWithLoan)}.`,
        }
      : {
          badge: { kind: 'critical', text: 'No income' },
          text: 'No income was declared, so that nothing can be compared with it.',
        };
  if (!loanToValue) return [debt];
  const value = {
    badge: badgeOf(loanToValue),
    text: `The loan is ${loanToValue.percent}% of the value of the property. ${sideOf(loanToValue)}.`,
  };
  return [debt, value];
}

function badgeOf({ within, limitPercent }: Ratio): Verdict['badge'] {
  return within ? { kind: 'ok', text: `Within ${limitPercent}%` } : { kind: 'critical', text: `Over ${limitPercent}%` };
}

function sideOf({ within, limitPercent }: Ratio): string {
  return within ? `That is within the limit of ${limitPercent}%` : `That is over the limit of ${limitPercent}%`;
}

/** The scale ends at 50 %, or further where the debt does, but never beyond the whole income. */
function barOf(now: Ratio, withLoan: Ratio) {
  const limit = BigInt(withLoan.limitPercent) * 10n;
  const tens = ((withLoan.tenths + 99n) / 100n) * 100n;
  const scale = tens < 500n ? 500n : tens > 1000n ? 1000n : tens;
  const at = (tenths: bigint) => (tenths > scale ? scale : tenths);
  const percent = (tenths: bigint) => {
    const hundredths = (tenths * 10_000n) / scale;
    return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
  };
  return {
    label: `Debt to income on a scale from 0 to ${scale / 10n}%: ${now.percent}% now, ${withLoan.percent}% with this loan, limit ${withLoan.limitPercent}%`,
    now: percent(at(now.tenths)),
    added: percent(at(withLoan.tenths) - at(now.tenths)),
    limit: percent(limit),
    limitText: `limit ${withLoan.limitPercent}%`,
    legend: [
      { tone: 'base', text: `${now.percent}% now` },
      { tone: 'principal', text: `${withLoan.percent}% with this loan` },
    ],
  };
}

function rowsOf({ facts, leftAfterBills }: Affordability, formats: Formats) {
  const paid = (amount: Money) => formats.money(negate(amount));
  return [
    { label: 'Income before tax', value: formats.money(facts.salary) },
    ...(facts.otherIncome > 0n ? [{ label: 'Other income', value: formats.money(facts.otherIncome) }] : []),
    { label: 'Obligations, declared', value: paid(facts.declaredObligations) },
    ...facts.ownLoans.map((loan) => ({ label: `Loan ${loan.number} with us`, value: paid(loan.instalment) })),
    { label: 'This loan', value: paid(facts.instalment) },
    { label: 'Left after bills', value: formats.money(leftAfterBills), total: true },
  ];
}

function roomOf({ debtWithLoan, instalmentRoom, loanToValue, lendingRoom }: Affordability, formats: Formats) {
  return [
    ...(debtWithLoan ? [roomRow({ what: 'instalment', room: instalmentRoom, ratio: debtWithLoan }, formats)] : []),
    ...(loanToValue && lendingRoom !== null
      ? [roomRow({ what: 'lending', room: lendingRoom, ratio: loanToValue }, formats)]
      : []),
  ];
}

function roomRow(facts: { what: string; room: Money; ratio: Ratio }, formats: Formats) {
  const { what, room, ratio } = facts;
  const limit = `${ratio.limitPercent}%`;
  return room < 0n
    ? { label: `Less ${what} needed, to ${limit}`, value: formats.money(negate(room)) }
    : { label: `More ${what}, to ${limit}`, value: formats.money(room) };
}
