import { afterEach, describe, expect, it } from 'vitest';
import { killPrimaries, tell } from '../faults/blows.ts';
import { startCluster } from '../faults/cluster.ts';
import { startLoad } from '../faults/load.ts';
import { flawless, openUnderTest } from '../faults/under-test.ts';
import { openCleanly } from './clean-up.ts';

const kills = 20;

describe('F1: the primary is killed under load, twenty times', () => {
  const { opened, closeAll } = openCleanly();
  afterEach(closeAll);

  it.each([
    { elections: 'default', electionTimeoutMs: 10_000, mostGapMs: 15_000 },
    { elections: '2 s', electionTimeoutMs: 2_000, mostGapMs: 6_000 },
  ])(
    'on $elections elections nothing is lost or doubled, and every unknown is resolved by its key',
    async ({ elections, electionTimeoutMs, mostGapMs }) => {
      const cluster = opened(await startCluster({ electionTimeoutMs }));
      const bank = opened(await openUnderTest(cluster));
      const load = startLoad(bank);
      await killPrimaries(cluster, load, kills);
      const report = await load.stop();
      tell(`F1, ${kills} kills on ${elections} elections`, report);
      expect(await bank.judge(report)).toEqual(flawless);
      expect(report.gapMs).toBeLessThan(mostGapMs);
    },
  );
});
