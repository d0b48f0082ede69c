import type { PlainDate } from '#core/calendar.ts';
import { toDecimalString, type Currency, type Money } from '#core/money.ts';
import type { FormState } from '#web/forms.ts';
import type { Target } from './parts.ts';
import { endChoices, readTiming, whenChoices, type Rhythm } from './timing.rules.ts';
import { readTarget, sealedFields } from './transfer.forms.ts';

/** Where and when a transfer goes, read out of fields that only have a meaning together. */
export interface Draft {
  target: Target;
  rhythm: Rhythm | undefined;
}

/** The draft, or a sentence at each field that is wrong; also read where other fields are wrong, to say all at once. */
export function readDraft(
  values: Record<string, string>,
  today: PlainDate,
): { draft: Draft | undefined; errors: Record<string, string> } {
  const text = (name: string) => values[name] ?? '';
  const target = readTarget({ to: text('to'), number: text('number') });
  const when = whenChoices.find((one) => one === text('when')) ?? 'now';
  const end = endChoices.find((one) => one === text('end')) ?? 'open';
  const typed = { startOn: text('startOn'), every: text('every'), until: text('until'), times: text('times') };
  const timing = readTiming({ when, end, ...typed }, today);
  const errors = Object.fromEntries(
    [target, timing].flatMap((one) => (one.ok ? [] : [[one.refusal.field, one.refusal.sentence]])),
  ) as Record<string, string>;
  return { draft: target.ok && timing.ok ? { target: target.value, rhythm: timing.value } : undefined, errors };
}

/** Both kinds of faults, in the order of the fields on the page. */
export function withFaults(form: FormState, errors: Record<string, string>): FormState {
  const all = { ...errors, ...form.errors };
  const order = ['form', ...sealedFields].filter((field) => all[field] !== undefined);
  const names = [...new Set([...order, ...Object.keys(all)])];
  return { ...form, errors: Object.fromEntries(names.map((name) => [name, all[name] ?? ''])) };
}

/** The fields of the check page's form: what was understood, in one spelling. */
export function hiddenValues(
  values: Record<string, string>,
  understood: { key: string; draft: Draft; amount: Money; currency: Currency; reference: string; nameShown: string },
): Record<string, string> {
  const { key, draft, amount, currency, reference, nameShown } = understood;
  const { target, rhythm } = draft;
  const text = (name: string) => (rhythm ? (values[name] ?? '').trim() : '');
  return {
    key,
    fromId: values.fromId ?? '',
    to: target.kind === 'number' ? 'number' : (values.to ?? ''),
    number: target.kind === 'number' ? target.number : '',
    amount: toDecimalString(amount, currency),
    reference,
    when: values.when ?? 'now',
    startOn: text('startOn'),
    every: text('every'),
    end: rhythm ? (values.end ?? 'open') : 'open',
    until: text('until'),
    times: text('times'),
    nameShown,
  };
}
