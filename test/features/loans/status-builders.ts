import type { Application } from '#features/loans/index.ts';

const at = new Date('2026-03-16T10:00:00Z');

/** An application without answers, as it would be read from the database. */
export function newDraftOf(change: Partial<Application>): Application {
  return {
    ...{ _id: 'a-1', reference: '7K3M-92QX', partyId: 'p-1', branchId: 'head-office', productVersionId: 'v-1' },
    ...{ productCode: 'personal', productName: 'Personal loan', secured: false, security: 'none', forBusiness: false },
    ...{ currency: 'USD', state: 'draft', version: 1, bankIndex: null, consents: [], history: [], level: 'officer' },
    sections: {
      ...{ personal: null, employment: null, obligations: null, bank: null },
      ...{ property: null, vehicle: null, business: null, terms: null },
    },
    ...{ assignee: null, lock: null, dueAt: null, dueLeftMs: null, conditions: [], tranches: [], acceptance: null },
    ...{ contest: null, createdAt: at, changedAt: at, submittedAt: at, decision: null, offer: null, answeredAt: null },
    ...{ payoutAccountId: null, loanId: null },
    ...change,
  };
}
