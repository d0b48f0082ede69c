import { z } from 'zod';
import { isAccountNumber, isId } from '#core/ids.ts';
import type { Currency } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { choiceField, moneyField, operationKeyField, optionalText, textField, versionField } from '#web/fields.ts';
import type { Target } from './parts.ts';
import { endChoices, whenChoices } from './timing.rules.ts';

const shortText = (most: number) => z.string().max(most, `Use at most ${most} characters`).default('');

const entered = (currency: Currency) => ({
  fromId: z.string({ error: 'Choose the account it comes from' }).refine(isId, 'Choose the account it comes from'),
  to: shortText(60),
  number: shortText(40),
  amount: moneyField({ what: 'the amount', currency }),
  reference: optionalText({ what: 'the reference', max: 60 }),
  when: choiceField(whenChoices, 'Choose when the money is to go'),
  startOn: shortText(20),
  every: shortText(10),
  end: choiceField(endChoices, 'Choose when it ends').default('open'),
  until: shortText(20),
  times: shortText(10),
});

/** What is entered on `/transfer`. */
export const enterForm = (currency: Currency) => z.strictObject(entered(currency));

/** What the check page sends: the same again, with what it showed and the seal over all of it. */
export const confirmForm = (currency: Currency) =>
  z.strictObject({
    key: operationKeyField,
    ...entered(currency),
    nameShown: shortText(200),
    seal: shortText(100),
    confirmed: z.literal('yes').optional(),
  });

/** The fields that the check page brings back, in the order that they are sealed in. */
export const sealedFields = [
  'key',
  'fromId',
  'to',
  'number',
  'amount',
  'reference',
  'when',
  'startOn',
  'every',
  'end',
  'until',
  'times',
  'nameShown',
] as const;

export interface TargetFault {
  field: 'to' | 'number';
  sentence: string;
}

/** Where the money is to go: one of the list, or a number; two answers are never guessed between. */
export function readTarget({ to, number }: { to: string; number: string }): Result<Target, TargetFault> {
  const typed = number.trim() !== '';
  const listed = /^(own|payee):(.+)$/.exec(to);
  if (listed) {
    const [, kind, id = ''] = listed;
    if (typed)
      return refuse({
        field: 'number',
        sentence: 'Choose from the list or enter a number, not both. Empty one of them',
      });
    if (!isId(id)) return refuse({ field: 'to', sentence: 'Choose one from the list' });
    return ok(kind === 'own' ? { kind: 'own', accountId: id } : { kind: 'payee', payeeId: id });
  }
  if (to !== '' && to !== 'number') return refuse({ field: 'to', sentence: 'Choose one from the list' });
  if (!typed && to === '')
    return refuse({ field: 'to', sentence: 'Choose where the money goes, or enter an account number' });
  return readNumber(number);
}

export function readNumber(text: string): Result<{ kind: 'number'; number: string }, TargetFault> {
  const number = text.replace(/\s/g, '');
  const fault = (sentence: string) => refuse({ field: 'number' as const, sentence });
  if (!/^\d{12}$/.test(number)) return fault('Enter the 12 digits of the account number');
  // The check digits say so without anybody having to look.
  if (!isAccountNumber(number)) return fault('This is no account number of ours. Check its digits');
  return ok({ kind: 'number', number });
}

const nickname = textField({ what: 'a name for the payee', max: 40 });
const typedNumber = z
  .string({ error: 'Enter the account number' })
  .max(40, 'Enter the 12 digits of the account number');

export const payeeForm = z.strictObject({ number: typedNumber, nickname });

export const savePayeeForm = z.strictObject({
  number: typedNumber,
  nickname,
  nameShown: shortText(200),
  seal: shortText(100),
  confirmed: z.literal('yes').optional(),
});

export const sealedPayeeFields = ['number', 'nickname', 'nameShown'] as const;

export const renamePayeeForm = z.strictObject({ version: versionField, nickname });
export const versionForm = z.strictObject({ version: versionField });
