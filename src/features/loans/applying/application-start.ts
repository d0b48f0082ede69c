import type { Model } from 'mongoose';
import { conflict } from '#core/errors.ts';
import { newId, newReference } from '#core/ids.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Products, ProductVersion } from '#features/products/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { Application } from './application.model.ts';

export interface StartOrder {
  actor: string;
  partyId: string;
  branchId: string;
  productCode: string;
}

interface Parts {
  platform: Platform;
  products: Pick<Products, 'liveByCode'>;
  applications: Model<Application>;
}

/** A new draft, or the party's draft of the same product where there is one. */
export async function startApplication(
  parts: Parts,
  order: StartOrder,
): Promise<Result<Application, { code: 'unknown-product' }>> {
  const product = await parts.products.liveByCode(order.productCode);
  if (!product) return refuse({ code: 'unknown-product' });
  // A second press, or another window, may make the draft between our look and our insert; the index keeps it to one.
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const draft = await parts.applications
      .findOne({ partyId: order.partyId, productCode: product.code, state: 'draft' })
      .lean<Application>();
    if (draft) return ok(draft);
    const made = await insertDraft(parts, { ...order, product });
    if (made) return ok(made);
  }
  throw conflict('The list of applications');
}

async function insertDraft(
  { platform }: Parts,
  order: { actor: string; partyId: string; branchId: string; product: ProductVersion },
): Promise<Application | undefined> {
  const application = newDraft(order, bsonDate(platform.clock.now()));
  const entry = platform.audit.entry({
    actor: order.actor,
    action: 'application-started',
    subject: { type: 'application', id: application._id },
    details: { reference: application.reference, product: order.product.code },
  });
  try {
    await commitTogether(platform.database, [
      { collection: 'applications', kind: 'insert', document: { ...application } },
      entry,
    ]);
    return application;
  } catch (error) {
    if (isDuplicateKey(error)) return undefined;
    throw error;
  }
}

function newDraft(order: { partyId: string; branchId: string; product: ProductVersion }, at: Date): Application {
  const { product, partyId, branchId } = order;
  return {
    _id: newId(),
    reference: newReference(),
    partyId,
    branchId,
    productVersionId: product._id,
    productCode: product.code,
    productName: product.name,
    security: product.security,
    forBusiness: product.forBusiness,
    secured: product.security !== 'none',
    currency: product.currency,
    state: 'draft',
    version: 1,
    sections: {
      ...{ personal: null, employment: null, obligations: null, bank: null },
      ...{ property: null, vehicle: null, business: null, terms: null },
    },
    bankIndex: null,
    consents: [],
    history: [],
    level: 'officer',
    assignee: null,
    lock: null,
    dueAt: null,
    dueLeftMs: null,
    conditions: [],
    tranches: [],
    acceptance: null,
    contest: null,
    createdAt: at,
    changedAt: at,
    submittedAt: null,
    decision: null,
    offer: null,
    answeredAt: null,
    payoutAccountId: null,
    loanId: null,
  };
}
