import { z } from 'zod';
import type { PlainDate } from '#core/calendar.ts';
import { toDecimalString, zero, type Currency } from '#core/money.ts';
import { parseRate } from '#core/rate.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { TermsChange } from '#features/loans/index.ts';
import {
  choiceField,
  dateField,
  longTextField,
  moneyField,
  operationKeyField,
  optionalText,
  rateField,
  versionField,
  wholeNumberField,
} from '#web/fields.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import type { ActName, Asked } from './acts.ts';

export const reasonLength = { least: 20, most: 500 } as const;
const most = 600;

const reason = longTextField({ what: 'the reason', max: reasonLength.most }).refine(
  (text) => text.length >= reasonLength.least,
  `Use at least ${reasonLength.least} characters, so that a colleague understands it later`,
);
const note = optionalText({ what: 'the note', max: reasonLength.most });
const day = dateField({ what: 'the day it counts from' });
const transaction = z
  .string({ error: 'Choose a transaction' })
  .max(100, 'Choose a transaction')
  .regex(/^[\w:.-]+$/, 'Choose a transaction');
const dueDate = dateField({ what: 'the first due date that changes' });
const count = (what: string, min = 0) => wholeNumberField({ what, min, max: most });
const step = choiceField(['check', 'confirm'], 'Send the form from its page');

export const waivedParts = ['fee', 'penalty', 'interest'] as const;
export const chargeCodes = ['other', 'late', 'bounce'] as const;
export const moratoriumKinds = ['nothing', 'interest-only'] as const;
export const moratoriumEnds = ['later', 'same'] as const;

/** An empty answer is none. */
const optionalRate = z
  .string()
  .default('')
  .transform((text, context) => {
    if (text.trim() === '') return undefined;
    const parsed = parseRate(text);
    if (parsed.ok) return parsed.value;
    context.addIssue({ code: 'custom', message: 'Enter the new rate as a number like 9.6, or leave it empty' });
    return z.NEVER;
  });

type Read = Result<Asked, { field: string; message: string }>;
type Reader = (body: unknown) => { form: FormState; asked: Asked | undefined };

/** Reads a form by its fields, and makes of them what is asked for. */
function reader<S extends z.ZodRawShape>(
  shape: S,
  read: (value: z.output<z.ZodObject<S>>) => Read,
): { shape: z.ZodRawShape; read: Reader } {
  // The act's own fields, without what every form has.
  const fields = z.object(shape);
  const check = z.strictObject({ ...shape, step });
  const confirm = z.strictObject({ ...shape, step, key: operationKeyField, version: versionField });
  return {
    shape,
    read: (body) => {
      const parsed = parseForm(isConfirmed(body) ? confirm : check, body);
      if (!parsed.ok) return { form: parsed.form, asked: undefined };
      const asked = read(fields.parse(parsed.form.values));
      if (asked.ok) return { form: parsed.form, asked: asked.value };
      return { form: withError(parsed.form, asked.refusal.field, asked.refusal.message), asked: undefined };
    },
  };
}

export function isConfirmed(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'step' in body && body.step === 'confirm';
}

const changed = (act: 'moratorium' | 'reschedule' | 'restructure', change: TermsChange, why: string): Read =>
  ok({ act: { kind: act, change }, reason: why });

function readers(currency: Currency): Record<ActName, { shape: z.ZodRawShape; read: Reader }> {
  const amount = moneyField({ what: 'the amount', currency });
  const tax = moneyField({ what: 'the tax in it', currency, zeroAllowed: 'zero-allowed' });
  return {
    payment: reader({ amount, on: day, note }, (form) =>
      ok({ act: { kind: 'payment', from: 'cash', amount: form.amount }, on: form.on, reason: form.note }),
    ),
    bounce: reader({ transaction, note }, (form) =>
      ok({ act: { kind: 'reversal', reverses: form.transaction, bounce: 'charged' }, reason: form.note }),
    ),
    undo: reader({ transaction, reason }, (form) =>
      ok({ act: { kind: 'reversal', reverses: form.transaction }, reason: form.reason }),
    ),
    charge: reader(
      { code: choiceField(chargeCodes, 'Choose what the fee is for'), amount, tax, reason },
      ({ code, amount: charged, tax: within, reason: why }) =>
        within >= charged
          ? refuse({ field: 'tax', message: 'Enter less tax than the fee that it is in' })
          : ok({ act: { kind: 'charge', code, amount: charged, tax: within }, reason: why }),
    ),
    rate: reader({ annualRate: rateField({ what: 'the new rate a year' }), on: day, reason }, (form) =>
      ok({ act: { kind: 'rate-change', annualRate: form.annualRate }, on: form.on, reason: form.reason }),
    ),
    moratorium: reader(
      {
        fromDueOn: dueDate,
        instalments: count('the number of instalments', 1),
        pays: choiceField(moratoriumKinds, 'Choose what is paid meanwhile'),
        ends: choiceField(moratoriumEnds, 'Choose when the loan ends'),
        reason,
      },
      (form) => changed('moratorium', moratoriumOf(form), form.reason),
    ),
    ...changeReaders(amount),
    'write-off': reader({ reason }, (form) => ok({ act: { kind: 'write-off' }, reason: form.reason })),
    recovery: reader({ amount, on: day, note }, (form) =>
      ok({ act: { kind: 'recovery', from: 'cash', amount: form.amount }, on: form.on, reason: form.note }),
    ),
  };
}

/** Of changes that a second person decides on. */
function changeReaders(amount: ReturnType<typeof moneyField>) {
  return {
    reschedule: reader({ fromDueOn: dueDate, extraInstalments: count('how many more', 1), reason }, (form) =>
      changed(
        'reschedule',
        { fromDueOn: form.fromDueOn.toString(), extraInstalments: form.extraInstalments },
        form.reason,
      ),
    ),
    restructure: reader(
      {
        fromDueOn: dueDate,
        annualRate: optionalRate,
        extraInstalments: count('how many more'),
        interestGrace: count('the instalments without any payment'),
        principalGrace: count('the instalments with interest only'),
        capitalise: z.literal('yes', { error: 'Tick the box or leave it' }).optional(),
        reason,
      },
      ({ reason: why, ...form }) => {
        const change = restructureOf(form);
        if (Object.keys(change).length > 1) return changed('restructure', change, why);
        return refuse({ field: 'form', message: 'Say what shall change: the rate, the instalments, grace or arrears' });
      },
    ),
    waiver: reader({ part: choiceField(waivedParts, 'Choose what to let go'), amount, reason }, (form) =>
      ok({ act: { kind: 'waiver', part: form.part, amount: form.amount }, reason: form.reason }),
    ),
  };
}

function moratoriumOf(form: { fromDueOn: PlainDate; instalments: number; pays: string; ends: string }): TermsChange {
  const { fromDueOn, instalments, pays, ends } = form;
  return {
    fromDueOn: fromDueOn.toString(),
    ...(pays === 'nothing' ? { interestGrace: instalments } : { principalGrace: instalments }),
    ...(ends === 'later' ? { extraInstalments: instalments } : {}),
  };
}

function restructureOf(form: {
  fromDueOn: PlainDate;
  annualRate?: string | undefined;
  extraInstalments: number;
  interestGrace: number;
  principalGrace: number;
  capitalise?: 'yes' | undefined;
}): TermsChange {
  const { fromDueOn, annualRate, extraInstalments, interestGrace, principalGrace, capitalise } = form;
  return {
    fromDueOn: fromDueOn.toString(),
    ...(annualRate === undefined ? {} : { annualRate }),
    ...(extraInstalments === 0 ? {} : { extraInstalments }),
    ...(interestGrace === 0 ? {} : { interestGrace }),
    // Rows without interest pay no principal either; those with interest only come after them.
    ...(principalGrace === 0 ? {} : { principalGrace: interestGrace + principalGrace }),
    ...(capitalise ? { capitalise: 'arrears' } : {}),
  };
}

export interface ReadAct {
  form: FormState;
  /** Undefined where the input is wrong. */
  asked: Asked | undefined;
  /** Only of a form that was confirmed. */
  key: string;
  version: number;
}

export function readAct(name: ActName, body: unknown, currency: Currency): ReadAct {
  const { form, asked } = readers(currency)[name].read(body);
  const { key = '', version = '0' } = form.values;
  return { form, asked, key, version: Number(version) };
}

/** The fields as they were typed, to go on from the check page; nothing else of what was sent. */
export function fieldValues(name: ActName, form: FormState, currency: Currency): Record<string, string> {
  const { shape } = readers(currency)[name];
  return Object.fromEntries(Object.entries(form.values).filter(([field]) => field in shape));
}

/** What a new form begins with. */
export function startValues(
  name: ActName,
  facts: { today: string; dueOn: string | undefined; query: unknown; currency: Currency },
): Record<string, string> {
  const { today, dueOn = '', query, currency } = facts;
  const given = typeof query === 'object' && query !== null && 'transaction' in query ? query.transaction : '';
  const chosen = typeof given === 'string' && parsesAsTransaction(given) ? { transaction: given } : {};
  const none = toDecimalString(zero, currency);
  switch (name) {
    case 'payment':
    case 'recovery':
    case 'rate':
      return { on: today };
    case 'bounce':
    case 'undo':
      return chosen;
    case 'charge':
      return { code: 'other', tax: none };
    case 'moratorium':
      return { fromDueOn: dueOn, instalments: '1', pays: 'nothing', ends: 'later' };
    case 'reschedule':
      return { fromDueOn: dueOn };
    case 'restructure':
      return { fromDueOn: dueOn, extraInstalments: '0', interestGrace: '0', principalGrace: '0' };
    case 'waiver':
      return { part: 'fee' };
    case 'write-off':
      return {};
  }
}

function parsesAsTransaction(text: string): boolean {
  return transaction.safeParse(text).success;
}
