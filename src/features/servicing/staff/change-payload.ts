import { z } from 'zod';
import { dateOf, dateText, type PlainDate } from '#core/calendar.ts';
import { moneyOf } from '#core/money.ts';
import { parseRate } from '#core/rate.ts';
import type { Json } from '#features/approvals/index.ts';
import type { Act } from '../life/act.ts';

/** What a second person decides on, as it lies in the request: amounts as text of minor units. */

/** The kinds of requests, by the kind of act. */
export const changeKinds = {
  waiver: 'loan-waiver',
  restructure: 'loan-restructure',
  reschedule: 'loan-reschedule',
  'write-off': 'loan-write-off',
  reversal: 'loan-undo',
  'rate-change': 'loan-rate',
} as const;
export type ChangeKind = keyof typeof changeKinds;
export type ChangeAct = Extract<
  Act,
  { kind: 'waiver' | 'restructure' | 'reschedule' | 'write-off' | 'reversal' | 'rate-change' }
> & { kind: ChangeKind };

/** What is asked for, and from when it counts where a day was given. */
export interface Change {
  loanId: string;
  act: Act;
  on?: PlainDate;
}

const rows = z.number().int().min(0).max(600).optional();
const rate = z.string().refine((text) => parseRate(text).ok);
const change = z.strictObject({
  annualRate: rate.optional(),
  fromDueOn: z.iso.date(),
  extraInstalments: rows,
  interestGrace: rows,
  principalGrace: z.number().int().min(0).max(1200).optional(),
  capitalise: z.literal('arrears').optional(),
});
const minorUnits = z
  .string()
  .regex(/^[1-9]\d{0,17}$/)
  .transform((text) => moneyOf(BigInt(text)));

const shape = z.strictObject({
  loanId: z.string().min(1).max(64),
  on: z.iso.date().optional(),
  act: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('waiver'), part: z.enum(['fee', 'penalty', 'interest']), amount: minorUnits }),
    z.strictObject({ kind: z.literal('restructure'), change }),
    z.strictObject({ kind: z.literal('reschedule'), change }),
    z.strictObject({ kind: z.literal('write-off') }),
    z.strictObject({ kind: z.literal('reversal'), reverses: z.string().min(1).max(100) }),
    z.strictObject({ kind: z.literal('rate-change'), annualRate: rate }),
  ]),
});

/** Whether a second person decides on the like of it; for some, only in certain cases. */
export function isChange(act: Act): act is ChangeAct {
  return act.kind in changeKinds;
}

export function toPayload({ loanId, act, on }: Change): Json {
  const day = on === undefined ? {} : { on: dateText(on) };
  return { loanId, ...day, act: JSON.parse(JSON.stringify(act, asText)) as Json };
}

function asText(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Throws where the payload is not one that `toPayload` made of this kind of request. */
export function fromPayload(kind: ChangeKind, payload: Json): Change {
  const { loanId, act, on } = shape.parse(payload);
  if (act.kind !== kind) throw new RangeError(`A request of another kind: ${act.kind}`);
  const head = { loanId, ...(on === undefined ? {} : { on: dateOf(on) }) };
  if (!('change' in act)) return { ...head, act };
  const given = Object.entries(act.change).filter(([, value]) => value !== undefined);
  return { ...head, act: { kind: act.kind, change: Object.fromEntries(given) } };
}
