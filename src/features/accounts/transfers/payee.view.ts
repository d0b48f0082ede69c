import type { Formats } from '#core/format.ts';
import type { FormState } from '#web/forms.ts';
import type { PagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { Payee, PayeeRefusal } from './payee.service.ts';
import { explainTransfer, newPayeeSentence } from './transfer-refusals.ts';
import { transferPolicy } from './transfer.rules.ts';
import { spacedNumber } from './transfer.view.ts';

const transferCrumb = { text: 'Transfer', href: paths.transfer };
const crumbs = [transferCrumb, { text: 'Payees', href: paths.payees }];

const columns = [
  { key: 'name', label: 'Payee', grow: true },
  { key: 'number', label: 'Account number', kind: 'num', hideSmall: true },
  { key: 'saved', label: 'Saved', kind: 'num', hideSmall: true },
];

/** `/transfer/payees` */
export function payeesPage(facts: { payees: readonly Payee[]; paging: PagingView; formats: Formats }) {
  const { payees, paging, formats } = facts;
  return {
    title: 'Payees',
    crumbs: [transferCrumb, { text: 'Payees' }],
    add: { href: paths.addPayee, text: 'Add a payee', icon: 'plus' },
    table: {
      caption: 'Your payees by the name that you gave them',
      captionHidden: true,
      columns,
      rows: payees.map((payee) => ({
        cells: {
          name: {
            text: payee.nickname,
            href: paths.payee(payee.id),
            sub: payee.maskedName,
            subSmall: spacedNumber(payee.number),
          },
          number: spacedNumber(payee.number),
          saved: formats.instant(payee.createdAt),
        },
      })),
    },
    paging,
    empty: {
      title: 'You have no payees yet',
      text: 'Save the accounts you send money to, and find them by a name of your own.',
      action: { href: paths.addPayee, text: 'Add a payee' },
    },
  };
}

/** `/transfer/payees/add` */
export function addPayeePage(form: FormState) {
  return {
    title: 'Add a payee',
    crumbs: [...crumbs, { text: 'Add' }],
    action: paths.payeeCheck,
    back: paths.payees,
    form,
  };
}

/** The holder's name in part, before the payee is saved. */
export function checkPayeePage(facts: {
  maskedName: string;
  hidden: Record<string, string>;
  form: FormState;
  formats: Formats;
}) {
  const { maskedName, hidden, form, formats } = facts;
  return {
    title: 'Check the payee',
    crumbs: [...crumbs, { text: 'Check' }],
    action: paths.payees,
    back: paths.addPayee,
    form,
    hidden: Object.entries(hidden).map(([name, value]) => ({ name, value })),
    rows: [
      { label: 'You call them', value: hidden.nickname ?? '' },
      { label: 'Account number', value: spacedNumber((hidden.number ?? '').replace(/\s/g, '')) },
      { label: 'Account holder', value: maskedName },
    ],
    label: `${maskedName} is who I mean`,
    cooling: `${newPayeeSentence(formats)}. The hours count from now.`,
  };
}

/** `/transfer/payees/:id`: rename and remove. */
export function payeePage({ payee, form, formats }: { payee: Payee; form?: FormState; formats: Formats }) {
  return {
    title: payee.nickname,
    crumbs: [...crumbs, { text: payee.nickname }],
    sub: payee.maskedName,
    send: { href: `${paths.transfer}?payee=${payee.id}`, text: 'Send money' },
    form: form ?? { values: { nickname: payee.nickname }, errors: {} },
    version: payee.version,
    rows: [
      { label: 'Account holder', value: payee.maskedName },
      { label: 'Account number', value: spacedNumber(payee.number) },
      { label: 'Saved', value: formats.instant(payee.createdAt) },
    ],
    rename: paths.renamePayee(payee.id),
    remove: paths.removePayee(payee.id),
    removal:
      'Transfers that are scheduled to them go on until you cancel those. Their name has to be confirmed again the next time.',
    back: paths.payees,
  };
}

export function explainPayee(
  refusal: PayeeRefusal,
  formats: Formats,
): { field: string; sentence: string; status: 409 | 422 } {
  switch (refusal.code) {
    case 'own-account':
      return {
        field: 'number',
        sentence: 'This is an account of your own. You can choose it in a transfer without saving it',
        status: 422,
      };
    case 'too-many-payees':
      return {
        field: 'form',
        sentence: `You have ${transferPolicy.mostPayees} payees, which is the most one person can have. Remove one first`,
        status: 409,
      };
    default: {
      const { field, sentence, status } = explainTransfer(refusal, formats);
      // Here nothing was to be moved.
      const plain = sentence.replace(/\. Nothing was moved/, '');
      return { field: field === 'to' ? 'number' : field, sentence: plain, status };
    }
  }
}
