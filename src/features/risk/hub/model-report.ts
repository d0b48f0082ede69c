import { z } from 'zod';
import type { Model } from '../models/loading.ts';

/** What the trainer notes beyond what a model must have; a file without some of it is shown without it. */
const quality = z.looseObject({ auc: z.number(), ks: z.number(), brier: z.number(), logLoss: z.number() });
const group = z.looseObject({
  column: z.string(),
  group: z.string(),
  reference: z.string(),
  rows: z.number(),
  ratio: z.number(),
  observedRatio: z.number(),
});
const extras = z.looseObject({
  quality: z.record(
    z.string(),
    quality.extend({
      gini: z.number().optional(),
      calibration: z
        .array(z.looseObject({ rows: z.number(), predicted: z.number(), observed: z.number() }))
        .default([]),
    }),
  ),
  expectedScore: z.looseObject({ model: z.number(), rows: z.number(), decidedExact: z.number() }).optional(),
  fairness: z.array(group).default([]),
  neverUsed: z.array(z.string()).default([]),
  proxies: z.array(z.string()).default([]),
  columns: z.array(z.looseObject({ name: z.string(), monotone: z.string().optional() })).default([]),
  provenance: z.looseObject({ keptOut: z.number().optional() }),
});

export type ReportExtras = z.infer<typeof extras>;

/** The figures of a model's report that its page shows; undefined where a trainer of another kind wrote it. */
export function reportExtras({ report }: Pick<Model, 'report'>): ReportExtras | undefined {
  const read = extras.safeParse(report);
  return read.success ? read.data : undefined;
}
