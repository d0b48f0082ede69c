import { setTimeout as sleep } from 'node:timers/promises';
import { stepDownS, type Cluster } from './cluster.ts';
import type { LoadReport, RunningLoad } from './load.ts';

/** Enough answers to say that the set works and the clients are in full swing. */
const inSwing = 60;

/** Kills the primary in the middle of work, lets the set go on without it, and brings it back; so many times. */
export async function killPrimaries(cluster: Cluster, load: RunningLoad, times: number): Promise<void> {
  for (let time = 1; time <= times; time += 1) {
    await load.more(inSwing);
    const primary = await cluster.primary();
    await cluster.kill(primary);
    await load.more(inSwing);
    await cluster.restart(primary);
  }
  await load.more(inSwing);
}

/** SIGTERM as an orchestrator sends it, and a start afterwards. */
export async function terminatePrimaries(cluster: Cluster, load: RunningLoad, times: number): Promise<void> {
  for (let time = 1; time <= times; time += 1) {
    await load.more(inSwing);
    const primary = await cluster.primary();
    await cluster.terminate(primary);
    await load.more(inSwing);
    await cluster.restart(primary);
  }
  await load.more(inSwing);
}

export async function stepDownPrimaries(cluster: Cluster, load: RunningLoad, times: number): Promise<void> {
  for (let time = 1; time <= times; time += 1) {
    await load.more(inSwing);
    await cluster.stepDown(await cluster.primary());
    await load.more(inSwing);
    // Somebody has to be left who may be elected the next time.
    await sleep(stepDownS * 1_000);
    await cluster.whole();
  }
  await load.more(inSwing);
}

/** Stops the primary in its tracks, longer than the others wait for it, and lets it go on as if nothing had been. */
export async function freezePrimary(cluster: Cluster, load: RunningLoad, ms: number): Promise<void> {
  await load.more(inSwing);
  const primary = await cluster.primary();
  cluster.pause(primary);
  try {
    await sleep(ms);
  } finally {
    cluster.resume(primary);
  }
  await load.more(inSwing);
  await cluster.whole();
  await load.more(inSwing);
}

/** The figures of a run, for who reads the output. */
export function tell(what: string, report: LoadReport, more: Record<string, number> = {}): void {
  const figures = {
    settled: report.settled.length,
    refused: report.settled.filter(({ outcome }) => outcome === 'refused').length,
    unknown: report.unknown,
    unavailable: report.unavailable,
    unresolved: report.unresolved.length,
    gapSeconds: Math.round(report.gapMs / 100) / 10,
    longestUnknownSeconds: Math.round(report.longestUnknownMs / 100) / 10,
    ...more,
  };
  process.stderr.write(`${what}: ${JSON.stringify(figures)}\n`);
}
