import type { PlainDate } from '#core/calendar.ts';

/**
 * One step of a close of day. It is run once a business date, and again from its cursor where the process died or
 * something was out of reach: what it did before must not be done twice, so that everything it writes has a key or a guard.
 * It works in bounded batches, mostly by `eachBatch`.
 */
export interface DayStep {
  /** Unique and stable: a run that another version of the program goes on with finds its place by it. */
  name: string;
  /** What staff read: `Fall due`. */
  title: string;
  run(day: StepRun): Promise<void>;
}

/** What a step is given: the date, where it stopped the last time, and how to say how far it is. */
export interface StepRun {
  /** The business date that is closed. On a retry of single subjects, the bank's own business date may be later. */
  readonly date: PlainDate;
  /** What the last `progress` said; undefined at the beginning. */
  readonly cursor: string | undefined;
  /** Aborts where another instance took over, or this one is stopping. */
  readonly signal: AbortSignal;
  /** Throws where this instance may no longer work on the day; asked before everything that is written. */
  check: () => void;
  /** Keeps how far the step is. Throws, like `check`, where another instance took over. */
  progress: (advance: StepAdvance) => Promise<void>;
  /** A sentence for staff about something unexpected, whose cause goes to the log under the reference in it. */
  explain: (error: unknown, subject?: string) => string;
}

export interface StepAdvance {
  /** Where a later run goes on. */
  cursor?: string;
  /** How many subjects were done since the last time, those that failed included. */
  done?: number;
  /** How many subjects there are, where that is known: for the progress bar. */
  total?: number;
  /** Those of them that need somebody to look at them. */
  failures?: readonly SubjectFailure[];
}

/** A loan, an account or another thing that one step could not do its work on, with what staff can do about it. */
export interface SubjectFailure {
  subject: string;
  sentence: string;
}

/** Thrown by a step that cannot go on before a moment: the run is left until then, and the next day may begin. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
  readonly until: Date;
  constructor(until: Date) {
    super(`Not before ${until.toISOString()}`);
    this.until = until;
  }
}
