/**
 * `npm run test:hunt -- [ROUNDS] [FILES…]`: the unit tests again and again, every round with another seed for what the
 * property tests draw, until one falls or the rounds (20 unless told) are over. Prints the seed of the round that fell.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';

const [asked = '20', ...files] = process.argv.slice(2);
const rounds = Number(asked);
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new Error('The number of rounds must be a whole number above 0');

function falls(seed: number): boolean {
  const { status, stdout } = spawnSync(process.execPath, ['test/run.ts', '--project', 'unit', ...files], {
    env: { ...process.env, FC_SEED: String(seed) },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) process.stdout.write(stdout);
  return status !== 0;
}

async function say(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
}

for (let round = 1; round <= rounds && process.exitCode === undefined; round += 1) {
  const seed = randomInt(2 ** 31);
  if (falls(seed)) {
    await say(`Fell with FC_SEED=${seed}`);
    process.exitCode = 1;
  } else await say(`round ${round} of ${rounds}: nothing fell (seed ${seed})`);
}
