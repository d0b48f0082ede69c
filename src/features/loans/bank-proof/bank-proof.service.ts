import { randomInt, timingSafeEqual } from 'node:crypto';
import type { Model } from 'mongoose';
import { conflict, Fault, notFound } from '#core/errors.ts';
import { moneyOf, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Accounts } from '#features/accounts/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { Application } from '../applying/application.model.ts';
import type { Applications } from '../applying/application.service.ts';
import type { ApplicationState } from '../applying/application-states.ts';
import { bankProofCollection, bankProofModel, type BankProof } from './bank-proof.model.ts';
import {
  mayStart,
  proofLimits,
  standingOf,
  type BankProofState,
  type ProofStanding,
  type StartRefusal,
} from './bank-proof.rules.ts';

type Subject = Pick<Application, '_id' | 'bankIndex'>;

export interface AnswerOrder {
  actor: string;
  partyId: string;
  applicationId: string;
  /** The form's: sent twice, it is one try. */
  key: string;
  amount: Money;
  code: string;
}

export type AnswerRefusal = { code: 'nothing-to-answer' } | { code: 'not-arrived' } | { code: 'wrong'; left: number };

/** Proves that a bank account is the borrower's: a tiny payment to it that only its holder can read. */
export interface BankProofs {
  of(application: Subject): Promise<BankProofState>;
  standing(application: Subject): Promise<ProofStanding>;
  start(order: {
    actor: string;
    partyId: string;
    applicationId: string;
    key: string;
  }): Promise<Result<ProofStanding, StartRefusal>>;
  answer(order: AnswerOrder): Promise<Result<'proved', AnswerRefusal>>;
  /** What the other bank would show, where staff stand in for it: only then is it ours to tell. */
  sandboxStatement(application: Subject): Promise<{ amount: Money; text: string } | undefined>;
}

interface Parts {
  platform: Platform;
  proofs: Model<BankProof>;
  rail: Accounts['rail']['proofs'];
  applications: Pick<Applications, 'findOwn' | 'openSection'>;
}

export function createBankProofs(
  platform: Platform,
  deps: { accounts: Pick<Accounts, 'rail'>; applications: Pick<Applications, 'findOwn' | 'openSection'> },
): BankProofs {
  const { accounts, applications } = deps;
  const proofs = bankProofModel(platform.database.connection);
  const parts: Parts = { platform, proofs, rail: accounts.rail.proofs, applications };
  return {
    of: async (application) => (await standing(parts, application)).state,
    standing: (application) => standing(parts, application),
    start: (order) => start(parts, order),
    answer: (order) => answer(parts, order),
    sandboxStatement: (application) => sandboxStatement(parts, application),
  };
}

/** The newest test of the account that the application names now. */
async function latest({ proofs }: Parts, { _id: applicationId, bankIndex }: Subject): Promise<BankProof | undefined> {
  if (bankIndex === null) return undefined;
  return (await proofs.findOne({ applicationId, bankIndex }).sort({ round: -1 }).lean<BankProof>()) ?? undefined;
}

async function standing(parts: Parts, application: Subject): Promise<ProofStanding> {
  return standingNow(parts, await latest(parts, application));
}

async function standingNow({ platform, rail }: Parts, proof: BankProof | undefined): Promise<ProofStanding> {
  const payment = proof && (await rail.find(proof._id));
  if (!proof || !payment) return { state: 'none' };
  const { state, reason, endedAt } = payment;
  const told = { state, endedAt, reason: rail.reason(reason) };
  return standingOf({ ...proof, payment: told }, bsonDate(platform.clock.now()));
}

/** As long as money may still be paid out to the account. */
const open: readonly ApplicationState[] = [
  ...(['draft', 'submitted', 'asked', 'returned', 'proposed', 'offered', 'accepted', 'part-disbursed'] as const),
];

const dayMs = 86_400_000;

const start = async (parts: Parts, order: Parameters<BankProofs['start']>[0]): ReturnType<BankProofs['start']> => {
  const { platform, proofs, applications } = parts;
  const application = await applications.findOwn(order.partyId, order.applicationId);
  if (!application) throw notFound('Application');
  const known = await proofs.findOne({ _id: order.key, applicationId: application._id }).lean<BankProof>();
  if (known) return ok(await standingNow(parts, known));
  const now = bsonDate(platform.clock.now());
  const details = await applications.openSection(application, 'bank');
  const since = new Date(now.getTime() - dayMs);
  const decided = mayStart({
    open: open.includes(application.state),
    hasDetails: details !== undefined && application.bankIndex !== null,
    standing: await standing(parts, application),
    testsToday: await proofs.countDocuments({ partyId: order.partyId, at: operators({ $gt: since }) }),
    now,
  });
  if (!decided.ok) return decided;
  if (!details || application.bankIndex === null) return refuse({ code: 'no-details' });
  const proof = await newProof(parts, { order, application, bankIndex: application.bankIndex, now });
  const bankAccount = details.route === 'iban' ? details.iban : details.accountNumber;
  try {
    await send(parts, { order, proof, bankName: details.bankName, bankAccount });
  } catch (error) {
    // Another window was quicker: its test is the one that counts.
    if (!isDuplicateKey(error)) throw error;
    return refuse({ code: 'under-way' });
  }
  return ok(await standing(parts, application));
};

async function newProof(
  { proofs }: Parts,
  facts: { order: { key: string }; application: Application; bankIndex: string; now: Date },
): Promise<BankProof> {
  const { application, bankIndex, now } = facts;
  const { _id: applicationId, partyId, currency } = application;
  const before = await proofs.countDocuments({ applicationId });
  return {
    ...{ _id: facts.order.key, applicationId, partyId, bankIndex, currency },
    round: before + 1,
    amount: moneyOf(BigInt(randomInt(proofLimits.leastAmount, proofLimits.mostAmount + 1))),
    at: now,
    expiresAt: new Date(now.getTime() + proofLimits.daysOpen * dayMs),
    attempts: [],
    provedAt: null,
    version: 1,
  };
}

async function send(
  { platform, rail }: Parts,
  facts: { order: { key: string; actor: string }; proof: BankProof; bankName: string; bankAccount: string },
): Promise<void> {
  const { order, proof, bankName, bankAccount } = facts;
  const { partyId, applicationId, amount, currency } = proof;
  await rail.send({
    ...{ key: order.key, actor: order.actor, partyId, applicationId, amount, currency, bankName, bankAccount },
    companions: [
      { collection: bankProofCollection, kind: 'insert', document: { ...proof } },
      platform.audit.entry({
        actor: order.actor,
        action: 'bank-proof-started',
        subject: { type: 'application', id: applicationId },
        details: { proof: proof._id, round: String(proof.round) },
      }),
    ],
  });
}

/** More windows than tries cannot answer, so that this is enough for everybody to find out who was first. */
const mostRounds = 10;

async function answer(parts: Parts, order: AnswerOrder): Promise<Result<'proved', AnswerRefusal>> {
  const application = await parts.applications.findOwn(order.partyId, order.applicationId);
  if (!application) throw notFound('Application');
  for (let round = 0; round < mostRounds; round += 1) {
    const proof = await latest(parts, application);
    if (!proof) return refuse({ code: 'nothing-to-answer' });
    const before = proof.attempts.find((attempt) => attempt.key === order.key);
    if (before) return outcomeOf(proof, before.right);
    const now = await standingNow(parts, proof);
    if (now.state !== 'pending') return refuse({ code: 'nothing-to-answer' });
    if (!now.arrived) return refuse({ code: 'not-arrived' });
    const tried = await attempt(parts, proof, order);
    if (tried) return outcomeOf(tried.proof, tried.right);
  }
  throw conflict('The test of the bank account');
}

function outcomeOf(proof: Pick<BankProof, 'attempts'>, right: boolean): Result<'proved', AnswerRefusal> {
  if (right) return ok('proved');
  return refuse({ code: 'wrong', left: Math.max(0, proofLimits.mostTries - proof.attempts.length) });
}

/** One try, written with its outcome under the version that was read; undefined where another was quicker. */
async function attempt(
  { platform, rail }: Parts,
  proof: BankProof,
  { actor, key, amount, code }: AnswerOrder,
): Promise<{ proof: BankProof; right: boolean } | undefined> {
  const { _id, version, applicationId } = proof;
  const right = amount === proof.amount && same(code, rail.text(_id).slice(-code.length));
  const at = bsonDate(platform.clock.now());
  const done = { key, at, right };
  try {
    await commitTogether(platform.database, [
      {
        collection: bankProofCollection,
        kind: 'update',
        filter: { _id, version, provedAt: null },
        change: { $push: { attempts: done }, $set: { provedAt: right ? at : null }, $inc: { version: 1 } },
      },
      platform.audit.entry({
        actor,
        action: right ? 'bank-account-proved' : 'bank-proof-tried',
        subject: { type: 'application', id: applicationId },
        details: { proof: _id, tries: String(proof.attempts.length + 1) },
      }),
    ]);
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'conflict') throw error;
    return undefined;
  }
  return { proof: { ...proof, attempts: [...proof.attempts, done] }, right };
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

async function sandboxStatement(parts: Parts, application: Subject) {
  if (!parts.rail.sandbox) return undefined;
  const proof = await latest(parts, application);
  const now = await standingNow(parts, proof);
  if (!proof || now.state !== 'pending' || !now.arrived) return undefined;
  return { amount: proof.amount, text: parts.rail.text(proof._id) };
}
