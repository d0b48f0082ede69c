import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { killPrimaries, tell } from '../faults/blows.ts';
import { startCluster } from '../faults/cluster.ts';
import { startLoad } from '../faults/load.ts';
import { openUnderTest } from '../faults/under-test.ts';
import { openCleanly } from './clean-up.ts';

const mostKills = 20;

describe('F5: a control that must fail', () => {
  const { opened, closeAll } = openCleanly();
  afterEach(closeAll);

  it('F1 without the key: who asks again under a new one pays twice', async () => {
    const cluster = opened(await startCluster());
    const bank = opened(await openUnderTest(cluster));
    let doubled = 0;
    for (let kill = 1; kill <= mostKills && doubled === 0; kill += 1) {
      const load = startLoad({ ...bank, retry: 'newKey' });
      await killPrimaries(cluster, load, 1);
      // What was given up may still arrive.
      await sleep(1_000);
      const report = await load.stop();
      ({ doubled } = await bank.judge(report));
      tell(`F5, kill ${kill} without the key`, report, { doubled });
    }
    expect(doubled).toBeGreaterThan(0);
  });
});
