/**
 * F3 inside the network's client namespace, where the members can be reached: a set, a load, a cut, and the verdict as
 * one line of JSON. Arguments: the network's name, `members` or `unplugged`, `ledger` or `weak`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster, type Cluster } from '../faults/cluster.ts';
import { startLoad, type LoadReport, type RunningLoad } from '../faults/load.ts';
import { cutMembers, networkOf, unplugPrimary } from '../faults/network.ts';
import { openUnderTest } from '../faults/under-test.ts';
import { openWeakBank } from '../faults/weak-poster.ts';

const [name = '', how = '', who = ''] = process.argv.slice(2);
const cut = how === 'members' ? cutMembers : unplugPrimary;
/** Longer than the members take to elect another one. */
const cutMs = 25_000;
const inSwing = 60;

process.once('SIGTERM', () => {
  process.exit(143);
});
const cluster = await startCluster({ places: networkOf(name).places });
try {
  const bank = who === 'weak' ? await openWeakBank(cluster) : await openUnderTest(cluster);
  const report = await underCut(cluster, startLoad(bank));
  const verdict = await bank.judge(report);
  await bank.close();
  const { settled, unresolved, errors, ...figures } = report;
  const told = { ...figures, settled: settled.length, unresolved: unresolved.length, errors: errors.length };
  const line = { verdict, report: told };
  process.stdout.write(
    `${JSON.stringify(line, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))}\n`,
  );
} finally {
  await cluster.close();
}

async function underCut(set: Cluster, load: RunningLoad): Promise<LoadReport> {
  await load.more(inSwing);
  const primary = await set.primary();
  const heal = await cut(name, primary.index);
  await sleep(cutMs);
  await heal();
  await set.whole();
  // Whatever nobody could say during the cut has to be said within a minute of its end.
  await load.more(inSwing);
  return load.stop({ patienceMs: 60_000 });
}
