import { formatsIn, type Formats } from '#core/format.ts';
import type { LoanTransaction } from '#features/loans/index.ts';
import { totalOf } from '../life/due.ts';
import type { Told } from '../life/act.service.ts';
import type { ActName } from './acts.ts';
import { reasonLength } from './acts.forms.ts';
import { transactionText } from './transaction-texts.ts';

interface Choice {
  value: string;
  text: string;
  sub?: string;
}

/** A field as the form's view draws it, with the component that does. */
export type FieldView = { name: string; label: string; hint?: string } & (
  | { as: 'field'; unit?: string; inputmode?: string; width?: string }
  | { as: 'date'; max?: string }
  | { as: 'select' | 'radios'; options: Choice[] }
  | { as: 'textarea'; maxlength: number }
  | { as: 'checkbox' }
);

export interface FieldFacts {
  told: Told;
  /** What can be undone, newest first. */
  reversible: readonly LoanTransaction[];
  dueDates: readonly string[];
  formats: Formats;
}

const shownDueDates = 60;

/** The fields of an act's form, in their order. */
export function actFields(name: ActName, facts: FieldFacts): FieldView[] {
  const { told, formats: bank } = facts;
  const { loan, product, run } = told;
  const formats = formatsIn(loan.currency, bank);
  const amount = (label: string, hint?: string): FieldView =>
    moneyField('amount', { label, hint, unit: loan.currency });
  const on: FieldView = {
    as: 'date',
    name: 'on',
    label: 'Counts from',
    max: told.today.toString(),
    hint: onHint(told, formats),
  };
  switch (name) {
    case 'payment':
      return [amount('Amount', `In arrears or due today: ${formats.money(totalOf(run.arrears))}`), on, note];
    case 'recovery':
      return [amount('Amount'), on, note];
    case 'bounce':
      return [transactionField('Which payment came back', facts), note];
    case 'undo':
      return [transactionField('Which transaction', facts), reason];
    case 'charge':
      return [
        chargeField,
        amount('Amount, with its tax'),
        moneyField('tax', { label: 'Tax in it', unit: loan.currency }),
        reason,
      ];
    case 'rate':
      return [rateField('annualRate', `Now ${formats.rate(loan.terms.at(-1)?.annualRate ?? '0')}`), on, reason];
    case 'moratorium':
      return [dueField(facts), ...moratoriumFields(product.moratorium.mostInstalments), reason];
    case 'reschedule':
      return [dueField(facts), countField('extraInstalments', 'How many more instalments'), reason];
    case 'restructure':
      return [dueField(facts), rateField('annualRate', 'Leave it empty to keep the rate'), ...graceFields, reason];
    case 'waiver':
      return [partField(told, formats), amount('Amount'), reason];
    case 'write-off':
      return [reason];
  }
}

const reason: FieldView = {
  as: 'textarea',
  name: 'reason',
  label: 'Why',
  hint: `${reasonLength.least} to ${reasonLength.most} characters. It stays with the loan, for colleagues only.`,
  maxlength: reasonLength.most,
};
const note: FieldView = {
  as: 'textarea',
  name: 'note',
  label: 'Note (optional)',
  hint: 'How it came, for colleagues only.',
  maxlength: reasonLength.most,
};

function moneyField(
  name: string,
  { label, hint, unit }: { label: string; hint?: string | undefined; unit: string },
): FieldView {
  return {
    as: 'field',
    name,
    label,
    unit,
    inputmode: 'decimal',
    width: 'amount',
    ...(hint === undefined ? {} : { hint }),
  };
}

function onHint({ loan }: Told, formats: Formats): string {
  return `From ${formats.date(loan.disbursedOn)} to today. A day that is past is counted as if it had been recorded then.`;
}

function rateField(name: string, hint: string): FieldView {
  return { as: 'field', name, label: 'New rate', unit: '% a year', inputmode: 'decimal', width: 'amount', hint };
}

function countField(name: string, label: string, hint?: string): FieldView {
  return { as: 'field', name, label, inputmode: 'numeric', width: 'short', ...(hint === undefined ? {} : { hint }) };
}

function transactionField(label: string, { reversible, told, formats: bank }: FieldFacts): FieldView {
  const formats = formatsIn(told.loan.currency, bank);
  const options = reversible.map((one) => ({
    value: one._id,
    text: `${one.number}. ${transactionText(one, formats)}, ${formats.money(one.amount)}, ${formats.date(one.on)}`,
  }));
  return { as: 'select', name: 'transaction', label, options: [{ value: '', text: 'Choose one' }, ...options] };
}

function dueField({ dueDates, formats }: FieldFacts): FieldView {
  const options = dueDates.slice(0, shownDueDates).map((date) => ({ value: date, text: formats.date(date) }));
  return { as: 'select', name: 'fromDueOn', label: 'From the instalment due on', options };
}

const chargeField: FieldView = {
  as: 'radios',
  name: 'code',
  label: 'What it is for',
  options: [
    { value: 'other', text: 'A service that was asked for' },
    { value: 'late', text: 'A late payment' },
    { value: 'bounce', text: 'A payment that came back' },
  ],
};

function partField({ run }: Told, formats: Formats): FieldView {
  const { arrears } = run;
  return {
    as: 'radios',
    name: 'part',
    label: 'What to let go',
    options: [
      { value: 'fee', text: 'Fees', sub: `${formats.money(arrears.fee)} owed` },
      { value: 'penalty', text: 'Penalties', sub: `${formats.money(arrears.penalty)} owed` },
      { value: 'interest', text: 'Interest', sub: `${formats.money(arrears.interest)} owed` },
    ],
  };
}

function moratoriumFields(most: number): FieldView[] {
  return [
    countField('instalments', 'For how many instalments', `The product allows ${most} at most`),
    {
      as: 'radios',
      name: 'pays',
      label: 'What is paid meanwhile',
      options: [
        { value: 'nothing', text: 'Nothing', sub: 'The interest falls due with the first instalment after it' },
        { value: 'interest-only', text: 'Interest only' },
      ],
    },
    {
      as: 'radios',
      name: 'ends',
      label: 'When the loan ends',
      options: [
        { value: 'later', text: 'As much later' },
        { value: 'same', text: 'As agreed, with higher instalments' },
      ],
    },
  ];
}

const graceFields: FieldView[] = [
  countField('extraInstalments', 'More instalments', '0 to keep their number'),
  countField('interestGrace', 'First of them without any payment'),
  countField('principalGrace', 'Then with interest only'),
  { as: 'checkbox', name: 'capitalise', label: 'Add what is in arrears to the principal' },
];
