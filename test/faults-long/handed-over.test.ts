import { afterEach, describe, expect, it } from 'vitest';
import { freezePrimary, stepDownPrimaries, tell, terminatePrimaries } from '../faults/blows.ts';
import { startCluster, type Cluster } from '../faults/cluster.ts';
import { startLoad, type RunningLoad } from '../faults/load.ts';
import { flawless, openUnderTest } from '../faults/under-test.ts';
import { openCleanly } from './clean-up.ts';

const { opened, closeAll } = openCleanly();
afterEach(closeAll);

async function underLoad(what: string, blow: (cluster: Cluster, load: RunningLoad) => Promise<void>) {
  const cluster = opened(await startCluster());
  const bank = opened(await openUnderTest(cluster));
  const load = startLoad(bank);
  await blow(cluster, load);
  const report = await load.stop();
  tell(what, report);
  return { report, verdict: await bank.judge(report) };
}

describe('F2: the primary hands over under load', () => {
  it('by stepping down: nobody waits long, and nobody sees an error', async () => {
    const { report, verdict } = await underLoad('F2, step down', (...parts) => stepDownPrimaries(...parts, 5));
    expect(verdict).toEqual(flawless);
    expect(report.gapMs).toBeLessThan(3_000);
  });

  it('by SIGTERM: nobody waits long, and nobody sees an error', async () => {
    const { report, verdict } = await underLoad('F2, SIGTERM', (...parts) => terminatePrimaries(...parts, 5));
    expect(verdict).toEqual(flawless);
    expect(report.gapMs).toBeLessThan(3_000);
  });
});

describe('F4: the primary is stopped in its tracks for 14 s', () => {
  it('and nothing is lost or doubled when it wakes up', async () => {
    const { verdict } = await underLoad('F4, stopped for 14 s', (...parts) => freezePrimary(...parts, 14_000));
    expect(verdict).toEqual(flawless);
  });
});
