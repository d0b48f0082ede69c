import { formatsIn, type Formats } from '#core/format.ts';
import { negate, zero } from '#core/money.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { mostAccounts } from '../own-accounts.service.ts';
import type { AccountTypeVersion } from './account-type.model.ts';
import type { OpenRefusal } from './opening.service.ts';

const kindNames = { current: 'Current account', savings: 'Savings account' } as const;

/** What an account is where its type is not at hand. */
export function kindName(kind: keyof typeof kindNames): string {
  return kindNames[kind];
}

/** `/accounts/open`: the form with a fresh key, which becomes the account's id. */
export function openPage(facts: {
  types: readonly AccountTypeVersion[];
  form: FormState;
  key: string;
  formats: Formats;
}) {
  const { types, form, key, formats } = facts;
  const asked = form.values.type ?? '';
  const chosen = types.find(({ _id, code }) => _id === asked || code === asked) ?? types[0];
  return {
    title: 'Open an account',
    crumbs: [{ text: 'Accounts', href: paths.accounts }, { text: 'Open an account' }],
    form: { ...form, values: { ...form.values, type: chosen?._id ?? '' } },
    key,
    options: types.map((type) => ({ value: type._id, text: type.name, sub: termsText(type, formats) })),
    back: paths.accounts,
  };
}

/** The terms of a type in plain words. */
function termsText(type: AccountTypeVersion, formats: Formats): string {
  const own = formatsIn(type.currency, formats);
  const { perTransfer, perDay } = type.limits;
  const interest =
    type.kind === 'savings' ? `Interest ${own.rate(type.annualRate)} a year; the rate can change.` : 'No interest.';
  const overdraft =
    type.floor < zero ? ` You can go below zero by up to ${own.moneyWithCurrency(negate(type.floor))}.` : '';
  return (
    `${type.sentence} ${interest} You can send up to ${own.moneyWithCurrency(perTransfer)} in one transfer ` +
    `and ${own.moneyWithCurrency(perDay)} in a day.${overdraft}`
  );
}

export function explainOpening(refusal: OpenRefusal): { field: string; sentence: string } {
  switch (refusal) {
    case 'too-many-accounts':
      return {
        field: 'name',
        sentence: `You have ${mostAccounts} accounts already, which is the most one person can have`,
      };
    case 'unknown-type':
      return { field: 'type', sentence: 'The terms changed since you opened the page. Look at them and choose again' };
  }
}
