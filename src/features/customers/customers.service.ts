import type { Model } from 'mongoose';
import { notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { ok, type Result } from '#core/result.ts';
import type { Identity, PasswordRefusal } from '#features/identity/index.ts';
import { judgePassword } from '#features/identity/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { DataKeys } from '#platform/vault/data-keys.ts';
import { partyModel, personalFields, type Party, type PersonalField } from './party.model.ts';
import { knownCustomers, searchParties, type KnownCustomer, type PartySearch } from './party-search.ts';

const nothingGiven = Object.fromEntries(personalFields.map((field) => [field, ''])) as Record<PersonalField, string>;

/** Everything we know of a person, opened; an empty text is a value not given yet. */
export interface Person extends Record<PersonalField, string> {
  partyId: string;
  version: number;
}

export interface Customers {
  /**
   * Makes a party, its key and its user. The answer is the same whether the address was free or not. Until addresses
   * are confirmed by e-mail, a stranger who registers one and can then sign in has learned that it was free.
   */
  register(person: {
    fullName: string;
    email: string;
    phone: string;
    password?: string;
  }): Promise<Result<Registered, PasswordRefusal>>;
  /** A party that does not sign in: a stranger who writes to us, so that what they tell us is sealed and can be erased. */
  addEnquirer(person: { fullName: string; email: string }): Promise<string>;
  person(partyId: string): Promise<Person>;
  /** Full names by party, opened after one query for their keys. */
  names(partyIds: readonly string[]): Promise<Map<string, string>>;
  /** Parties that staff look for, by id; at most 200. */
  search(search: PartySearch): Promise<string[]>;
  /** Customers in bulk, by their ids and by blind indexes of their e-mail addresses; a mere enquirer is none. */
  known(query: { ids: readonly string[]; emailIndexes: readonly string[] }): Promise<KnownCustomer[]>;
  /** Replaces what the person may change themselves; the version guards against another window. */
  update(change: {
    actor: string;
    partyId: string;
    version: number;
    fields: Partial<Record<PersonalField, string>>;
  }): Promise<void>;
  /** Called before a change of a profile is written; what it gives is written with it, or nothing is. */
  onProfileChange(watch: (change: ProfileChange) => Promise<Companion[]>): void;
}

export interface ProfileChange {
  actor: string;
  partyId: string;
  before: Readonly<Record<PersonalField, string>>;
  after: Readonly<Record<PersonalField, string>>;
}

export interface Registered {
  /** Undefined where the address had a user already: nothing was made. */
  partyId: string | undefined;
}

interface Parts {
  platform: Platform;
  keys: DataKeys;
  identity: Identity;
  parties: Model<Party>;
  watchers: ((change: ProfileChange) => Promise<Companion[]>)[];
}

export function createCustomers(platform: Platform, deps: { keys: DataKeys; identity: Identity }): Customers {
  const parts: Parts = { platform, ...deps, parties: partyModel(platform.database.connection), watchers: [] };
  return {
    register: (person) => register(parts, person),
    addEnquirer: (person) => addEnquirer(parts, person),
    person: (partyId) => openPerson(parts, partyId),
    names: (partyIds) => names(parts, partyIds),
    search: (search) => searchParties({ vault: platform.vault, parties: parts.parties }, search),
    known: (query) => knownCustomers(parts.parties, query),
    update: (change) => update(parts, change),
    onProfileChange: (watch) => void parts.watchers.push(watch),
  };
}

async function register(
  parts: Parts,
  person: { fullName: string; email: string; phone: string; password?: string },
): Promise<Result<Registered, PasswordRefusal>> {
  const { platform, identity } = parts;
  const { password, ...values } = person;
  if (password !== undefined) {
    const judged = judgePassword({ password, own: [person.fullName, person.email] });
    if (!judged.ok) return judged;
    if (await identity.isTaken(person.email)) {
      await identity.hashForNobody(password);
      return ok({ partyId: undefined });
    }
  }
  const partyId = newId();
  const user = await identity.newUser({
    email: person.email,
    ...(password === undefined ? {} : { password }),
    roles: ['borrower'],
    partyId,
    displayName: 'You',
  });
  const party = await makeParty(parts, { partyId, kind: 'person', values });
  const subject = { type: 'party', id: partyId };
  const entry = platform.audit.entry({ actor: user.document._id, action: 'registered', subject });
  try {
    await commitTogether(platform.database, [
      { collection: 'parties', kind: 'insert', document: { ...party } },
      user,
      entry,
    ]);
  } catch (error) {
    // Where the outcome is not known the party may exist: a key that nobody needs is harmless, a missing one is not.
    if (!isDuplicateKey(error)) throw error;
    // Two registrations of one address at once: the second is told what a taken address is told.
    await parts.keys.destroy(partyId);
    return ok({ partyId: undefined });
  }
  return ok({ partyId });
}

async function addEnquirer(parts: Parts, person: { fullName: string; email: string }): Promise<string> {
  const partyId = newId();
  const party = await makeParty(parts, { partyId, kind: 'enquirer', values: person });
  // Not by the model: it takes a sealed empty text for a missing one.
  await commitTogether(parts.platform.database, [{ collection: 'parties', kind: 'insert', document: { ...party } }]);
  return partyId;
}

/** Makes the party's key and seals the values; writes nothing else. */
async function makeParty(
  parts: Parts,
  facts: { partyId: string; kind: Party['kind']; values: Partial<Record<PersonalField, string>> },
): Promise<Party> {
  const { platform, keys } = parts;
  await keys.make(facts.partyId);
  const values = { ...nothingGiven, ...facts.values };
  const place = { collection: 'parties', document: facts.partyId };
  return {
    _id: facts.partyId,
    kind: facts.kind,
    branchId: platform.headBranchId,
    sealed: await platform.vault.sealAll(facts.partyId, place, values),
    ...indexesOf(parts, values),
    version: 1,
    createdAt: bsonDate(platform.clock.now()),
  };
}

function indexesOf({ platform }: Parts, values: Record<PersonalField, string>) {
  const { vault } = platform;
  const words = values.fullName.split(/\s+/).filter(Boolean).slice(0, 8);
  return {
    emailIndex: vault.blindIndex('email', values.email),
    phoneIndex: values.phone === '' ? null : vault.blindIndex('phone', values.phone),
    taxIdIndex: values.taxId === '' ? null : vault.blindIndex('tax-id', values.taxId),
    nameTokens: [...new Set(words.map((word) => vault.blindIndex('name-token', word)))],
  };
}

async function openPerson({ platform, parties }: Parts, partyId: string): Promise<Person> {
  const party = await parties.findOne({ _id: partyId }).lean<Party>();
  if (!party) throw notFound('Customer');
  const values = await platform.vault.openAll({ collection: 'parties', document: partyId }, party.sealed);
  return { ...values, partyId, version: party.version };
}

async function names({ platform, parties }: Parts, partyIds: readonly string[]): Promise<Map<string, string>> {
  const wanted = [...new Set(partyIds)].slice(0, 200);
  await platform.vault.warm(wanted);
  const found = await parties
    .find({ _id: operators({ $in: wanted }) }, { 'sealed.fullName': 1 })
    .limit(200)
    .lean<Pick<Party, '_id' | 'sealed'>[]>();
  const opened = await Promise.all(
    found.map(async ({ _id, sealed }) => {
      const place = { collection: 'parties', document: _id, field: 'fullName' };
      return [_id, await platform.vault.open(place, sealed.fullName)] as const;
    }),
  );
  return new Map(opened);
}

async function update(
  parts: Parts,
  change: { actor: string; partyId: string; version: number; fields: Partial<Record<PersonalField, string>> },
): Promise<void> {
  const { platform } = parts;
  const { actor, partyId, version, fields } = change;
  const person = await openPerson(parts, partyId);
  const values = { ...pick(person), ...fields };
  const sealed = await platform.vault.sealAll(partyId, { collection: 'parties', document: partyId }, values);
  const changed = personalFields.filter((field) => values[field] !== person[field]).join(' ');
  const told = { actor, partyId, before: pick(person), after: values };
  const companions = await Promise.all(parts.watchers.map((watch) => watch(told)));
  await commitTogether(platform.database, [
    {
      collection: 'parties',
      kind: 'update',
      filter: { _id: partyId, version },
      change: { $set: { sealed, ...indexesOf(parts, values) }, $inc: { version: 1 } },
    },
    platform.audit.entry({
      actor,
      action: 'profile-changed',
      subject: { type: 'party', id: partyId },
      details: { fields: changed },
    }),
    ...companions.flat(),
  ]);
}

function pick(person: Person): Record<PersonalField, string> {
  return Object.fromEntries(personalFields.map((field) => [field, person[field]])) as Record<PersonalField, string>;
}
