import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { atEnd, mergeNewest, type Places, type Stream } from '#src/features/accounts/history/merge.rules.ts';

interface One {
  account: string;
  seq: number;
  postedAt: Date;
}

/** What a ledger would give: so many that fit, after having looked at no more than `reach` entries. */
function look(
  all: readonly (One & { fits: boolean })[],
  facts: { account: string; before: number | undefined; size: number; reach: number },
): Stream<One> {
  const { account, before, size, reach } = facts;
  const own = all
    .filter((one) => one.account === account && one.seq < (before ?? Infinity))
    .sort((a, b) => b.seq - a.seq);
  const looked = own.slice(0, reach);
  const entries = looked.filter((one) => one.fits).slice(0, size);
  const full = entries.length === size;
  const last = full ? entries.at(-1) : looked.at(-1);
  const left = own.filter((one) => one.seq < (last?.seq ?? 0));
  const next = left.length > 0 && last ? last.seq : undefined;
  const [first] = left;
  const horizon = full ? last : first;
  return {
    account,
    before,
    entries,
    next,
    horizon:
      next !== undefined && horizon ? { postedAt: horizon.postedAt, on: horizon.postedAt.toISOString() } : undefined,
  };
}

const entriesOf = (account: string) =>
  fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.boolean()), { maxLength: 25 }).map((steps) => {
    let at = 0;
    return steps.map(([step, fits], index) => {
      at += step;
      return { account, seq: index + 1, postedAt: new Date(at), fits };
    });
  });

describe('entries of several accounts', () => {
  it('are one list, newest first, that loses nothing and repeats nothing from page to page', () => {
    const books = fc.tuple(entriesOf('a'), entriesOf('b'), entriesOf('c')).map((lists) => lists.flat());
    fc.assert(
      fc.property(books, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 9 }), (all, size, reach) => {
        const accounts = ['a', 'b', 'c'];
        const seen: One[] = [];
        let places: Places | undefined = new Map();
        for (let pages = 0; places && pages < 200; pages += 1) {
          const from: Places = places;
          const streams = accounts.map((account) => {
            const before = from.get(account);
            return before === 0 ? atEnd<One>(account) : look(all, { account, before, size, reach });
          });
          const merged = mergeNewest(streams, size);
          expect(merged.entries.length).toBeLessThanOrEqual(size);
          seen.push(...merged.entries);
          places = merged.next;
        }
        expect(places).toBeUndefined();
        const wanted = all.filter((one) => one.fits);
        const name = ({ account, seq }: One) => `${account}${seq}`;
        expect(seen.map(name).sort()).toEqual(wanted.map(name).sort());
        for (const [index, one] of seen.entries())
          expect(one.postedAt.getTime()).toBeLessThanOrEqual(seen[index - 1]?.postedAt.getTime() ?? Infinity);
      }),
      { numRuns: 300 },
    );
  });

  it('keep the ledger’s order within an account, also where the clock of another instance was behind', () => {
    const stream = {
      account: 'a',
      before: undefined,
      entries: [
        { account: 'a', seq: 3, postedAt: new Date(1) },
        { account: 'a', seq: 2, postedAt: new Date(2) },
      ],
      next: undefined,
      horizon: undefined,
    };
    expect(mergeNewest([stream], 5).entries.map(({ seq }) => seq)).toEqual([3, 2]);
  });
});
