import { readFile } from 'node:fs/promises';

export interface BenchOptions {
  /** `quick` is for developing; its figures mean nothing. */
  pace: 'full' | 'quick';
  /** Instead of the benchmark's own number of rounds. */
  rounds?: number | undefined;
  /** These arms and no others. */
  only?: readonly string[] | undefined;
}

export interface BenchResult {
  ratios: Record<string, number>;
  raw: Record<string, unknown>;
}

export type Benchmark = (options: BenchOptions) => Promise<BenchResult>;

export function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN;
  return (lower + upper) / 2;
}

/** The value that the given part of all values does not exceed. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

export function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** Three significant places: more would claim what a shared machine cannot hold. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

// Linux counts a process's time in hundredths of a second for everybody (sysconf(_SC_CLK_TCK)).
const ticksPerSecond = 100;

/** Processor time in seconds that these processes have used so far, all their threads (proc_pid_stat(5)). */
export async function cpuSeconds(pids: readonly number[]): Promise<number> {
  const each = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    }),
  );
  return each.reduce((total, seconds) => total + seconds, 0);
}

export interface Pace {
  warmUpMs: number;
  measureMs: number;
}

export interface Window {
  /** What was answered inside the window, a second. */
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Processor time of client and server for each one, warm-up and what is written afterwards included. */
  cpuMicros: number;
}

/** So many clients, each sending its next one as soon as the last is answered; a failure ends the benchmark. */
export async function measure(options: {
  clients: number;
  pace: Pace;
  act: () => Promise<void>;
  /** What the contender has put off: it counts as its work. */
  settle: () => Promise<void>;
  pids: readonly number[];
}): Promise<Window> {
  const { clients, pace, act, settle, pids } = options;
  const cpuBefore = await cpuSeconds(pids);
  const from = performance.now() + pace.warmUpMs;
  const until = from + pace.measureMs;
  const latencies: number[] = [];
  let all = 0;
  const client = async () => {
    for (let now = performance.now(); now < until;) {
      const sent = now;
      await act();
      now = performance.now();
      all += 1;
      if (now >= from && now < until) latencies.push(now - sent);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  await settle();
  const cpu = (await cpuSeconds(pids)) - cpuBefore;
  return {
    perSecond: latencies.length / (pace.measureMs / 1000),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuMicros: (cpu / all) * 1e6,
  };
}
