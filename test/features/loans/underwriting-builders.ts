import { newId } from '#core/ids.ts';
import type { Actor, Role } from '#core/roles.ts';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { imbalance } from '#features/ledger/index.ts';
import type { Application } from '#features/loans/index.ts';
import { sealConditions } from '#features/loans/offer/agreed-words.ts';
import { nextTranche } from '#features/loans/offer/tranche-plan.ts';
import type { TestBank } from '#test/portal.ts';
import { sendPapers, verifyPapers } from '#test/papers.ts';
import { verifyIdentity } from '#test/verified.ts';
import { answer, monthly, newDraft, property, unsecured } from './application-builders.ts';

export const officer = { userId: 'officer-1', partyId: undefined };
/** At another rate than the product's, so that the officer says why. */
export const approvedTerms = {
  amount: moneyOf(1_500_000n),
  ...{ annualRate: rateOf('10.9'), instalments: 24, note: 'The rate was agreed' },
};

/** A new borrower's application that was sent and waits for a decision. */
export async function submitted(bank: TestBank, productCode: 'personal' | 'home' = 'personal') {
  const draft = await newDraft(bank, productCode);
  const home = [
    ...unsecured.slice(0, 4),
    { section: 'property', answers: property },
    {
      section: 'terms',
      answers: { amount: moneyOf(20_000_000n), instalments: 240, frequency: monthly, purpose: 'Buy a home' },
    },
  ] as const;
  const answered = await answer(bank, draft, productCode === 'home' ? home : unsecured);
  await sendPapers(bank, answered);
  const declared = { truthful: true, creditBureau: true };
  const order = { ...draft.who, applicationId: answered._id, version: answered.version, declared };
  const sent = await bank.services.applications.submit(order);
  if (!sent.ok) throw new Error(`The test application was not sent: ${sent.refusal.code}`);
  return { ...draft, application: sent.value };
}

export async function offered(bank: TestBank) {
  const file = await submitted(bank);
  const { _id: applicationId, version } = file.application;
  const approved = await bank.services.underwriting.approve({
    actor: officer,
    applicationId,
    version,
    ...approvedTerms,
    note: 'Canary note of the officer',
  });
  if (!approved.ok) throw new Error(`The test application was not approved: ${approved.refusal.code}`);
  return { ...file, application: approved.value };
}

/** Signed by the borrower; the money waits for staff. */
export async function acceptedWithoutMoney(bank: TestBank) {
  const file = await offered(bank);
  const accountId = await openAccount(bank, file.partyId);
  const { loanId } = await sign(bank, file, { accountId });
  return { ...file, accountId, loanId };
}

type Signed = Awaited<ReturnType<typeof offered>>;

/** What a borrower sends who signs what the page showed, with their own name. */
export async function signOrder(bank: TestBank, file: Pick<Signed, 'who' | 'partyId' | 'application'>) {
  const applicationId = file.application._id;
  const review = await bank.services.underwriting.findOffer(file.partyId, applicationId);
  if (!review) throw new Error('There is no offer to sign');
  const { documents, application, borrower: typedName } = review;
  return { ...file.who, applicationId, version: application.version, documents, typedName, address: '203.0.113.77' };
}

export async function sign(
  bank: TestBank,
  file: Pick<Signed, 'who' | 'partyId' | 'application'>,
  choice: { accountId?: string; payTo?: 'account' | 'bank' } = {},
): Promise<{ loanId: string }> {
  const signed = await bank.services.underwriting.acceptOffer({ ...(await signOrder(bank, file)), ...choice });
  if (!signed.ok) throw new Error(`The test offer was not signed: ${signed.refusal.code}`);
  return signed.value;
}

const colleague = (userId: string, roles: readonly Role[]): Actor => ({
  ...{ userId, roles, partyId: undefined, branchId: 'head-office', displayName: userId },
});
export const maker = colleague('maker-1', ['officer']);
export const checker = colleague('checker-1', ['finance']);

/** Asks for the next part; gives what was asked for. */
export async function askForPayout(bank: TestBank, applicationId: string, actor = maker) {
  const { application } = await bank.services.payouts.file(applicationId, actor);
  const { offer } = application;
  const part = offer && nextTranche({ ...application, offer });
  if (!part) throw new Error('There is nothing to pay out');
  const order = { key: newId(), actor, applicationId, version: application.version, reason: 'All is checked' };
  return bank.services.payouts.ask({ ...order, n: part.n, amount: part.amount });
}

/** The identity of the borrower and every paper were looked at. */
export async function lookAtEverything(
  bank: TestBank,
  file: { partyId: string; application: Pick<Application, '_id'> },
): Promise<void> {
  await verifyIdentity(bank, file.partyId);
  await verifyPapers(bank, await stored(bank, file.application._id));
}

/** Everybody on the file is verified, one colleague asks and another one approves; each try has a request of its own. */
export async function payOut(bank: TestBank, file: { partyId: string; application: Pick<Application, '_id'> }) {
  await lookAtEverything(bank, file);
  const asked = await askForPayout(bank, file.application._id);
  if (!asked.ok) throw new Error(`The test payout was not asked for: ${asked.refusal.text}`);
  return approvePayout(bank, asked.value.request);
}

export async function approvePayout(bank: TestBank, id: string, by = checker) {
  const request = await bank.services.approvals.find(id);
  return bank.services.approvals.approve({ id, version: request?.version ?? 0, checker: by });
}

/** Signed and paid out. */
export async function paidOut(bank: TestBank, file: Signed, choice: { accountId?: string } = {}) {
  const { loanId } = await sign(bank, file, choice);
  const paid = await payOut(bank, file);
  if (!paid.ok) throw new Error(`The test loan was not paid out: ${JSON.stringify(paid.refusal)}`);
  return { loanId };
}

export async function openAccount(bank: TestBank, partyId: string): Promise<string> {
  const opened = await bank.services.accounts.open({ actor: 'test', partyId, name: 'Everyday account' });
  if (!opened.ok) throw new Error('The test account was not opened');
  return opened.value.id;
}

export async function stored(bank: TestBank, id: string): Promise<Application> {
  const found = await bank.database.db.collection<Application>('applications').findOne({ _id: id });
  if (!found) throw new Error('The application is gone');
  return found;
}

/** Conditions that came up at a file behind everybody's back, still open; gives their ids. */
export async function putConditions(bank: TestBank, id: string, texts: readonly string[]): Promise<string[]> {
  const conditions = await sealConditions(bank.platform.vault, await stored(bank, id), texts);
  const applications = bank.database.db.collection<{ _id: string }>('applications');
  await applications.updateOne({ _id: id }, { $set: { conditions } });
  return conditions.map((one) => one.id);
}

/** What a refusal must leave as it was. */
export async function footprint(bank: TestBank) {
  const { db } = bank.database;
  const names = ['applications', 'journals', 'loans', 'loanTransactions', 'accounts', 'auditEntries', 'outbox'];
  return Promise.all(names.map((name) => db.collection(name).find().sort({ _id: 1 }).toArray()));
}

export async function bankImbalance(bank: TestBank): Promise<bigint> {
  return imbalance(await bank.services.ledger.trialBalance());
}

/** The notices that were promised to a party, by title. */
export async function promised(bank: TestBank, partyId: string): Promise<string[]> {
  const rows = await bank.database.db
    .collection<{ payload: { partyId: string; title: string } }>('outbox')
    .find({ 'payload.partyId': partyId })
    .sort({ _id: 1 })
    .toArray();
  return rows.map((row) => row.payload.title);
}

export async function audited(bank: TestBank, subjectId: string): Promise<string[]> {
  const { entries } = await bank.platform.audit.list({ page: 1, size: 30, subjectId });
  return entries.map((entry) => entry.action).reverse();
}
