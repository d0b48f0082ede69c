import { parts } from '#features/schedules/index.ts';
import { dayCountNames, methodNames } from '../plain-words.ts';
import { optionsOf, select, text, tick, type FormSection, type Option } from './draft-controls.view.ts';
import { needsSection, rhythmTicks } from './draft-needs.view.ts';
import { orders, places } from './draft.forms.ts';

const number = (name: string, label: string, more: object = {}) =>
  text(name, label, { width: 'amount', inputmode: 'numeric', maxlength: 4, ...more });
const percent = (name: string, label: string, more: object = {}) =>
  text(name, label, { width: 'amount', inputmode: 'decimal', maxlength: 12, unit: '%', ...more });

export interface FieldFacts {
  currency: string;
  baseRates: Option[];
}

/** The sections of the form whose fields stand once each. */
export function formSections(facts: FieldFacts): FormSection[] {
  return [
    aboutSection(facts),
    needsSection(),
    interestSection(facts),
    repaymentSection(facts),
    startSection(),
    allocationSection(),
    penaltySection(),
    prepaymentSection(facts),
  ];
}

function aboutSection({ currency }: FieldFacts): FormSection {
  const money = { width: 'amount', inputmode: 'decimal', maxlength: 20, unit: currency };
  return {
    title: 'About',
    controls: [
      text('name', 'Name', { maxlength: 60 }),
      text('summary', 'Summary', { hint: 'One or two sentences for customers', maxlength: 200 }),
      tick('offered', 'Offered to new borrowers'),
      {
        component: 'textarea',
        name: 'purposes',
        label: 'Purposes',
        hint: 'What the borrower chooses from, one a line',
        rows: 5,
      },
      text('minAmount', 'Smallest amount', money),
      text('maxAmount', 'Largest amount', money),
      number('minInstalments', 'Shortest term', { unit: 'instalments' }),
      number('maxInstalments', 'Longest term', { unit: 'instalments' }),
    ],
  };
}

function interestSection({ baseRates }: FieldFacts): FormSection {
  const kinds = [
    { value: 'fixed', text: 'Fixed' },
    { value: 'floating', text: 'Floating: a base rate plus a spread' },
  ];
  return {
    title: 'Interest',
    controls: [
      select('rateKind', 'Kind of rate', kinds),
      percent('annualRate', 'Rate a year', { hint: 'For a fixed rate' }),
      select('base', 'Base rate', [{ value: '', text: 'None' }, ...baseRates], { hint: 'For a floating rate' }),
      percent('spread', 'Spread', { hint: 'For a floating rate: what is added to the base rate' }),
      select('dayCount', 'Days are counted', optionsOf(dayCountNames)),
    ],
  };
}

function repaymentSection({ currency }: FieldFacts): FormSection {
  return {
    title: 'Instalments',
    controls: [
      select('method', 'Method', optionsOf(methodNames)),
      number('every', 'An instalment every', { hint: '1 for each month or week, 3 for each third' }),
      select('unit', 'Months, weeks or days', [
        { value: 'month', text: 'Months' },
        { value: 'week', text: 'Weeks' },
        { value: 'day', text: 'Days' },
      ]),
      ...rhythmTicks(),
      select('instalmentBasis', 'Instalment solved from', [
        { value: 'day-count', text: 'The counted days' },
        { value: 'nominal', text: 'The nominal rate a period' },
      ]),
      select('roundingMode', 'Halves of a cent are rounded', [
        { value: 'half-even', text: 'To the even cent' },
        { value: 'half-up', text: 'Up' },
      ]),
      text('roundTo', 'Instalments rounded to', {
        hint: 'Empty for the smallest unit; 1 for whole units',
        width: 'amount',
        inputmode: 'decimal',
        maxlength: 20,
        unit: currency,
      }),
      select('roundToMode', 'Instalments are rounded', [
        { value: 'nearest', text: 'To the nearest' },
        { value: 'up', text: 'Always up' },
      ]),
    ],
  };
}

function startSection(): FormSection {
  const instalments = { unit: 'instalments' };
  return {
    title: 'Start and end',
    controls: [
      number('principalGrace', 'Principal grace', { ...instalments, hint: 'At the start, with interest only' }),
      number('interestGrace', 'Interest grace', { ...instalments, hint: 'At the start; the interest falls due after' }),
      number('moratoriumMost', 'Longest moratorium', { ...instalments, hint: 'While the loan runs; 0 for none' }),
      percent('downPaymentPercent', 'Down payment', { hint: 'Of the amount; 0 for none' }),
      percent('balloonPercent', 'Extra last payment', { hint: 'Of the amount; 0 for none' }),
      number('mostTranches', 'Paid out in at most', { unit: 'parts' }),
      number('coolingOffDays', 'Cooling-off', {
        unit: 'days',
        hint: 'To give the money back without a fee; 0 for none',
      }),
    ],
  };
}

function allocationSection(): FormSection {
  const names = { pastDue: 'What is past due', due: 'What is due', inAdvance: 'What is paid in advance' };
  const ranks = ['first', 'second', 'third', 'last'];
  const options = parts.map((part) => ({ value: part, text: part.charAt(0).toUpperCase() + part.slice(1) }));
  return {
    title: 'Order of payments',
    hint: 'What a payment settles first, second, third and last.',
    controls: [
      ...orders.flatMap((order) =>
        places.map((place) =>
          select(`${order}${place}`, `${names[order]}: ${ranks[place - 1] ?? ''}`, options, { width: 'amount' }),
        ),
      ),
      select('across', 'Several instalments', [
        { value: 'instalment', text: 'One instalment after the other' },
        { value: 'part', text: 'One part of all of them after the other' },
      ]),
    ],
  };
}

function penaltySection(): FormSection {
  return {
    title: 'Penalty',
    hint: 'Never charged on a penalty.',
    controls: [
      select('penaltyOf', 'Charged on', [
        { value: 'none', text: 'No penalty' },
        { value: 'overdue-principal', text: 'The overdue principal' },
        { value: 'overdue-instalment', text: 'The overdue instalment' },
      ]),
      percent('penaltyPercent', 'Penalty'),
      select('penaltyBasis', 'The penalty is', [
        { value: 'annual', text: 'A year, by the day' },
        { value: 'once', text: 'Once for an instalment' },
      ]),
      number('penaltyGraceDays', 'Grace', { unit: 'days', hint: 'Past due without a penalty' }),
    ],
  };
}

function prepaymentSection({ currency }: FieldFacts): FormSection {
  return {
    title: 'Prepayment',
    controls: [
      tick('prepayAllowed', 'The borrower may pay early'),
      number('lockIn', 'Lock-in', { unit: 'instalments', hint: 'To be paid before; 0 for none' }),
      text('prepayMin', 'Smallest prepayment', {
        width: 'amount',
        inputmode: 'decimal',
        maxlength: 20,
        unit: currency,
      }),
      tick('effectShorten', 'May end the loan sooner'),
      tick('effectLower', 'May lower the instalments'),
      tick('effectNext', 'May pay the next instalments'),
      select('rest', 'Interest falls', [
        { value: 'daily', text: 'From the day of payment' },
        { value: 'period', text: 'From the next period' },
      ]),
      select('payoffInterest', 'Paying off early costs interest', [
        { value: 'to-date', text: 'To that day' },
        { value: 'to-due-date', text: 'To the next due date' },
      ]),
    ],
  };
}
