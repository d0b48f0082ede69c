import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killPrimaries, tell } from './blows.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { startLoad } from './load.ts';
import { flawless, openUnderTest, type UnderTest } from './under-test.ts';

/** The short form; `npm run test:faults` kills twenty times, with default elections too. */
describe('F1: the primary is killed under load', () => {
  let cluster: Cluster | undefined;
  let bank: UnderTest | undefined;
  beforeAll(async () => {
    cluster = await startCluster({ electionTimeoutMs: 2_000 });
    bank = await openUnderTest(cluster);
  });
  afterAll(async () => {
    await bank?.close();
    await cluster?.close();
  });

  it('and nothing that was acknowledged is lost, nothing is doubled, and every unknown is resolved by its key', async () => {
    if (!cluster || !bank) throw new Error('The set was not started');
    const load = startLoad(bank);
    await killPrimaries(cluster, load, 1);
    const report = await load.stop();
    tell('F1, one kill', report);
    expect(await bank.judge(report)).toEqual(flawless);
    expect(report.gapMs).toBeLessThan(6_000);
  });
});
