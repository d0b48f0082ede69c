import { present } from '#core/assert.ts';
import { newId } from '#core/ids.ts';
import type { Actor } from '#core/roles.ts';
import { draftForm } from '#features/products/drafting/draft.forms.ts';
import { valuesOf } from '#features/products/drafting/draft-values.ts';
import { startingProducts } from '#features/products/catalogue.ts';
import { termsOfVersion, type ProductVersion } from '#features/products/product.model.ts';
import type { ProductTerms } from '#features/products/product-terms.ts';
import type { TestBank } from '#test/portal.ts';

export function personalVersion(): ProductVersion {
  return { _id: 'personal-1', ...present(startingProducts('USD')[0], 'The personal loan') };
}

export const personalTerms = (): ProductTerms => termsOfVersion(personalVersion());

/** What a browser sends of the draft form for these terms: every control has a value, also of empty rows. */
export function draftFields(terms: ProductTerms, version: number): Record<string, string> {
  const values = valuesOf(terms, 'USD');
  const blank = Object.keys(draftForm('USD').shape).flatMap((name) => {
    if (/^(offered|forBusiness|often-.*|prepayAllowed|effect.*|bucket\dNpa)$/.test(name)) return [];
    if (/^fee\dWhen$/.test(name)) return [[name, 'disbursement']];
    if (/^fee\dOf$/.test(name)) return [[name, 'amount']];
    return [[name, '']];
  });
  return { ...(Object.fromEntries(blank) as Record<string, string>), ...values, version: String(version) };
}

export const staffMember = (userId: string, role: Actor['roles'][number] = 'finance'): Actor => ({
  userId,
  partyId: undefined,
  roles: [role],
  branchId: 'head-office',
  displayName: `${role} ${userId}`,
});

export const maker = staffMember('maker');
export const checker = staffMember('checker', 'administrator');

/** Saves a draft of the change and asks for its publication; gives the request. */
export async function askedFor(bank: TestBank, code: string, change: Partial<ProductTerms>) {
  const { products } = bank.services;
  const live = await products.newestByCode(code);
  const terms = { ...(live ? termsOfVersion(live) : personalTerms()), ...change };
  const draft = await products.drafts.find(code);
  const saved = await products.drafts.save({ code, version: draft?.version ?? 0, terms, actor: maker });
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  const order = { id: newId(), code, version: saved.value.version, reason: 'The market moved', actor: maker };
  const asked = await products.drafts.askForPublication(order);
  if (!asked.ok) throw new Error(asked.refusal.message);
  return asked.value;
}

export async function published(bank: TestBank, code: string, change: Partial<ProductTerms>): Promise<ProductVersion> {
  const request = await askedFor(bank, code, change);
  const decided = await bank.services.approvals.approve({ ...request, checker });
  if (!decided.ok) throw new Error(JSON.stringify(decided.refusal));
  return present(await bank.services.products.version(request.key), 'The published version');
}
