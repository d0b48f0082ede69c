import type { Formats } from '#core/format.ts';
import type { FormState } from '#web/forms.ts';
import type { Load } from './assigning.service.ts';
import type { QueueForm } from './desk.forms.ts';
import type { Queue } from './queue.service.ts';

/** What the page of the queue is made of. */
export interface QueueFacts {
  queue: Queue;
  loads: readonly Load[];
  filters: QueueForm;
  page: number;
  userId: string;
  now: Temporal.Instant;
  formats: Formats;
  /** The search by reference as it was typed, with what is wrong with it. */
  search: FormState;
}
