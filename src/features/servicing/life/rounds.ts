import type { Ledger } from '#features/ledger/index.ts';

/** Nobody is refused so often for having been too slow; the bound keeps a slip from asking for ever. */
const mostRounds = 100;

/**
 * The key under which something with a fixed name of its own is done: the name, and where the ledger keeps a refusal under
 * it, the name with the number of the next round. What was done has no refusal, so that its key is found again and
 * answers for it. Gives undefined where every round was refused.
 */
export async function keyOfRound({ journal }: Pick<Ledger, 'journal'>, name: string): Promise<string | undefined> {
  for (let round = 1; round <= mostRounds; round += 1) {
    const key = round === 1 ? name : `${name}:${round}`;
    const known = await journal(key);
    if (!known?.refusal) return key;
  }
  return undefined;
}
