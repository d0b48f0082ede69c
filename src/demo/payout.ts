import { present } from '#core/assert.ts';
import { newId } from '#core/ids.ts';
import type { Actor } from '#core/roles.ts';
import type { Cast, PlayedCustomer } from './cast.ts';
import { done } from './done.ts';

/** Signs the offer as its borrower does, and has it paid out by two colleagues; gives the loan's id. */
export async function signAndPayOut(
  cast: Cast,
  { customer, applicationId }: { customer: PlayedCustomer; applicationId: string },
): Promise<string> {
  const { underwriting, payouts, approvals } = cast.bank.services;
  const { partyId, accountId } = customer;
  const review = present(await underwriting.findOffer(partyId, applicationId), 'An offer of the demonstration');
  const { application, documents, borrower: typedName } = review;
  const order = { actor: 'demo', partyId, applicationId, version: application.version };
  const signed = done(
    await underwriting.acceptOffer({ ...order, accountId, typedName, documents, address: '127.0.0.1' }),
    'sign an offer',
  );
  const maker = colleague(cast, { userId: cast.officer.userId, displayName: 'Loan officer', roles: ['officer'] });
  const checker = colleague(cast, { userId: 'demo-finance', displayName: 'Finance manager', roles: ['finance'] });
  const file = await payouts.file(applicationId, maker);
  const ask = { key: newId(), actor: maker, applicationId, version: file.application.version };
  const all = { n: 1, amount: application.offer.amount, reason: 'Everything was checked' };
  const asked = done(await payouts.ask({ ...ask, ...all }), 'ask for a payout');
  done(await approvals.approve({ id: asked.request, version: 1, checker }), 'approve a payout');
  return signed.loanId;
}

function colleague(cast: Cast, who: Pick<Actor, 'userId' | 'displayName' | 'roles'>): Actor {
  return { ...who, partyId: undefined, branchId: cast.bank.platform.headBranchId };
}
