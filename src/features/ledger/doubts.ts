import { Fault } from '#core/errors.ts';
import type { PostOutcome } from './orders.ts';

const mostRemembered = 10_000;

/**
 * Keys whose outcome stayed unknown here. When one comes again and finds the database out of reach, nobody may be told
 * that nothing was changed: the first try may have arrived.
 */
export function createDoubts(): { around(key: string, outcome: Promise<PostOutcome>): Promise<PostOutcome> } {
  const doubtful = new Set<string>();
  const remember = (key: string) => {
    const [oldest] = doubtful;
    if (doubtful.size >= mostRemembered && oldest !== undefined) doubtful.delete(oldest);
    doubtful.add(key);
  };
  return {
    around: async (key, outcome) => {
      try {
        const known = await outcome;
        doubtful.delete(key);
        return known;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        if (error.kind === 'outcome-unknown') remember(key);
        else if (error.kind === 'unavailable' && doubtful.has(key))
          throw new Fault('outcome-unknown', 'The outcome is not known yet', { cause: error, operationKey: key });
        throw error;
      }
    },
  };
}
