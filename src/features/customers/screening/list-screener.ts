import { matchNames, type ListedName } from './listed-names.rules.ts';
import type { NameScreener } from './screening.ts';

export type { ListedName } from './listed-names.rules.ts';

const mostHits = 20;

/** Screens against a small list that is given; with none it says that nobody was screened, and never "clear". */
export function createListScreener(list: readonly ListedName[]): NameScreener {
  return {
    screen: (person) => {
      if (list.length === 0) {
        return Promise.resolve({ result: 'not-screened', why: 'Not screened: no list of names is loaded.' });
      }
      const hits = matchNames(person, list).slice(0, mostHits);
      const told = `the configured list of ${list.length}`;
      return Promise.resolve(
        hits.length === 0 ? { result: 'clear', list: told } : { result: 'possible-match', list: told, hits },
      );
    },
  };
}
