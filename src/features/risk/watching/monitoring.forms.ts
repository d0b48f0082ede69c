import { z } from 'zod';
import { longTextField } from '#web/fields.ts';
import { stages } from '../models/shipped.ts';

export const longestNote = 500;

export const acknowledgeForm = z.strictObject({
  note: longTextField({ what: 'what you found and what is done about it', max: longestNote }),
});

/** What a page was asked for; what is not of its kind is the usual. */
export const monitoringQuery = z.object({
  stage: z.enum(stages).catch('application'),
  month: z
    .string()
    .regex(/^\d{4}-\d{2}$/)
    .optional()
    .catch(undefined),
  model: z
    .string()
    .regex(/^[0-9a-f]{8,64}$/)
    .optional()
    .catch(undefined),
  over: z.enum(['month', 'year']).catch('month'),
});
export type MonitoringQuery = z.infer<typeof monitoringQuery>;
