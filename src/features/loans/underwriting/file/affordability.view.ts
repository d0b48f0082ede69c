import type { Formats } from '#core/format.ts';
import { negate, zero, type Money } from '#core/money.ts';
import type { Affordability, Ratio } from '../affordability.rules.ts';
import { lendingLimits } from '../limits.rules.ts';
import type { ObligationKind } from '../obligations.rules.ts';
import type { PersonFigures } from './file-figures.ts';
import type { OfficerFile } from './file.service.ts';

interface Verdict {
  badge: { kind: 'ok' | 'critical'; text: string };
  text: string;
}

/** The affordability card: the findings in words, the bar, what it is made of, and how each figure was worked out. */
export function affordabilityCard({ figures, product }: OfficerFile, formats: Formats) {
  if (!figures) return null;
  const { affordability, byPerson } = figures;
  const { debtNow, debtWithLoan } = affordability;
  return {
    verdicts: verdictsOf(affordability),
    bar: debtNow && debtWithLoan ? barOf(debtNow, debtWithLoan) : null,
    rows: rowsOf(affordability, formats),
    room: roomOf(affordability, formats),
    obligations: obligationTable(byPerson, formats),
    workings: workingsOf({ affordability, byPerson, product }, formats),
  };
}

function verdictsOf(figures: Affordability): Verdict[] {
  const { debtNow, debtWithLoan, fixedWithLoan, debtStressed, loanToValue } = figures;
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
  return [
    debt,
    ...verdictOn(fixedWithLoan, (percent) => `With rent and other fixed payments it is ${percent}%.`),
    ...verdictOn(
      debtStressed,
      (percent) => `If the floating rate rose by ${lendingLimits.stressPercent} points, debt would take ${percent}%.`,
    ),
    ...verdictOn(loanToValue, (percent) => `The loan is ${percent}% of the value of what secures it.`),
  ];
}

function verdictOn(ratio: Ratio | null, say: (percent: string) => string): Verdict[] {
  return ratio ? [{ badge: badgeOf(ratio), text: `${say(ratio.percent)} ${sideOf(ratio)}.` }] : [];
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
  const { coIncome = zero, otherFixed = zero } = facts;
  return [
    { label: 'Income before tax', value: formats.money(facts.salary) },
    ...(facts.otherIncome > 0n ? [{ label: 'Other income', value: formats.money(facts.otherIncome) }] : []),
    ...(coIncome > 0n ? [{ label: 'Income of co-applicants', value: formats.money(coIncome) }] : []),
    { label: 'Loans and cards elsewhere', value: paid(facts.declaredObligations) },
    ...(otherFixed > 0n ? [{ label: 'Rent and other fixed payments', value: paid(otherFixed) }] : []),
    ...facts.ownLoans.map((loan) => ({ label: `Loan ${loan.number} with us`, value: paid(loan.instalment) })),
    { label: 'This loan', value: paid(facts.instalment) },
    { label: 'Left after bills', value: formats.money(leftAfterBills), total: true },
  ];
}

const kindTexts: Record<ObligationKind, string> = {
  loan: 'Loans',
  card: 'Cards',
  any: 'Everything, as one sum',
  rent: 'Rent',
  maintenance: 'Maintenance',
  other: 'Other fixed payments',
};

/** Declared beside reported, so that one loan is not counted twice. */
function obligationTable(byPerson: readonly PersonFigures[], formats: Formats) {
  const rows = byPerson.flatMap(({ name, obligations }) =>
    obligations.rows.map(({ kind, declared, reported, counted }) => ({
      cells: {
        what: { text: kindTexts[kind], ...(byPerson.length > 1 ? { sub: name } : {}) },
        declared: formats.money(declared),
        reported: formats.money(reported),
        counted: formats.money(counted),
      },
    })),
  );
  return rows.length === 0
    ? null
    : {
        caption: 'Paid elsewhere every month: of what was declared and what the bureau reports the higher counts',
        columns: [
          { key: 'what', label: 'Kind' },
          { key: 'declared', label: 'Declared', kind: 'num' },
          { key: 'reported', label: 'Bureau', kind: 'num' },
          { key: 'counted', label: 'Counted', kind: 'num' },
        ],
        rows,
      };
}

function workingsOf(
  facts: { affordability: Affordability; byPerson: readonly PersonFigures[]; product: OfficerFile['product'] },
  formats: Formats,
) {
  const { affordability, byPerson, product } = facts;
  const { debtWithLoan, fixedWithLoan, debtStressed, loanToValue } = affordability;
  const money = (amount: Money) => formats.money(amount);
  const line = (label: string, ratio: Ratio | null) =>
    ratio
      ? [
          {
            label,
            value: `${money(ratio.part)} of ${money(ratio.whole)} = ${ratio.percent}%, limit ${ratio.limitPercent}%`,
          },
        ]
      : [];
  const isMonthly = product.frequency.unit === 'month' && product.frequency.every === 1;
  return [
    ...(byPerson.length > 1
      ? byPerson.map(({ name, income }) => ({ label: `Income of ${name}`, value: money(income) }))
      : []),
    ...(isMonthly ? [] : [{ label: 'Instalment in a month', value: money(affordability.facts.instalment) }]),
    ...line('Debt to income (DTI)', debtWithLoan),
    ...line('Fixed obligations to income (FOIR)', fixedWithLoan),
    ...line('DTI at the higher rate', debtStressed),
    ...line('Loan to value (LTV)', loanToValue),
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
