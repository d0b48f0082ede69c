import { newId } from '#core/ids.ts';
import type { Actor } from '#core/roles.ts';
import type { PolicyContent, PolicyRule } from '#features/risk/policy/policy.ts';
import type { TestBank } from '#test/portal.ts';

export const staffMember = (userId: string, role: Actor['roles'][number] = 'senior-officer'): Actor => ({
  userId,
  partyId: undefined,
  roles: [role],
  branchId: 'head-office',
  displayName: `${role} ${userId}`,
});
export const maker = staffMember('maker', 'analyst');
export const checker = staffMember('checker', 'compliance');

export const rule = (change: Partial<PolicyRule> = {}): PolicyRule => ({
  ...{ code: 'debt', fact: 'debtToIncome', comparison: 'at-most', refer: '40', decline: '60' },
  ...{ whenUnknown: 'refer', products: [], security: null, reason: 'debt-too-high' },
  ...change,
});

/** The live policy with one figure of its debt rule changed: a draft that says something else. */
export const withDebtLimit =
  (refer: string) =>
  (content: PolicyContent): PolicyContent => ({
    ...content,
    rules: content.rules.map((one) => (one.code === 'debt-to-income' ? { ...one, refer } : one)),
  });

export async function saved(bank: TestBank, change: (content: PolicyContent) => PolicyContent, actor: Actor = maker) {
  const { policies } = bank.services.risk;
  const base = await policies.base();
  const order = { base, version: base.version, content: change(base.content), part: 'rule debt-to-income', actor };
  const kept = await policies.save(order);
  if (!kept.ok) throw new Error(JSON.stringify(kept.refusal));
  return base.version + 1;
}

export async function askedFor(bank: TestBank, change: (content: PolicyContent) => PolicyContent) {
  const version = await saved(bank, change);
  return asked(bank, version);
}

export async function asked(bank: TestBank, version: number) {
  const order = { id: newId(), version, reason: 'Fewer defaults', actor: maker };
  const request = await bank.services.risk.policies.askForPublication(order);
  if (!request.ok) throw new Error(request.refusal.message);
  return request.value;
}
