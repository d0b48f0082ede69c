import { formatsIn, type Formats } from '#core/format.ts';
import { negate, parseMoney, zero } from '#core/money.ts';
import type { ChartAccount } from '#features/ledger/index.ts';
import { loanAccounts, type Loan } from '#features/loans/index.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { Foreseen } from '../life/foresee.ts';
import { actFields, type FieldFacts, type FieldView } from './act-fields.view.ts';
import { actFacts, askButton, type ActName } from './acts.ts';
import { comingRows, effectRows } from './effect.ts';

const shownRows = 8;

function frameOf(name: ActName, { loan, borrower }: { loan: Loan; borrower: string }) {
  const { title, lead } = actFacts[name];
  return {
    title,
    crumbs: [
      { text: 'Loans', href: paths.staffLoans },
      { text: loan.number, href: paths.staffLoan(loan._id) },
      { text: title },
    ],
    head: { title, sub: `Loan ${loan.number} of ${borrower}` },
    lead,
    action: paths.staffLoanAct(loan._id, name),
    back: paths.staffLoan(loan._id),
  };
}

/** `/staff/loans/:id/:act`: what is needed for it. */
export function enterPage(
  name: ActName,
  facts: FieldFacts & { borrower: string; form: FormState; closed: string | undefined },
) {
  const { told, borrower, form, closed } = facts;
  return {
    ...frameOf(name, { loan: told.loan, borrower }),
    form,
    closed,
    fields: closed === undefined ? actFields(name, facts) : [],
    check: undefined,
  };
}

export interface CheckFacts extends FieldFacts {
  borrower: string;
  foreseen: Foreseen;
  chart: ReadonlyMap<string, ChartAccount>;
  form: FormState;
  /** The fields as they were typed. */
  values: Record<string, string>;
  key: string;
  decided: 'at-once' | 'by-a-second-person';
}

/** The same address after the form was sent: what would come of it, before it is done. */
export function checkPage(name: ActName, facts: CheckFacts) {
  const { told, borrower, foreseen, form, values, key, decided } = facts;
  const { loan } = told;
  const formats = formatsIn(loan.currency, facts.formats);
  const { button } = actFacts[name];
  const hidden = Object.entries({ ...values, key, version: String(foreseen.told.loan.version) });
  return {
    ...frameOf(name, { loan, borrower }),
    form,
    closed: undefined,
    fields: [],
    check: {
      button: decided === 'at-once' ? button : askButton,
      note:
        decided === 'at-once'
          ? 'Nothing is done yet. Look at what would change, then confirm.'
          : 'Nothing is done yet. A second person sees the same and decides; it is worked out anew then.',
      hidden: hidden.map(([field, value]) => ({ name: field, value })),
      answers: answersOf(name, facts),
      effects: effectTable(foreseen, formats),
      rows: instalmentTable(foreseen, formats),
      postings: postingTable(facts, formats),
    },
  };
}

function answersOf(name: ActName, facts: CheckFacts) {
  return actFields(name, facts).flatMap((field) => {
    const value = facts.values[field.name] ?? '';
    if (value === '') return [];
    return [
      {
        label: field.label.replace(' (optional)', ''),
        value: answerText(field, value, formatsIn(facts.told.loan.currency, facts.formats)),
      },
    ];
  });
}

function answerText(field: FieldView, value: string, formats: Formats): string {
  switch (field.as) {
    case 'select':
    case 'radios':
      return field.options.find((option) => option.value === value)?.text ?? value;
    case 'date':
      return formats.date(value);
    case 'checkbox':
      return 'Yes';
    case 'textarea':
      return value;
    case 'field':
      return field.unit === undefined ? value : `${amountText(value, formats)} ${field.unit}`;
  }
}

/** As the page writes amounts, where it is one. */
function amountText(value: string, formats: Formats): string {
  const parsed = parseMoney(value, formats.currency);
  return parsed.ok ? formats.money(parsed.value) : value;
}

function effectTable(foreseen: Foreseen, formats: Formats) {
  const rows = effectRows(foreseen, formats);
  if (rows.length === 0) return undefined;
  return {
    caption: `The loan now and after, amounts in ${formats.currency}`,
    captionHidden: false,
    columns: [
      { key: 'what', label: 'What' },
      { key: 'before', label: 'Now', kind: 'num' },
      { key: 'after', label: 'After', kind: 'num' },
    ],
    rows: rows.map(({ label, before, after }) => ({ cells: { what: label, before, after } })),
  };
}

function instalmentTable(foreseen: Foreseen, formats: Formats) {
  const rows = comingRows(foreseen, shownRows);
  if (rows.length === 0) return undefined;
  return {
    caption: `The next ${rows.length} due dates, what is still owed of each, in ${formats.currency}`,
    captionHidden: false,
    columns: [
      { key: 'due', label: 'Due date' },
      { key: 'before', label: 'Now', kind: 'num' },
      { key: 'after', label: 'After', kind: 'num' },
    ],
    rows: rows.map(({ dueOn, before, after }) => ({
      cells: {
        due: formats.date(dueOn),
        before: before === undefined ? 'Settled' : formats.money(before),
        after: after === undefined ? 'Settled' : formats.money(after),
      },
    })),
  };
}

function postingTable({ foreseen, chart }: CheckFacts, formats: Formats) {
  const { postings, told } = foreseen;
  if (postings.length === 0) return undefined;
  return {
    caption: `What is posted today, in ${formats.currency}`,
    captionHidden: false,
    columns: [
      { key: 'account', label: 'Account' },
      { key: 'debit', label: 'Debit', kind: 'num' },
      { key: 'credit', label: 'Credit', kind: 'num' },
    ],
    rows: postings.map(({ account, amount }) => ({
      cells: {
        account: chart.get(account)?.name ?? unopenedName(account, told.loan._id),
        debit: amount > zero ? formats.money(amount) : '',
        credit: amount < zero ? formats.money(negate(amount)) : '',
      },
    })),
  };
}

/** Accounts that few loans need are opened when they first do. */
function unopenedName(account: string, loanId: string): string {
  if (account === loanAccounts(loanId).penalties) return 'Loan penalties receivable';
  return account === loanAccounts(loanId).overpaid ? 'Loan overpaid' : account;
}
