import { parseMoney, type Currency, type Money } from '#core/money.ts';
import { parseRate, rateOf } from '#core/rate.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { documentKinds, type NeededDocument } from '../product-needs.ts';
import type { NpaBucket, ProductFee, ProductTerms } from '../product-terms.ts';
import {
  bucketAnswers,
  bucketRows,
  chosenRhythms,
  documentAnswer,
  feeAnswers,
  feeRows,
  orderAnswers,
  orders,
  type DraftAnswers,
} from './draft.forms.ts';

export type FieldErrors = Record<string, string>;

/** The terms that the answers make, or a sentence at each field where answers do not fit together. */
export function readTerms(answers: DraftAnswers, currency: Currency): Result<ProductTerms, FieldErrors> {
  const errors: FieldErrors = {};
  const purposes = purposesOf(answers.purposes, errors);
  const rate = rateOfAnswers(answers, errors);
  const penalty = penaltyOf(answers, errors);
  const fees = feeRows.flatMap((row) => feeOf(answers, { row, currency, errors }) ?? []);
  const npaBuckets = bucketRows.flatMap((row) => bucketOf(answers, row, errors) ?? []);
  if (npaBuckets.length < 2) errors.bucket1Code = 'Enter at least two buckets';
  if (!rate || penalty === undefined || Object.keys(errors).length > 0) return refuse(errors);
  const [pastDue, due, inAdvance] = orders.map((order) => orderAnswers(answers, order));
  if (!pastDue || !due || !inAdvance) return refuse(errors);
  const { name, summary, minAmount, maxAmount, minInstalments, maxInstalments, method, dayCount } = answers;
  const { instalmentBasis, downPaymentPercent, balloonPercent, mostTranches, coolingOffDays, across } = answers;
  return ok({
    ...{ name, summary, purposes, minAmount, maxAmount, minInstalments, maxInstalments, method, dayCount },
    ...{ instalmentBasis, rate, fees, downPaymentPercent, balloonPercent, mostTranches, coolingOffDays },
    offered: answers.offered === 'yes',
    ...needsOf(answers),
    frequency: { every: answers.every, unit: answers.unit },
    rounding: {
      mode: answers.roundingMode,
      instalmentTo: answers.roundTo,
      instalmentMode: answers.roundToMode,
    },
    grace: { principalInstalments: answers.principalGrace, interestInstalments: answers.interestGrace },
    moratorium: { mostInstalments: answers.moratoriumMost },
    allocation: { pastDue, due, inAdvance, across },
    penalty,
    prepayment: prepaymentOf(answers),
    npaBuckets,
  });
}

function needsOf(answers: DraftAnswers) {
  const { security, mostCoApplicants, guarantor } = answers;
  return {
    security,
    forBusiness: answers.forBusiness === 'yes',
    frequencies: chosenRhythms(answers).map(({ every, unit }) => ({ every, unit })),
    documents: documentKinds.flatMap((kind): NeededDocument[] => {
      const answer = documentAnswer(answers, kind);
      if (answer === '') return [];
      const of = answer.endsWith('everyone') ? 'everyone' : 'applicant';
      return [{ kind, required: answer.startsWith('required'), of }];
    }),
    participants: { mostCoApplicants, guarantor },
  };
}

function purposesOf(text: string, errors: FieldErrors): string[] {
  const purposes = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (purposes.length > 12) errors.purposes = 'Enter at most twelve purposes';
  if (purposes.some((line) => line.length > 60)) errors.purposes = 'Use at most 60 characters for a purpose';
  if (new Set(purposes).size !== purposes.length) errors.purposes = 'Enter every purpose once';
  return purposes;
}

function rateOfAnswers(answers: DraftAnswers, errors: FieldErrors): ProductTerms['rate'] | undefined {
  const { rateKind, annualRate, base, spread } = answers;
  if (rateKind === 'fixed') {
    if (annualRate === null) errors.annualRate = 'Enter the rate a year';
    return annualRate === null ? undefined : { kind: 'fixed', annualRate };
  }
  if (base === '') errors.base = 'Choose a base rate';
  if (spread === null) errors.spread = 'Enter the spread; 0 for none';
  return base === '' || spread === null ? undefined : { kind: 'floating', base, spread };
}

function penaltyOf(answers: DraftAnswers, errors: FieldErrors): ProductTerms['penalty'] | undefined {
  const { penaltyOf: percentOf, penaltyPercent: percent, penaltyGraceDays, penaltyBasis: basis } = answers;
  if (percentOf === 'none') return null;
  if (percent === null) {
    errors.penaltyPercent = 'Enter the penalty';
    return undefined;
  }
  return { percentOf, percent, graceDays: penaltyGraceDays ?? 0, basis };
}

function prepaymentOf(answers: DraftAnswers): ProductTerms['prepayment'] {
  const effects: [string | undefined, ProductTerms['prepayment']['effects'][number]][] = [
    [answers.effectShorten, 'shorten-term'],
    [answers.effectLower, 'lower-instalment'],
    [answers.effectNext, 'next-instalments'],
  ];
  return {
    allowed: answers.prepayAllowed === 'yes',
    lockInInstalments: answers.lockIn,
    minAmount: answers.prepayMin,
    effects: effects.flatMap(([chosen, effect]) => (chosen === 'yes' ? [effect] : [])),
    rest: answers.rest,
    payoffInterest: answers.payoffInterest,
  };
}

function feeOf(
  answers: DraftAnswers,
  { row, currency, errors }: { row: number; currency: Currency; errors: FieldErrors },
): ProductFee | undefined {
  const { Code: code, When: when, Value: value, Of: of, Tax: tax } = feeAnswers(answers, row);
  if (code === '') {
    if (value !== '') errors[`fee${row}Code`] = 'Choose which fee this is, or empty how much it is';
    return undefined;
  }
  const common = { code, when, taxPercent: tax ?? rateOf('0') };
  if (of === 'amount') {
    const amount = parseMoney(value, currency);
    if (amount.ok && amount.value > 0n) return { ...common, amount: amount.value satisfies Money };
    errors[`fee${row}Value`] = 'Enter the fee as an amount above zero, with digits only';
    return undefined;
  }
  const percent = parseRate(value);
  if (percent.ok && percent.value !== '0') return { ...common, percent: percent.value, percentOf: of };
  errors[`fee${row}Value`] = 'Enter the fee as a percentage above zero, like 1.5';
  return undefined;
}

function bucketOf(answers: DraftAnswers, row: number, errors: FieldErrors): NpaBucket | undefined {
  const {
    Code: code,
    Name: name,
    Alias: alias,
    From: from,
    Provision: provision,
    Npa: npa,
  } = bucketAnswers(answers, row);
  if (code === '' && name === '' && alias === '' && from === null && provision === null) return undefined;
  const field = (which: string) => `bucket${row}${which}`;
  if (!/^[a-z0-9-]{1,20}$/.test(code)) errors[field('Code')] = 'Enter a code of small letters, digits and dashes';
  if (name === '') errors[field('Name')] = 'Enter the name';
  if (alias === '') errors[field('Alias')] = 'Enter the other name';
  if (from === null) errors[field('From')] = 'Enter from how many days past due';
  if (provision === null) errors[field('Provision')] = 'Enter the provision; 0 for none';
  if (from === null || provision === null) return undefined;
  return { code, name, alias, fromDaysPastDue: from, provisionPercent: provision, npa: npa === 'yes' };
}
