import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rolesWith, type Permission, type Role } from '#core/roles.ts';
import type { Application } from '#features/loans/index.ts';
import {
  actionNames,
  applicationActions,
  applicationStates,
  next,
  type ApplicationState,
} from '#features/loans/applying/application-states.ts';
import type { TestPortal } from '#test/portal.ts';
import { walkRoutes } from '#test/router-walk.ts';
import { fileIn, kept, openStatePortal, ownerOf, person, type Person, type StateFile } from './state-builders.ts';
import { tries, type Try } from './state-tries.ts';
import { bankImbalance } from './underwriting-builders.ts';

/** Everybody who tries: the two borrowers differ in whose application it is. */
const people = [
  ...['owner', 'stranger', 'officer', 'senior-officer'],
  ...['analyst', 'finance', 'compliance', 'administrator'],
] as const;
type Name = 'owner' | 'stranger' | Exclude<Role, 'borrower'>;
const roleOf = (name: Name): Role => (name === 'owner' || name === 'stranger' ? 'borrower' : name);

const moneyCollections = ['journals', 'loans', 'loanTransactions', 'accounts', 'railPayments'];
const atOnce = 4;
/** Thousands of requests, on a machine that others use too. */
const patience = 400_000;

let portal: TestPortal;
const others = new Map<string, Person>();
const files = new Map<ApplicationState, { file: StateFile; owner: Person }>();
/** `state action name` of everything that was tried, and `state action` of what moved an application. */
const tried = new Set<string>();
const moved = new Set<string>();

beforeAll(async () => {
  portal = await openStatePortal();
  others.set('stranger', await person(await portal.borrower()));
  for (const name of people.slice(2)) others.set(name, await person(await portal.staff(name as Role)));
  // The day that ends one offer ends every offer: this one is made first.
  for (const state of ['expired', ...applicationStates.filter((one) => one !== 'expired')] as const) {
    const file = await fileIn(portal, state);
    files.set(state, { file, owner: await ownerOf(portal, file) });
  }
}, patience);
afterAll(() => portal.close());

async function eachOf<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...list];
  const worker = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const isLegal = ({ from, action }: Try, state: ApplicationState) =>
  from[state] !== undefined && next(state, action) !== undefined;
const mayMove = (one: Try, name: Name) => name !== 'stranger' && one.roles.includes(roleOf(name));

function personOf(name: Name, owner: Person): Person {
  const found = name === 'owner' ? owner : others.get(name);
  if (!found) throw new Error(`Nobody is called ${name}`);
  return found;
}

interface On {
  file: StateFile;
  owner: Person;
  application: Application;
}

async function send(one: Try, name: Name, on: On) {
  const { path, fields } = await one.request({ bank: portal, ...on });
  const { status } = await personOf(name, on.owner).post(path, fields);
  for (const action of [one.action, one.also ?? one.action]) tried.add(`${on.application.state} ${action} ${name}`);
  return status;
}

/** Not for this person, not there for them, or not now; never done and never a fault of ours. */
function expectedStatuses(one: Try, name: Name): number[] {
  if (!one.roles.includes(roleOf(name))) return [403, 404];
  return name === 'stranger' ? [404] : [303, 404, 409];
}

/** Everything on one application that must change nothing; gives what did. */
async function triesIn(state: ApplicationState): Promise<unknown[]> {
  const on = files.get(state);
  if (!on) throw new Error(`There is no application that is ${state}`);
  const faults: unknown[] = [];
  const before = await kept(portal, on.file);
  for (const one of tries.filter(({ action }) => !tries.some(({ also }) => also === action))) {
    for (const name of people as readonly Name[]) {
      if (isLegal(one, state) && mayMove(one, name)) continue;
      const status = await send(one, name, { ...on, application: before });
      const said = [state, one.action, one.name, name, status];
      if (!expectedStatuses(one, name).includes(status)) faults.push(said);
      const after = await kept(portal, on.file);
      if (after.version === before.version && after.state === before.state) {
        expect(after, said.join(' ')).toEqual(before);
        continue;
      }
      faults.push([...said, `moved to ${after.state}`]);
      return faults;
    }
  }
  return faults;
}

const money = () =>
  Promise.all(moneyCollections.map((name) => portal.database.db.collection(name).find().sort({ _id: 1 }).toArray()));

describe('An application', () => {
  it(
    'is left as it is by everything that is not on the table, and by everybody who may not',
    async () => {
      const before = await money();
      const faults: unknown[] = [];
      await eachOf(applicationStates, async (state) => {
        faults.push(...(await triesIn(state)));
      });
      expect(faults).toEqual([]);
      expect(await money()).toEqual(before);
    },
    patience,
  );

  const legal = tries.flatMap((one) =>
    applicationStates.flatMap((state) =>
      isLegal(one, state)
        ? (people as readonly Name[]).filter((name) => mayMove(one, name)).map((name) => ({ one, state, name }))
        : [],
    ),
  );

  it(
    'moves along every edge of the table, by everybody who may, and to no other state',
    async () => {
      const faults: unknown[] = [];
      await eachOf(legal, async ({ one, state, name }) => {
        const file = await fileIn(portal, state, one.from[state]);
        const before = await kept(portal, file);
        const status = await send(one, name, { file, owner: await ownerOf(portal, file), application: before });
        const after = await kept(portal, file);
        const told = one.action === 'save' ? [] : [{ from: state, to: next(state, one.action), action: one.action }];
        const added = after.history.slice(before.history.length).map(({ from, to, action }) => ({ from, to, action }));
        const outcome = [status, after.state, after.version, added];
        const wanted = [303, next(state, one.action), before.version + 1, told];
        if (JSON.stringify(outcome) === JSON.stringify(wanted)) moved.add(`${state} ${one.action}`);
        else faults.push([state, one.action, one.name, name, outcome]);
      });
      expect(faults).toEqual([]);
      expect(await bankImbalance(portal)).toBe(0n);
    },
    patience,
  );

  it('is ended by the day alone, and only an offer that nobody answered or whose conditions nobody met', async () => {
    expect(applicationActions.expire).toBe('system');
    expect(walkRoutes(portal.app).filter(({ path }) => path.includes('expire'))).toEqual([]);
    const waiting = await fileIn(portal, 'offered');
    const unmet = await accepted();
    const before = new Map<ApplicationState, unknown>();
    for (const [state, { file }] of files) before.set(state, await kept(portal, file));
    const today = await portal.platform.bankDay.today();
    await portal.services.underwriting.expireOffers(today.add({ days: 200 }));
    for (const [state, { file }] of files) {
      const after = await kept(portal, file);
      for (const name of people) tried.add(`${state} expire ${name}`);
      if (state === 'offered') expect(after.state).toBe('expired');
      else expect([state, after]).toEqual([state, before.get(state)]);
    }
    for (const [state, file] of [
      ['offered', waiting],
      ['accepted', unmet],
    ] as const) {
      const after = await kept(portal, file);
      expect([after.state, after.history.at(-1)]).toMatchObject([
        'expired',
        { from: state, action: 'expire', by: 'system' },
      ]);
      moved.add(`${state} expire`);
    }
  });

  const accepted = () => fileIn(portal, 'accepted', { conditions: ['Insure the home'] });
});

describe('The tries', () => {
  it('cover every state, action and person, and every edge of the table is gone along', () => {
    const all = applicationStates.flatMap((state) =>
      actionNames.flatMap((action) => people.map((name) => `${state} ${action} ${name}`)),
    );
    expect(all.filter((one) => !tried.has(one))).toEqual([]);
    expect(tried.size).toBe(applicationStates.length * actionNames.length * people.length);
    const edges = applicationStates.flatMap((state) =>
      actionNames.flatMap((action) => (next(state, action) === undefined ? [] : `${state} ${action}`)),
    );
    expect([...moved].sort()).toEqual(edges.sort());
  });

  it('ask of nobody more than the table’s permission gives, and no legal way is left out', () => {
    for (const { action, name, roles, from } of tries) {
      const permission: Permission = applicationActions[action];
      const granted = rolesWith(permission);
      expect([action, name, roles.filter((role) => !granted.includes(role))]).toEqual([action, name, []]);
      for (const state of Object.keys(from) as ApplicationState[])
        expect([state, action, next(state, action) !== undefined]).toEqual([state, action, true]);
    }
  });
});
