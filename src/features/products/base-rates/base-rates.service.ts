import type { Model } from 'mongoose';
import { z } from 'zod';
import { dateText, parseDate, type PlainDate } from '#core/calendar.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { parseRate, RateDecimal, rateOf, type Rate } from '#core/rate.ts';
import type { Actor } from '#core/roles.ts';
import type { ApprovalRequest, Approvals } from '#features/approvals/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import { productCode, type ProductTerms } from '../product-terms.ts';
import { baseRateCollection, baseRateModel, type BaseRate } from './base-rate.model.ts';

export interface BaseRateOrder {
  /** The key of the form. */
  id: string;
  code: string;
  name: string;
  from: string;
  annualRate: string;
  maker: Actor;
  reason: string;
}

export interface RateStep {
  from: string;
  annualRate: Rate;
}

export interface BaseRates {
  /** Every rate of every code, the latest of each first. */
  list(): Promise<BaseRate[]>;
  /** What applies on a day; undefined before the first one of the code. */
  on(code: string, date: PlainDate): Promise<BaseRate | undefined>;
  /** Asks a second person to confirm a rate. The refusal says at which field of the form. */
  ask(order: BaseRateOrder): Promise<Result<ApprovalRequest, { field: string; message: string }>>;
  /** The rates of a product over time, oldest first; one step where its rate is fixed. */
  steps(product: Pick<ProductTerms, 'rate'> & { publishedOn: string }): Promise<RateStep[]>;
}

export const baseRateKind = 'base-rate';
const mostRates = 1000;

const payload = z.strictObject({
  code: productCode,
  name: z.string().min(1).max(60),
  from: z.string().refine((text) => parseDate(text).ok),
  annualRate: z.string().refine((text) => parseRate(text).ok),
});
type Payload = z.output<typeof payload>;

interface Parts {
  platform: Platform;
  approvals: Approvals;
  rates: Model<BaseRate>;
}

export function createBaseRates(platform: Platform, deps: { approvals: Approvals }): BaseRates {
  const parts: Parts = { platform, ...deps, rates: baseRateModel(platform.database.connection) };
  const { formats } = platform;
  deps.approvals.handle(baseRateKind, {
    permission: 'product:publish',
    describe: async (given) => {
      const { code, name, from, annualRate } = payload.parse(given);
      const before = await latest(parts, code);
      return [
        { label: 'Base rate', text: `${name} (${code})` },
        {
          label: 'Until now',
          text: before ? `${formats.rate(before.annualRate)} since ${formats.date(before.from)}` : 'None',
        },
        { label: 'New rate', text: formats.rate(annualRate) },
        { label: 'From', text: formats.date(from) },
      ];
    },
    approve: (request, checker) => confirm(parts, request, checker),
  });
  return {
    list: () => parts.rates.find().sort({ code: 1, from: -1 }).limit(mostRates).lean<BaseRate[]>(),
    on: (code, date) => rateOnDay(parts, code, date),
    ask: (order) => ask(parts, order),
    steps: (product) => steps(parts, product),
  };
}

export function addRates(base: string, spread: string): Rate {
  return rateOf(new RateDecimal(base).plus(spread).toFixed());
}

async function rateOnDay({ rates }: Parts, code: string, date: PlainDate): Promise<BaseRate | undefined> {
  const until = operators({ $lte: dateText(date) });
  return (await rates.findOne({ code, from: until }).sort({ from: -1 }).lean<BaseRate>()) ?? undefined;
}

async function latest({ rates }: Parts, code: string): Promise<BaseRate | undefined> {
  return (await rates.findOne({ code }).sort({ from: -1 }).lean<BaseRate>()) ?? undefined;
}

async function steps(
  { rates }: Parts,
  product: Pick<ProductTerms, 'rate'> & { publishedOn: string },
): Promise<RateStep[]> {
  const { rate } = product;
  if (rate.kind === 'fixed') return [{ from: product.publishedOn, annualRate: rate.annualRate }];
  const found = await rates.find({ code: rate.base }).sort({ from: 1 }).limit(mostRates).lean<BaseRate[]>();
  return found.map(({ from, annualRate }) => ({ from, annualRate: addRates(annualRate, rate.spread) }));
}

/** What is past stays as it was lent by: only the first rate of a code may begin before today. */
async function fault(parts: Parts, wanted: Payload): Promise<{ field: string; message: string } | undefined> {
  const before = await latest(parts, wanted.code);
  if (!before) return undefined;
  const { formats, bankDay } = parts.platform;
  if (wanted.from <= before.from)
    return { field: 'from', message: `Enter a day after ${formats.date(before.from)}, when the latest rate begins` };
  const today = dateText(await bankDay.today());
  if (wanted.from < today) return { field: 'from', message: `Enter ${formats.date(today)} or a later day` };
  return undefined;
}

async function ask(
  parts: Parts,
  order: BaseRateOrder,
): Promise<Result<ApprovalRequest, { field: string; message: string }>> {
  const { id, code, name, from, annualRate, maker, reason } = order;
  const wrong = await fault(parts, { code, name, from, annualRate });
  if (wrong) return refuse(wrong);
  const asked = await parts.approvals.request({
    id,
    kind: baseRateKind,
    subject: { type: 'base-rate', id: code },
    href: '/products/base-rates',
    title: `Base rate ${name}: ${parts.platform.formats.rate(annualRate)} from ${parts.platform.formats.date(from)}`,
    payload: { code, name, from, annualRate },
    maker,
    reason,
  });
  return asked.ok ? asked : refuse({ field: 'form', message: asked.refusal.message });
}

async function confirm(
  parts: Parts,
  request: ApprovalRequest,
  checker: Actor,
): Promise<Result<void, { message: string }>> {
  const wanted = payload.parse(request.payload);
  const { platform, rates } = parts;
  const isDone = async () => (await rates.exists({ _id: request.key })) !== null;
  if (await isDone()) return ok(undefined);
  const wrong = await fault(parts, wanted);
  if (wrong)
    return refuse({ message: `This rate cannot begin on that day any more. ${wrong.message}, in a new request.` });
  const confirmedAt = bsonDate(platform.clock.now());
  try {
    await commitTogether(platform.database, [
      { collection: baseRateCollection, kind: 'insert', document: { _id: request.key, ...wanted, confirmedAt } },
      platform.audit.entry({
        actor: checker.userId,
        action: 'base-rate-confirmed',
        subject: { type: 'base-rate', id: request.key },
        details: { code: wanted.code, from: wanted.from, annualRate: wanted.annualRate },
      }),
    ]);
    return ok(undefined);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return (await isDone()) ? ok(undefined) : refuse({ message: 'Another rate of this code begins on the same day.' });
  }
}
