import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until the answer is not null, or gives null when the time is up. */
export async function until<T>(
  ask: () => Promise<T | null>,
  { timeoutMs, everyMs }: { timeoutMs: number; everyMs: number },
): Promise<T | null> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() >= deadline) return null;
    await sleep(everyMs);
  }
}
