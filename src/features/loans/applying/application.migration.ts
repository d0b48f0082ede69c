import type { ProductVersion } from '#features/products/index.ts';
import type { Migration } from '#platform/schema.ts';
import type { Vault } from '#platform/vault/vault.ts';
import type { Application, HistoryEvent } from './application.model.ts';
import { wordsMigration } from './words.migration.ts';
import { decisionTimeMs } from './application-moving.ts';
import type { ApplicationAction, ApplicationState } from './application-states.ts';

type Old = Pick<
  Application,
  'state' | 'submittedAt' | 'answeredAt' | 'changedAt' | 'decision' | 'partyId' | 'offer' | 'loanId'
>;

const endings: Partial<Record<ApplicationState, { action: ApplicationAction; from: ApplicationState }>> = {
  withdrawn: { action: 'withdraw', from: 'submitted' },
  expired: { action: 'expire', from: 'offered' },
  disbursed: { action: 'disburse', from: 'accepted' },
};

/** Applications of before their turns were kept with them: what is known of these turns is told from their dates. */
const applicationHistoryMigration: Migration = {
  id: 'applications-with-history',
  run: async ({ db }) => {
    const applications = db.collection<Application>('applications');
    const empty = { consents: [], conditions: [], tranches: [], level: 'officer' as const };
    for await (const application of applications.find({ history: { $exists: false } })) {
      const { _id, state, submittedAt } = application;
      const dueAt = state === 'submitted' && submittedAt ? new Date(submittedAt.getTime() + decisionTimeMs) : null;
      const nobody = { assignee: null, lock: null, dueAt, dueLeftMs: null, acceptance: null, contest: null };
      const set = { ...empty, ...nobody, history: historyOf(application) };
      await applications.updateOne({ _id, history: { $exists: false } }, { $set: set });
    }
  },
};

export function historyOf(application: Old): HistoryEvent[] {
  const { state, submittedAt, answeredAt, changedAt, decision, partyId } = application;
  const events: HistoryEvent[] = [];
  const add = (at: Date | null | undefined, event: Omit<HistoryEvent, 'at'>) => {
    if (at) events.push({ at, ...event });
  };
  const byBorrower = { actor: partyId, by: 'borrower' as const };
  add(submittedAt, { action: 'submit', from: 'draft', to: 'submitted', ...byBorrower });
  if (decision) {
    const approved = decision.outcome === 'approved';
    const step = { action: approved ? 'approve' : 'reject', to: approved ? 'offered' : 'rejected' } as const;
    add(decision.at, { ...step, from: 'submitted', actor: decision.by, by: 'staff' });
  }
  const accepted = state !== 'declined';
  const answer = { action: accepted ? 'accept' : 'decline', to: accepted ? 'accepted' : 'declined' } as const;
  add(answeredAt, { ...answer, from: 'offered', ...byBorrower });
  const ending = endings[state];
  if (ending) add(changedAt, { ...ending, to: state, actor: 'system', by: 'system' });
  return events;
}

/** Applications of before their product's needs were kept with them; they were all paid in their product's rhythm. */
const applicationNeedsMigration: Migration = {
  id: 'applications-with-needs',
  run: async ({ db }) => {
    const applications = db.collection<Application>('applications');
    const products = db.collection<ProductVersion>('productVersions');
    const security = { $cond: ['$secured', 'property', 'none'] };
    const sections = { obligations: null, vehicle: null, business: null };
    const places = Object.fromEntries(Object.entries(sections).map(([name, value]) => [`sections.${name}`, value]));
    await applications.updateMany({ security: { $exists: false } }, [
      { $set: { ...places, security, forBusiness: false } },
    ]);
    const old = { 'sections.terms': { $ne: null }, 'sections.terms.frequency': { $exists: false } };
    // Every version that an application has pinned: as many as the bank has published.
    for (const productVersionId of await applications.distinct('productVersionId', old)) {
      const product = await products.findOne({ _id: productVersionId }, { projection: { frequency: 1 } });
      const frequency = product?.frequency ?? { every: 1, unit: 'month' };
      await applications.updateMany({ ...old, productVersionId }, { $set: { 'sections.terms.frequency': frequency } });
    }
  },
};

/** All, in their order. */
export const applicationMigrations = (vault: Vault): Migration[] => [
  applicationHistoryMigration,
  applicationNeedsMigration,
  wordsMigration(vault),
];
