import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import type { Role } from '#core/roles.ts';
import type { Application } from '#features/loans/index.ts';
import type { ApplicationState } from '#features/loans/applying/application-states.ts';
import { openPortal, testPassword, type TestPortal, type Visitor } from '#test/portal.ts';
import { sendPapers, verifyPapers } from '#test/papers.ts';
import { verifyIdentity } from '#test/verified.ts';
import { answer, newDraft, personal, unsecured } from './application-builders.ts';
import { approvedTerms, maker, openAccount, payOut, sign, stored } from './underwriting-builders.ts';

/** What an application is needed with, beside its state. */
export interface Wish {
  /** In how many parts the offer is planned to be paid out. */
  parts?: 2 | 3;
  /** What the offer depends on; none where it is to be paid out. */
  conditions?: string[];
  recommended?: 'approve' | 'reject';
}

export interface StateFile {
  id: string;
  partyId: string;
  email: string;
  who: { actor: string; partyId: string };
}

/** A bank whose personal loan can be paid out in parts and given back. */
export async function openStatePortal(): Promise<TestPortal> {
  const many = { points: 10_000, windowS: 900 };
  const portal = await openPortal({ allowances: { signInByAddress: many } });
  await portal.setDay('2026-03-17');
  // Before anybody reads the product, which is kept once it is read.
  await portal.database.db
    .collection('productVersions')
    .updateMany({ code: 'personal' }, { $set: { coolingOffDays: 3, mostTranches: 3 } });
  return portal;
}

const colleague = (userId: string, role: Role) => ({
  ...{ userId, roles: [role], partyId: undefined, branchId: 'head-office', displayName: userId },
});
const deskOfficer = colleague('officer-of-the-builder', 'officer');

function done<T>(result: { ok: true; value: T } | { ok: false; refusal: unknown }): T {
  if (!result.ok) throw new Error(`The way to the state was refused: ${JSON.stringify(result.refusal)}`);
  return result.value;
}

let files = 0;

/** Everything is answered and sent along; people have tax ids of their own, so that nobody is taken for another. */
async function drafted(bank: TestPortal): Promise<StateFile> {
  files += 1;
  const draft = await newDraft(bank);
  const taxId = `918-${String(10 + (files % 90))}-${String(1_000 + files)}`;
  const [, ...others] = unsecured;
  const answered = await answer(bank, draft, [{ section: 'personal', answers: { ...personal, taxId } }, ...others]);
  await sendPapers(bank, answered);
  const { partyId, email, who } = draft;
  return { id: answered._id, partyId, email, who };
}

const ofOwner = async (bank: TestPortal, { id, who }: StateFile) => ({
  ...{ ...who, applicationId: id, version: (await stored(bank, id)).version },
});
const ofOfficer = async (bank: TestPortal, { id }: StateFile) => ({
  ...{ actor: deskOfficer, applicationId: id, version: (await stored(bank, id)).version },
});

type Step = (bank: TestPortal, file: StateFile, wish: Wish) => Promise<unknown>;

const send: Step = async (bank, file) =>
  done(
    await bank.services.applications.submit({
      ...(await ofOwner(bank, file)),
      declared: { truthful: true, creditBureau: true },
    }),
  );
const ask: Step = async (bank, file) =>
  done(
    await bank.services.desk.ask({ ...(await ofOfficer(bank, file)), questions: [{ about: '', text: 'Which roof?' }] }),
  );
const giveBack: Step = async (bank, file) =>
  done(
    await bank.services.desk.returnToBorrower({ ...(await ofOfficer(bank, file)), key: newId(), words: 'Change it' }),
  );
const propose: Step = async (bank, file, { recommended = 'approve' }) => {
  const reason = 'debt-too-high' as const;
  const proposed =
    recommended === 'approve'
      ? { outcome: 'approve' as const, ...approvedTerms }
      : { outcome: 'reject' as const, reason };
  return done(
    await bank.services.underwriting.propose({
      ...(await ofOfficer(bank, file)),
      ...{ key: newId(), note: 'I recommend it', proposed },
    }),
  );
};
const approve: Step = async (bank, file, { parts, conditions = [] }) => {
  const order = { ...(await ofOfficer(bank, file)), ...approvedTerms, conditions };
  done(await bank.services.underwriting.approve(order));
  if (parts === undefined) return;
  const each = approvedTerms.amount / BigInt(parts);
  const plan = Array.from({ length: parts }, (_, n) => ({ amount: moneyOf(each), stage: n === 0 ? '' : 'As built' }));
  done(await bank.services.payouts.plan({ ...(await ofOfficer(bank, file)), actor: maker, parts: plan }));
};
const reject: Step = async (bank, file) =>
  done(await bank.services.underwriting.reject({ ...(await ofOfficer(bank, file)), reason: 'debt-too-high' }));
const withdraw: Step = async (bank, file) => done(await bank.services.applications.withdraw(await ofOwner(bank, file)));
const decline: Step = async (bank, file) =>
  done(await bank.services.underwriting.declineOffer(await ofOwner(bank, file)));
/** Signed, with all that a payout waits for. */
const accept: Step = async (bank, file) => {
  const application = await stored(bank, file.id);
  const accountId = await openAccount(bank, file.partyId);
  const deposit = { key: newId(), actor: 'test', partyId: file.partyId, accountId, amount: moneyOf(50_000n) };
  done(await bank.services.accounts.deposit(deposit));
  await sign(bank, { ...file, application }, { accountId });
  await verifyIdentity(bank, file.partyId);
  await verifyPapers(bank, await stored(bank, file.id));
};
const pay: Step = async (bank, file) =>
  done(await payOut(bank, { partyId: file.partyId, application: { _id: file.id } }));
const cancel: Step = async (bank, file) => done(await bank.services.payouts.cancelAccepted(await ofOwner(bank, file)));
/** By the day: every offer that is open at this moment ends with it. */
const runOut: Step = async (bank) => {
  const today = await bank.platform.bankDay.today();
  return bank.services.underwriting.expireOffers(today.add({ days: 200 }));
};

/** The real moves that lead from a draft to each state. */
const ways: Readonly<Record<ApplicationState, readonly Step[]>> = {
  draft: [],
  submitted: [send],
  asked: [send, ask],
  returned: [send, giveBack],
  proposed: [send, propose],
  offered: [send, approve],
  rejected: [send, reject],
  withdrawn: [send, withdraw],
  declined: [send, approve, decline],
  expired: [send, approve, runOut],
  accepted: [send, approve, accept],
  'part-disbursed': [send, approve, accept, pay],
  disbursed: [send, approve, accept, pay],
  cancelled: [send, approve, accept, cancel],
};

export async function fileIn(bank: TestPortal, state: ApplicationState, wish: Wish = {}): Promise<StateFile> {
  const file = await drafted(bank);
  const all = state === 'part-disbursed' ? { parts: 2 as const, ...wish } : wish;
  for (const step of ways[state]) await step(bank, file, all);
  const now = (await stored(bank, file.id)).state;
  if (now !== state) throw new Error(`The way to ${state} led to ${now}`);
  return file;
}

/** A signed-in person who asks for a token once, since these tests send thousands of forms. */
export interface Person {
  get(path: string): Promise<{ status: number; text: string }>;
  post(path: string, fields: Record<string, string>): Promise<{ status: number; text: string }>;
}

export async function person(visitor: Visitor): Promise<Person> {
  const page = await visitor.get('/logout');
  const _csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  return {
    get: (path) => visitor.get(path),
    post: (path, fields) => visitor.post(path, { ...fields, _csrf }, { csrf: false }),
  };
}

export async function ownerOf(bank: TestPortal, { email }: StateFile): Promise<Person> {
  const visitor = bank.visitor();
  await visitor.post('/login', { email, password: testPassword });
  return person(visitor);
}

/** What a refused try must leave as it was: the whole application, its state, version and history with it. */
export function kept(bank: TestPortal, { id }: StateFile): Promise<Application> {
  return stored(bank, id);
}
