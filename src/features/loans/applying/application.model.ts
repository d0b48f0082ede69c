import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import { sealedField } from '#platform/vault/vault.ts';
import type { Application } from './application.ts';

export type * from './application.ts';

const section = { type: { sealed: sealedField, savedAt: Date, form: Number, _id: false }, default: null };
const frequency = { type: { every: Number, unit: String, _id: false } };
const amount = { type: BigInt, required: true };
const text = { type: String, required: true };

const list = { type: [Object], default: [] };
const facts = { type: Object, default: null };

const applicationSchema = documentSchema(
  {
    reference: text,
    partyId: text,
    branchId: text,
    productVersionId: text,
    productCode: text,
    productName: text,
    security: text,
    forBusiness: { type: Boolean, required: true },
    secured: { type: Boolean, required: true },
    currency: text,
    state: text,
    version: { type: Number, required: true },
    sections: {
      personal: section,
      employment: section,
      obligations: section,
      bank: section,
      property: section,
      vehicle: section,
      business: section,
      terms: {
        type: { amount, instalments: Number, frequency, purpose: String, savedAt: Date, _id: false },
        default: null,
      },
    },
    bankIndex: { type: String, default: null },
    consents: list,
    history: list,
    level: { type: String, default: 'officer' },
    assignee: facts,
    lock: facts,
    dueAt: { type: Date, default: null },
    dueLeftMs: { type: Number, default: null },
    conditions: list,
    tranches: list,
    acceptance: facts,
    contest: facts,
    createdAt: { type: Date, required: true },
    changedAt: { type: Date, required: true },
    submittedAt: { type: Date, default: null },
    decision: {
      type: {
        by: text,
        at: Date,
        outcome: text,
        reason: String,
        reasons: { type: [String], default: undefined },
        note: { type: sealedField, default: null },
        proposedBy: String,
        approvalId: String,
        _id: false,
      },
      default: null,
    },
    offer: {
      type: {
        amount,
        annualRate: text,
        instalments: Number,
        instalment: amount,
        fee: amount,
        totalInterest: amount,
        totalRepaid: amount,
        aprPercent: String,
        madeOn: text,
        validUntil: text,
        _id: false,
      },
      default: null,
    },
    answeredAt: { type: Date, default: null },
    payoutAccountId: { type: String, default: null },
    loanId: { type: String, default: null },
  },
  'applications',
)
  .index({ reference: 1 }, { unique: true })
  .index({ partyId: 1, createdAt: -1 })
  // One draft of a product a party: a second press of "Start" continues the first one's.
  .index({ partyId: 1, productCode: 1 }, { unique: true, partialFilterExpression: { state: 'draft' } })
  .index({ state: 1, submittedAt: 1, _id: 1 })
  .index({ state: 1, 'sections.terms.amount': -1, _id: 1 })
  .index({ state: 1, dueAt: 1, _id: 1 })
  .index({ state: 1, productCode: 1, dueAt: 1, _id: 1 })
  .index({ 'assignee.userId': 1, state: 1, dueAt: 1, _id: 1 })
  .index({ state: 1, 'offer.validUntil': 1 })
  .index({ state: 1, answeredAt: 1 })
  .index({ bankIndex: 1 });

export const applicationModel = (connection: Connection): Model<Application> =>
  connection.model<Application>('Application', applicationSchema as never);
