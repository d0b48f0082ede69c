import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '#core/ids.ts';
import { moneyOf, negate } from '#core/money.ts';
import { hashRequest, ownBookId, type PostOrder } from '#features/ledger/index.ts';
import { pageSize } from '#web/paging.ts';
import { newBorrower, openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { inArena } from './arena.ts';
import { median, quantile, rounded, say, shuffled, type Benchmark } from './measuring.ts';
import { signIn, type Browser } from './browser.ts';

const sizes = {
  full: { large: 1_000_000, small: 1_000, rounds: 5, requests: 60 },
  quick: { large: 20_000, small: 1_000, rounds: 2, requests: 10 },
};

/** Every so many entries have the same reference, so that a search finds a page of them among the newest. */
const references = 40;

/** The pages of an account, given its address and its number of entries. */
const pages: Record<string, (path: string, entries: number) => string> = {
  first: (path) => path,
  last: (path, entries) => `${path}?page=${Math.ceil(entries / pageSize)}`,
  search: (path) => `${path}?q=${encodeURIComponent('invoice 07')}`,
  searchNothing: (path) => `${path}?q=${encodeURIComponent('not to be found')}`,
};

/** The pages of an account with a million entries against those of one with a thousand, both of a signed-in customer. */
export const run: Benchmark = ({ pace, rounds: asked }) =>
  inArena(async (arena) => {
    const size = { ...sizes[pace], ...(asked === undefined ? {} : { rounds: asked }) };
    const portal = await openPortal({ uri: arena.uriOf('pages') });
    const server = createServer(portal.app);
    try {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const person = await newBorrower(portal);
      const open = (name: string) => openAccount(portal, { ...person, name });
      const accounts = { large: await open('Large'), small: await open('Small') };
      const seconds = { large: await fill(portal, accounts.large, size.large) };
      await fill(portal, accounts.small, size.small);
      const { port } = server.address() as AddressInfo;
      const browser = await signIn(`http://127.0.0.1:${port}`, { email: person.email, password: testPassword });
      const rounds = [];
      for (let round = 1; round <= size.rounds; round += 1) rounds.push(await playRound({ browser, accounts, size }));
      return {
        ...resultOf(rounds),
        raw: { ...arena.machine, ...size, fillSeconds: seconds.large, p95Ms: p95Of(rounds) },
      };
    } finally {
      server.closeAllConnections();
      server.close();
      await portal.close();
    }
  });

async function openAccount(portal: TestPortal, facts: { userId: string; partyId: string; name: string }) {
  const { userId: actor, partyId, name } = facts;
  const opened = await portal.services.accounts.open({ actor, partyId, name });
  if (!opened.ok) throw new Error('The account was not opened');
  return opened.value.id;
}

/** Posts so many deposits and withdrawals through the ledger, as fast as it takes them; gives the seconds it took. */
async function fill(portal: TestPortal, account: string, count: number): Promise<number> {
  const { ledger } = portal.services;
  const today = await portal.platform.bankDay.today();
  const started = performance.now();
  let begun = 0;
  const client = async () => {
    while (begun < count) {
      begun += 1;
      if (begun % 100_000 === 0) say(`${begun} entries`);
      const outcome = await ledger.post(entry({ account, n: begun, today }));
      if (!outcome.ok) throw new Error(`An entry was refused: ${outcome.refusal.code}`);
    }
  };
  await Promise.all(Array.from({ length: 256 }, client));
  await ledger.settle();
  return rounded((performance.now() - started) / 1_000);
}

/** Two of three are deposits, so that there is always something to withdraw. */
function entry({ account, n, today }: { account: string; n: number; today: PostOrder['effectiveOn'] }): PostOrder {
  const deposit = n % 3 !== 0;
  const amount = moneyOf(BigInt(1_00 + (n % 500)));
  const cash = ownBookId('cash', 'USD');
  // Clients overtake each other a little: the first withdrawals wait for money.
  const cents = deposit || n > 1_000 ? amount : moneyOf(1n);
  return {
    key: newId(),
    requestHash: hashRequest({ account, amount: String(cents) }),
    kind: deposit ? 'deposit' : 'withdrawal',
    currency: 'USD',
    effectiveOn: today,
    actor: 'tester',
    reference: `invoice ${String(n % references).padStart(2, '0')}`,
    postings: [
      { account: deposit ? cash : account, amount: cents },
      { account: deposit ? account : cash, amount: negate(cents) },
    ],
  };
}

type Round = Record<string, { large: number; small: number }>;

/** The p95 of each page in ms, every request of the round in shuffled order. */
async function playRound(options: {
  browser: Browser;
  accounts: { large: string; small: string };
  size: { large: number; small: number; requests: number };
}): Promise<Round> {
  const { browser, accounts, size } = options;
  const visits = Object.entries(pages).flatMap(([page, pathOf]) =>
    (['large', 'small'] as const).map((which) => ({
      page,
      which,
      path: pathOf(`/accounts/${accounts[which]}`, size[which]),
      timesMs: [] as number[],
    })),
  );
  for (const { path } of visits) await browser.get(path);
  for (const visit of shuffled(visits.flatMap((one) => Array.from({ length: size.requests }, () => one)))) {
    const asked = performance.now();
    await browser.get(visit.path);
    visit.timesMs.push(performance.now() - asked);
  }
  const p95 = (page: string, which: string) =>
    quantile(visits.find((one) => one.page === page && one.which === which)?.timesMs ?? [], 0.95);
  return Object.fromEntries(
    Object.keys(pages).map((page) => [page, { large: p95(page, 'large'), small: p95(page, 'small') }]),
  );
}

function resultOf(rounds: readonly Round[]) {
  const ratioOf = (page: string) =>
    rounded(median(rounds.map((round) => (round[page]?.large ?? NaN) / (round[page]?.small ?? NaN))));
  return { ratios: Object.fromEntries(Object.keys(pages).map((page) => [page, ratioOf(page)])) };
}

function p95Of(rounds: readonly Round[]) {
  const medianOf = (page: string, which: 'large' | 'small') =>
    rounded(median(rounds.map((round) => round[page]?.[which] ?? NaN)));
  return Object.fromEntries(
    Object.keys(pages).map((page) => [page, { large: medianOf(page, 'large'), small: medianOf(page, 'small') }]),
  );
}
