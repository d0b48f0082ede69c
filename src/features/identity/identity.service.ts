import type { Model } from 'mongoose';
import { newId } from '#core/ids.ts';
import { isStaff, type Role } from '#core/roles.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { Passwords } from './password.service.ts';
import { userModel, type User } from './user.model.ts';

export interface NewUser {
  email: string;
  /** Absent for a user who cannot sign in. */
  password?: string;
  roles: Role[];
  partyId?: string;
  displayName: string;
}

/** What the web layer keeps of a signed-in user. */
export interface SignedInUser {
  userId: string;
  partyId: string | undefined;
  roles: readonly Role[];
  branchId: string;
  displayName: string;
  securityVersion: number;
}

export interface Identity {
  /** The user, or undefined: whether the address or the password was wrong is not told, nor by time. */
  signIn(credentials: { email: string; password: string }): Promise<SignedInUser | undefined>;
  /** Whether this is the password of a user who is signed in: asked again before something that binds. Whoever asks limits the tries. */
  confirmPassword(proof: { userId: string; password: string }): Promise<boolean>;
  findUser(userId: string): Promise<SignedInUser | undefined>;
  /** What colleagues read of users, by id; at most 200. A customer's name is not kept here. */
  displayNames(userIds: readonly string[]): Promise<Map<string, string>>;
  /** Active staff with any of the roles, by name; at most 200. */
  colleagues(staffRoles: readonly Role[]): Promise<{ userId: string; displayName: string }[]>;
  /** The new user as a companion, for those who make a party and its user together. */
  newUser(user: NewUser): Promise<Companion & { kind: 'insert' }>;
  /** One key for all spellings of an address that find the same user; it tells nothing of the address. */
  accountKey(email: string): string;
  isTaken(email: string): Promise<boolean>;
  /** The party of the customer who signs in with the address; whoever asks must not let a visitor see the difference. */
  customerOf(email: string): Promise<string | undefined>;
  /** The member of staff who signs in with the address. */
  staffOf(email: string): Promise<{ userId: string; partyId: string | undefined } | undefined>;
  /** Does the work of hashing and keeps nothing: for answers that must take as long as a registration. */
  hashForNobody(password: string): Promise<void>;
  /** Gives a staff user the file of a customer as their own. */
  linkParty(userId: string, partyId: string): Promise<void>;
}

interface Parts {
  platform: Platform;
  passwords: Passwords;
  users: Model<User>;
}

export function createIdentity(platform: Platform, deps: { passwords: Passwords }): Identity {
  const parts: Parts = { platform, passwords: deps.passwords, users: userModel(platform.database.connection) };
  return {
    signIn: (credentials) => signIn(parts, credentials),
    confirmPassword: (proof) => confirmPassword(parts, proof),
    findUser: async (userId) => {
      const user = await parts.users.findOne({ _id: userId, state: 'active' }).lean<User>();
      return user ? signedIn(user) : undefined;
    },
    displayNames: async (userIds) => {
      const asked = [...new Set(userIds)].slice(0, 200);
      const found = await parts.users
        .find({ _id: operators({ $in: asked }) }, { displayName: 1, roles: 1 })
        .lean<User[]>();
      return new Map(found.map((one) => [one._id, one.roles.includes('borrower') ? 'The customer' : one.displayName]));
    },
    colleagues: async (staffRoles) => {
      const found = await parts.users
        .find({ roles: operators({ $in: [...staffRoles] }), state: 'active' }, { displayName: 1 })
        .limit(200)
        .lean<User[]>();
      const named = found.map(({ _id: userId, displayName }) => ({ userId, displayName }));
      return named.sort((a, b) => (a.displayName < b.displayName ? -1 : 1));
    },
    newUser: (user) => newUser(parts, user),
    accountKey: (email) => accountKey(parts, email),
    isTaken: async (email) => (await findByEmail(parts, email)) !== null,
    customerOf: async (email) => {
      const user = await findByEmail(parts, email);
      const isCustomer = user?.state === 'active' && user.roles.includes('borrower');
      return isCustomer ? (user.partyId ?? undefined) : undefined;
    },
    staffOf: async (email) => {
      const user = await findByEmail(parts, email);
      if (user?.state !== 'active' || !isStaff(user)) return undefined;
      return { userId: user._id, partyId: user.partyId ?? undefined };
    },
    hashForNobody: async (password) => {
      await parts.passwords.hash(password);
    },
    linkParty: async (userId, partyId) => {
      await parts.users.updateOne({ _id: userId }, { $set: { partyId }, $inc: { securityVersion: 1 } });
    },
  };
}

function accountKey({ platform }: Parts, email: string): string {
  return platform.vault.blindIndex('email', email);
}

function findByEmail(parts: Parts, email: string): Promise<User | null> {
  return parts.users
    .findOne({ emailIndex: accountKey(parts, email) })
    .lean<User>()
    .exec();
}

async function signIn(
  parts: Parts,
  credentials: { email: string; password: string },
): Promise<SignedInUser | undefined> {
  const user = await findByEmail(parts, credentials.email);
  const kept = user?.passwordHash && user.pepperId ? { hash: user.passwordHash, pepperId: user.pepperId } : undefined;
  const matches = await parts.passwords.matches(credentials.password, kept);
  if (user?.state !== 'active' || !matches) {
    const subject = { type: 'user', id: user?._id ?? 'unknown' };
    await parts.platform.audit.record({ actor: 'visitor', action: 'sign-in-failed', subject });
    return undefined;
  }
  await parts.platform.audit.record({ actor: user._id, action: 'signed-in', subject: { type: 'user', id: user._id } });
  return signedIn(user);
}

async function confirmPassword(
  { platform, passwords, users }: Parts,
  { userId, password }: { userId: string; password: string },
): Promise<boolean> {
  const user = await users.findOne({ _id: userId, state: 'active' }).lean<User>();
  const kept = user?.passwordHash && user.pepperId ? { hash: user.passwordHash, pepperId: user.pepperId } : undefined;
  const matches = await passwords.matches(password, kept);
  const action = matches ? 'password-confirmed' : 'password-not-confirmed';
  await platform.audit.record({ actor: userId, action, subject: { type: 'user', id: userId } });
  return matches;
}

function signedIn(user: User): SignedInUser {
  const { _id: userId, partyId, roles, branchId, displayName, securityVersion } = user;
  return { userId, partyId: partyId ?? undefined, roles, branchId, displayName, securityVersion };
}

async function newUser(parts: Parts, user: NewUser): Promise<Companion & { kind: 'insert' }> {
  const { platform, passwords } = parts;
  const hashed = user.password === undefined ? undefined : await passwords.hash(user.password);
  const document: User = {
    _id: newId(),
    emailIndex: accountKey(parts, user.email),
    passwordHash: hashed?.hash ?? null,
    pepperId: hashed?.pepperId ?? null,
    roles: user.roles,
    partyId: user.partyId ?? null,
    branchId: platform.headBranchId,
    displayName: user.displayName,
    securityVersion: 1,
    state: 'active',
    createdAt: bsonDate(platform.clock.now()),
  };
  return { collection: 'users', kind: 'insert', document: { ...document } };
}
