import { dateOf, dateText, type PlainDate } from '#core/calendar.ts';
import { conflict } from '#core/errors.ts';
import { RateDecimal } from '#core/rate.ts';
import type { Products, ProductVersion } from '#features/products/index.ts';
import { eachBatch } from '#platform/close-of-day/each-batch.ts';
import type { DayStep, StepRun } from '#platform/close-of-day/step.ts';
import { operators } from '#platform/mongo.ts';
import { act, type LifeParts } from '../life/act.service.ts';
import type { LeanLoan } from './booking.service.ts';

export type RateSource = Pick<Products, 'floating' | 'baseRates'>;

/** A base rate that was confirmed late is still followed, from its own day. */
const lookBackDays = 31;
const pageSize = 200;

interface Change {
  version: ProductVersion;
  from: string;
  /** By how much the product's rate changes, per cent a year; negative where it falls. */
  by: RateDecimal;
}

/** Running loans of floating products follow their base rate: each keeps what it has above or below it. */
export function rateStep(parts: LifeParts, products: RateSource): DayStep {
  return {
    name: 'rates',
    title: 'Floating rates',
    run: async (day) => {
      for (const change of await changesUpTo(products, day.date)) await follow(parts, { day, change });
    },
  };
}

async function changesUpTo(products: RateSource, date: PlainDate): Promise<Change[]> {
  const last = dateText(date);
  const first = dateText(date.subtract({ days: lookBackDays }));
  const changes: Change[] = [];
  for (const version of await products.floating()) {
    const steps = await products.baseRates.steps(version);
    steps.forEach((step, index) => {
      const before = steps[index - 1];
      if (!before || step.from > last || step.from < first) return;
      changes.push({ version, from: step.from, by: new RateDecimal(step.annualRate).minus(before.annualRate) });
    });
  }
  return changes;
}

async function follow(parts: LifeParts, { day, change }: { day: StepRun; change: Change }): Promise<void> {
  const loans = (after: string) =>
    parts.loans
      .find(
        { productVersionId: change.version._id, state: 'active', _id: operators({ $gt: after }) },
        { instalments: 0 },
      )
      .sort({ _id: 1 })
      .limit(pageSize)
      .lean<LeanLoan[]>()
      .exec();
  // Each change goes through the loans from the first: the cursor of the step would belong to one of them only.
  await eachBatch<LeanLoan>(
    { ...day, cursor: undefined, progress: ({ cursor: _cursor, ...rest }) => day.progress(rest) },
    {
      page: (after = '') => loans(after),
      cursorOf: ({ _id }) => _id,
      subjectOf: ({ number }) => number,
      work: async (loan) => {
        await followOne(parts, { loan, change });
        return undefined;
      },
    },
  );
}

async function followOne(parts: LifeParts, { loan, change }: { loan: LeanLoan; change: Change }): Promise<void> {
  if (loan.disbursedOn >= change.from) return;
  const key = `base-rate:${loan._id}:${change.from}`;
  if (await parts.transactions.exists({ _id: key })) return;
  const fresh = await parts.loans.findOne({ _id: loan._id }, { terms: 1 }).lean<Pick<LeanLoan, 'terms'>>();
  const current = fresh?.terms.at(-1)?.annualRate ?? '0';
  const rate = RateDecimal.max(0, new RateDecimal(current).plus(change.by)).toFixed();
  const outcome = await act(parts, {
    key,
    actor: 'close-of-day',
    channel: 'system',
    loanId: loan._id,
    on: dateOf(change.from),
    act: { kind: 'rate-change', annualRate: rate },
  });
  if (outcome.ok || outcome.refusal.code === 'same-rate' || outcome.refusal.code === 'loan-not-active') return;
  if (outcome.refusal.code === 'changed-meanwhile') throw conflict('The loan');
  throw new Error(`A loan could not follow its base rate: ${outcome.refusal.code}`);
}
