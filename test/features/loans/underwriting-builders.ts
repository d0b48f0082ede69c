import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { imbalance } from '#features/ledger/index.ts';
import type { Application } from '#features/loans/index.ts';
import type { TestBank } from '#test/portal.ts';
import { answer, newDraft, property, unsecured } from './application-builders.ts';

export const officer = { userId: 'officer-1', partyId: undefined };
export const approvedTerms = { amount: moneyOf(1_500_000n), annualRate: rateOf('10.9'), instalments: 24 };

/** A new borrower's application that was sent and waits for a decision. */
export async function submitted(bank: TestBank, productCode: 'personal' | 'home' = 'personal') {
  const draft = await newDraft(bank, productCode);
  const home = [
    ...unsecured.slice(0, 3),
    { section: 'property', answers: property },
    { section: 'terms', answers: { amount: moneyOf(20_000_000n), instalments: 240, purpose: 'Buy a home' } },
  ] as const;
  const answered = await answer(bank, draft, productCode === 'home' ? home : unsecured);
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

/** Accepted in every respect, but the process died before the money moved. */
export async function acceptedWithoutMoney(bank: TestBank) {
  const file = await offered(bank);
  const accountId = await openAccount(bank, file.partyId);
  const loanId = `loan-of-${file.application._id}`;
  await bank.database.db
    .collection<{ _id: string }>('applications')
    .updateOne({ _id: file.application._id }, { $set: { state: 'accepted', loanId, payoutAccountId: accountId } });
  return { ...file, accountId, loanId };
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
