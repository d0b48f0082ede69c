import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { keyIn, move, openAccount, type Borrower } from './opening-builders.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
});
afterAll(() => portal.close());

const invitations = () =>
  portal.database.db.collection<{ _id: string; inviteeId: string | null; state: string }>('accountInvitations');
const holdersOf = async (id: string) =>
  (await portal.database.db.collection<{ _id: string; holders: string[] }>('accounts').findOne({ _id: id }))?.holders;
const titles = async (person: { partyId: string }) => {
  await portal.platform.outbox.drain();
  const { notices } = await portal.services.notices.list(person.partyId, { page: 1, size: 20 });
  return notices.map(({ title }) => title);
};
const actions = async (id: string) => {
  const { entries } = await portal.platform.audit.list({ page: 1, size: 30, subjectId: id });
  return entries.map(({ action }) => action);
};

const invite = async (owner: Borrower, id: string, email: string, key = newId()) => ({
  key,
  answer: await owner.post(`/accounts/${id}/holders`, { key, email }),
});
const answerTo = (person: Borrower, key: string, answer: 'accept' | 'decline') =>
  person.post(`/accounts/invitations/${key}`, { answer });

/** An account that `owner` shares with `people`. */
async function shared(owner: Borrower, people: readonly Borrower[]): Promise<string> {
  const id = await openAccount(portal, owner, { name: 'House money' });
  for (const person of people) {
    const { key } = await invite(owner, id, person.email);
    expect((await answerTo(person, key, 'accept')).headers.location).toBe(`/accounts/${id}`);
  }
  return id;
}

describe('an invitation to hold an account together', () => {
  it('is seen by the invited person on their accounts and in their inbox, and makes them a holder when accepted', async () => {
    const owner = await portal.borrower('Olga Owner');
    const friend = await portal.borrower('Fred Friend');
    const id = await openAccount(portal, owner, { name: 'House money' });
    await move(portal, id, 10_000n);
    const { key, answer } = await invite(owner, id, ` ${friend.email.toUpperCase()} `);
    expect([answer.status, answer.headers.location]).toEqual([303, `/accounts/${id}/holders`]);

    const list = (await friend.get('/accounts')).text;
    expect(list).toContain('Olga Owner invites you to share an account');
    expect(list).not.toContain('House money');
    expect(list).not.toContain('100.00');
    expect((await friend.get(`/accounts/${id}`)).status).toBe(404);
    expect(await titles(friend)).toEqual(['You are invited to share an account']);
    expect((await friend.get(`/accounts/invitations/${key}`)).text).toContain('Olga Owner');

    const accepted = await answerTo(friend, key, 'accept');
    expect([accepted.status, accepted.headers.location]).toEqual([303, `/accounts/${id}`]);
    expect(await holdersOf(id)).toEqual([owner.partyId, friend.partyId]);
    expect((await friend.get('/accounts')).text).toContain('Shared with you');
    expect((await friend.get(`/accounts/${id}`)).text).toContain('House money');
    const details = (await friend.get(`/accounts/${id}/details`)).text;
    expect(details).toContain('<dt>Olga Owner</dt><dd>Owner</dd>');
    expect(details).toContain('<dt>Fred Friend (you)</dt><dd>Joint holder</dd>');
    expect(await titles(owner)).toEqual(['Your account has a new holder']);
    expect(await actions(id)).toEqual(expect.arrayContaining(['joint-holder-invited', 'joint-holder-added']));
  });

  it('answers the same for a customer’s address, a stranger’s and a staff user’s', async () => {
    const owner = await portal.borrower();
    const friend = await portal.borrower();
    const staff = await portal.staff('officer');
    const pages: string[] = [];
    for (const email of [friend.email, 'nobody@example.test', staff.email]) {
      const id = await openAccount(portal, owner);
      const { answer } = await invite(owner, id, email);
      expect(answer.status).toBe(303);
      const page = (await owner.get(String(answer.headers.location))).text;
      expect(page).toContain(email);
      const plain = page
        .replaceAll(email, 'EMAIL')
        .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
        .replaceAll(/··\d{4}/g, 'NUMBER')
        .replaceAll(/value="[^"]{40,}"|nonce="[^"]+"/g, 'TOKEN');
      pages.push(plain);
    }
    expect(new Set(pages).size).toBe(1);
  });

  it('stays a stranger’s: who registers the address afterwards is not the invited person', async () => {
    const owner = await portal.borrower();
    const id = await openAccount(portal, owner);
    const email = `late-${newId()}@example.test`;
    const { key } = await invite(owner, id, email);
    const registered = await portal.services.customers.register({
      fullName: 'Late Comer',
      email,
      phone: '+12025550143',
      password: 'lanterns over the harbour',
    });
    const partyId = registered.ok ? (registered.value.partyId ?? '') : '';
    expect(await portal.services.accounts.holders.invitations(partyId)).toEqual([]);
    const order = { actor: 'late', partyId, invitationId: key };
    await expect(portal.services.accounts.holders.accept(order)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('is declined without any change, and its owner told', async () => {
    const owner = await portal.borrower();
    const friend = await portal.borrower();
    const id = await openAccount(portal, owner);
    const { key } = await invite(owner, id, friend.email);
    expect((await answerTo(friend, key, 'decline')).headers.location).toBe('/accounts');
    expect(await holdersOf(id)).toEqual([owner.partyId]);
    expect((await friend.get('/accounts')).text).not.toContain('invites you');
    expect(await titles(owner)).toEqual(['An invitation was declined']);
    // Declined is declined, also for a form that was still open.
    expect((await answerTo(friend, key, 'accept')).headers.location).toBe('/accounts');
    expect((await friend.get('/accounts')).text).toContain('This invitation is no longer open. Nothing has changed.');
    expect(await holdersOf(id)).toEqual([owner.partyId]);
    expect((await friend.get(`/accounts/invitations/${key}`)).headers.location).toBe('/accounts');
  });

  it('is one for a form that is sent twice, and one open for an address', async () => {
    const owner = await portal.borrower();
    const friend = await portal.borrower();
    const id = await openAccount(portal, owner);
    const key = keyIn((await owner.get(`/accounts/${id}/holders`)).text);
    const twice = await Promise.all([1, 2, 3].map(() => invite(owner, id, friend.email, key)));
    expect(twice.map(({ answer }) => answer.status)).toEqual([303, 303, 303]);
    const again = await invite(owner, id, friend.email);
    expect(again.answer.status).toBe(409);
    expect(again.answer.text).toContain('You have invited this address already');
    expect(await invitations().countDocuments({ accountId: id })).toBe(1);
    expect(await titles(friend)).toHaveLength(1);
  });

  it.each([
    ['', 'Enter an e-mail address like name@example.com'],
    ['nobody', 'Enter an e-mail address like name@example.com'],
    ['a@b.c\u0000', 'Enter an e-mail address like name@example.com'],
  ])('is not sent to %j', async (email, sentence) => {
    const owner = await portal.borrower();
    const id = await openAccount(portal, owner);
    const { answer } = await invite(owner, id, email);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`<a href="#email">${sentence}`);
    expect(await invitations().countDocuments({ accountId: id })).toBe(0);
  });

  it('is not sent to a holder, nor to the owner', async () => {
    const owner = await portal.borrower();
    const friend = await portal.borrower();
    const id = await shared(owner, [friend]);
    for (const email of [owner.email, friend.email]) {
      const { answer } = await invite(owner, id, email);
      expect(answer.status).toBe(409);
      expect(answer.text).toContain('This person holds the account already');
    }
  });

  it('is the owner’s to send and the invited person’s to answer', async () => {
    const owner = await portal.borrower();
    const friend = await portal.borrower();
    const other = await portal.borrower();
    const id = await shared(owner, [friend]);
    expect((await invite(friend, id, other.email)).answer.status).toBe(404);
    expect((await invite(other, id, other.email)).answer.status).toBe(404);
    expect((await friend.get(`/accounts/${id}/holders`)).text).not.toContain('name="email"');
    const { key } = await invite(owner, id, other.email);
    for (const wrong of [friend, owner]) {
      expect((await wrong.get(`/accounts/invitations/${key}`)).status).toBe(404);
      expect((await answerTo(wrong, key, 'accept')).status).toBe(404);
    }
    expect((await friend.get(`/accounts/${id}/holders`)).text).not.toContain(other.email);
    expect(await holdersOf(id)).toEqual([owner.partyId, friend.partyId]);
  });

  it('can be taken back until it is answered', async () => {
    const owner = await portal.borrower();
    const friend = await portal.borrower();
    const id = await openAccount(portal, owner);
    const { key } = await invite(owner, id, friend.email);
    const path = `/accounts/${id}/invitations/withdraw`;
    expect((await friend.post(path, { invitation: key })).status).toBe(404);
    expect((await owner.post(path, { invitation: newId() })).status).toBe(404);
    expect((await owner.post(path, { invitation: key })).status).toBe(303);
    expect((await owner.get(`/accounts/${id}/holders`)).text).not.toContain(friend.email);
    await answerTo(friend, key, 'accept');
    expect(await holdersOf(id)).toEqual([owner.partyId]);
  });

  it('ends after fourteen days, and then the address can be invited again', async () => {
    const owner = await portal.borrower();
    const friend = await portal.borrower();
    const id = await openAccount(portal, owner);
    const { key } = await invite(owner, id, friend.email);
    const today = await portal.platform.bankDay.today();
    await portal.platform.bankDay.advanceTo(today.add({ days: 14 }));
    expect((await friend.get('/accounts')).text).toContain('invites you');
    await portal.platform.bankDay.advanceTo(today.add({ days: 15 }));
    expect((await friend.get('/accounts')).text).not.toContain('invites you');
    expect((await answerTo(friend, key, 'accept')).headers.location).toBe('/accounts');
    expect(await holdersOf(id)).toEqual([owner.partyId]);
    expect((await invite(owner, id, friend.email)).answer.status).toBe(303);
  });

  it('is over when its account is closed', async () => {
    const owner = await portal.borrower();
    const friend = await portal.borrower();
    const id = await openAccount(portal, owner);
    const { key } = await invite(owner, id, friend.email);
    await owner.post(`/accounts/${id}/close`, { key: newId() });
    expect((await friend.get('/accounts')).text).not.toContain('invites you');
    await answerTo(friend, key, 'accept');
    expect(await holdersOf(id)).toEqual([owner.partyId]);
    expect((await invite(owner, id, 'else@example.test')).answer.status).toBe(404);
  });

  it('is not sent without end', async () => {
    const owner = await portal.borrower();
    for (let count = 1; count <= 10; count += 1) {
      const id = await openAccount(portal, owner);
      expect((await invite(owner, id, `stranger-${count}@example.test`)).answer.status).toBe(303);
      if (count < 10) await owner.post(`/accounts/${id}/close`, { key: newId() });
    }
    const more = await invite(owner, await openAccount(portal, owner), 'stranger-11@example.test');
    expect(more.answer.status).toBe(409);
    expect(more.answer.text).toContain('You have sent many invitations today');
  });

  it('keeps the address sealed', async () => {
    const owner = await portal.borrower();
    const id = await openAccount(portal, owner);
    const { key } = await invite(owner, id, 'secret.friend@example.test');
    const kept = [
      await invitations().findOne({ _id: key }),
      await portal.database.db.collection('auditEntries').find({ 'subject.id': id }).toArray(),
      await portal.database.db.collection('outbox').find().toArray(),
    ];
    expect(
      JSON.stringify(kept, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
    ).not.toMatch(/secret\.friend/i);
  });
});

describe('an account held together', () => {
  it('has at most four holders, open invitations included, also when all accept at once', async () => {
    const owner = await portal.borrower();
    const people = await Promise.all([1, 2, 3, 4].map(() => portal.borrower()));
    const id = await openAccount(portal, owner);
    const keys: string[] = [];
    for (const person of people.slice(0, 3)) keys.push((await invite(owner, id, person.email)).key);
    expect((await owner.get(`/accounts/${id}/holders`)).text).toContain('An account has at most 4 holders');
    const fifth = people[3]?.email ?? '';
    const refused = await invite(owner, id, fifth);
    expect(refused.answer.status).toBe(409);
    expect(refused.answer.text).toContain('An account has at most 4 holders, open invitations included');
    // Should invitations slip through at once, holders do not.
    const template = await invitations().findOne({ _id: keys[0] ?? '' });
    const slipped = newId();
    await invitations().insertOne({
      ...template,
      _id: slipped,
      emailIndex: 'another',
      inviteeId: people[3]?.partyId ?? '',
    } as never);
    const all = [...keys, slipped];
    await Promise.all(people.map((person, index) => answerTo(person, all[index] ?? '', 'accept')));
    const holders = (await holdersOf(id)) ?? [];
    expect(holders).toHaveLength(4);
    expect(new Set(holders).size).toBe(4);
    expect(await invitations().countDocuments({ accountId: id, state: 'accepted' })).toBe(3);
  });

  it('counts not towards the ten of those who share it, and ten of others’ are the most', async () => {
    const friend = await portal.borrower();
    for (let count = 1; count <= 10; count += 1) await openAccount(portal, friend);
    const owner = await portal.borrower();
    const shares: string[] = [];
    for (let count = 1; count <= 10; count += 1) shares.push(await shared(owner, [friend]));
    expect(await portal.services.accounts.listOwn(friend.partyId)).toHaveLength(20);
    const another = await portal.borrower();
    const id = await openAccount(portal, another);
    const { key } = await invite(another, id, friend.email);
    await answerTo(friend, key, 'accept');
    expect((await friend.get('/accounts')).text).toContain('You share as many accounts as one person can');
    expect(await holdersOf(id)).toEqual([another.partyId]);
    expect(new Set(shares).size).toBe(10);
  });

  it('is left by a holder, who then sees nothing of it', async () => {
    const owner = await portal.borrower();
    const friend = await portal.borrower();
    const id = await shared(owner, [friend]);
    const path = `/accounts/${id}/holders/${friend.partyId}`;
    expect((await friend.get(path)).text).toContain('Leave this account?');
    const left = await Promise.all([friend.post(path), friend.post(path)]);
    expect(left.map(({ status }) => status).sort()).toContain(303);
    expect(await holdersOf(id)).toEqual([owner.partyId]);
    expect((await friend.get(`/accounts/${id}`)).status).toBe(404);
    expect(await titles(owner)).toContain('A holder has left your account');
    expect(await actions(id)).toContain('joint-holder-left');
  });

  it('is taken from a holder by its owner, and by nobody else', async () => {
    const owner = await portal.borrower();
    const [friend, other] = [await portal.borrower(), await portal.borrower()];
    const id = await shared(owner, [friend, other]);
    const path = (person: Borrower) => `/accounts/${id}/holders/${person.partyId}`;
    expect((await friend.post(path(other))).status).toBe(404);
    expect((await friend.get(path(other))).status).toBe(404);
    expect((await friend.post(path(owner))).status).toBe(404);
    expect((await owner.post(path(owner))).status).toBe(404);
    expect((await (await portal.borrower()).post(path(friend))).status).toBe(404);
    expect(await holdersOf(id)).toHaveLength(3);
    expect((await owner.get(path(friend))).text).toContain('will no longer see or use this account');
    expect((await owner.post(path(friend))).headers.location).toBe(`/accounts/${id}/holders`);
    expect(await holdersOf(id)).toEqual([owner.partyId, other.partyId]);
    expect(await titles(friend)).toContain('You no longer share an account');
    expect(await actions(id)).toContain('joint-holder-removed');
  });

  it('is renamed and closed by its owner alone, and told to all who held it', async () => {
    const owner = await portal.borrower();
    const friend = await portal.borrower();
    const id = await shared(owner, [friend]);
    expect((await friend.get(`/accounts/${id}/rename`)).status).toBe(404);
    expect((await friend.post(`/accounts/${id}/rename`, { version: '2', name: 'Mine' })).status).toBe(404);
    expect((await friend.post(`/accounts/${id}/close`, { key: newId() })).status).toBe(404);
    expect((await owner.post(`/accounts/${id}/close`, { key: newId() })).status).toBe(303);
    expect(await titles(friend)).toContain('An account is closed');
    expect((await friend.get('/accounts')).text).toContain('Closed accounts');
    expect((await friend.get(`/accounts/${id}`)).status).toBe(200);
  });
});

describe('questions of accounts and invitations', () => {
  it('are answered by indexes', async () => {
    const owner = await portal.borrower();
    const { db } = portal.database;
    const stages = async (name: string, filter: object, sort: object) => {
      const plan = JSON.stringify(
        await db
          .collection(name)
          .find(filter)
          .sort(sort as never)
          .explain('queryPlanner'),
        (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value),
      );
      return { scanned: plan.includes('COLLSCAN'), sorted: plan.includes('"stage":"SORT"') };
    };
    const asked: [string, object, object][] = [
      ['accounts', { holders: owner.partyId, state: 'open' }, { _id: 1 }],
      ['accounts', { holders: owner.partyId, state: 'closed' }, { _id: -1 }],
      ['accounts', { partyId: owner.partyId, state: 'open' }, { ordinal: 1 }],
      ['accounts', { state: 'open', interestPaidTo: { $lt: '2026-03-31' } }, { interestPaidTo: 1, _id: 1 }],
      ['accountInvitations', { inviteeId: owner.partyId, state: 'pending' }, { _id: 1 }],
      ['accountTypes', {}, { effectiveFrom: 1, version: 1 }],
    ];
    for (const [name, filter, sort] of asked)
      expect([name, filter, await stages(name, filter, sort)]).toEqual([
        name,
        filter,
        { scanned: false, sorted: false },
      ]);
    const pending = { accountId: newId(), state: 'pending' };
    expect((await stages('accountInvitations', pending, {})).scanned).toBe(false);
    const sent = { ownerId: owner.partyId, at: { $gt: new Date() } };
    expect((await stages('accountInvitations', sent, {})).scanned).toBe(false);
  });
});
