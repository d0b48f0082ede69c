import { assert } from '#core/assert.ts';
import { conflict, notFound } from '#core/errors.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { operators } from '#platform/mongo.ts';
import type { Application } from '../../applying/application.model.ts';
import type { DeskRefusal } from '../../desk/desk-parts.ts';
import type { Loan } from '../../loan.ts';
import type { Decider, FileChecks, LendingParts } from '../file/lending-parts.ts';
import { ownHistory, type OwnHistory } from '../file/own-history.service.ts';
import { joinedOf } from '../file/people.service.ts';
import { owes, type PersonOnFile } from '../file/people-on-file.ts';
import { mayDecide, type DecisionRefusal } from '../underwriting.rules.ts';
import { mayWork } from '../working.rules.ts';
import { exposureOf, type Exposure } from './authority.rules.ts';

export type RefusedDecision = DecisionRefusal | DeskRefusal;

/** A draft is the borrower's alone. */
export async function sentApplication(
  { applications }: Pick<LendingParts, 'applications'>,
  applicationId: string,
): Promise<Application> {
  const application = await applications.findOne({ _id: applicationId }).lean<Application>();
  if (!application || application.state === 'draft') throw notFound('Application');
  return application;
}

/** Whether this person may act on the file: nobody on their own, a relative's, or against their own decision. */
export async function mayTouch(
  parts: LendingParts,
  { actor, application }: { actor: Decider; application: Application },
): Promise<Result<'workable', RefusedDecision>> {
  const worker = { ...actor, roles: actor.roles ?? [] };
  if (application.contest?.against.proposedBy === actor.userId) return refuse({ code: 'decided-before' });
  const { authorise } = parts.ports;
  if (authorise) {
    const judged = await authorise({ actor: worker, applicationId: application._id });
    return judged.ok ? ok('workable') : judged;
  }
  const joined = await joinedOf(parts, application._id);
  const ties = { parties: joined.map(({ partyId }) => partyId), relation: undefined };
  const now = new Date(parts.platform.clock.now().epochMilliseconds);
  const judged = mayWork({ actor: worker, application, ties, now });
  if (judged.ok) return judged;
  const { refusal } = judged;
  return refuse(refusal.code === 'locked-by-other' ? { ...refusal, name: 'A colleague' } : refusal);
}

/** The application as it was shown, where this officer may decide on it now. */
export async function decidable(
  parts: LendingParts,
  { actor, applicationId, version }: { actor: Decider; applicationId: string; version: number },
): Promise<Result<Application, RefusedDecision>> {
  const application = await sentApplication(parts, applicationId);
  const touched = await mayTouch(parts, { actor, application });
  if (!touched.ok) return touched;
  const { partyId: applicantPartyId, state } = application;
  const judged = mayDecide({ deciderPartyId: actor.partyId, applicantPartyId, state });
  if (!judged.ok) return judged;
  if (application.version !== version) throw conflict('The application');
  return ok(application);
}

/** What documents, identity checks and people are still short of. */
export async function checksOf(
  { ports, products }: LendingParts,
  application: Application,
  people: readonly PersonOnFile[],
): Promise<FileChecks> {
  const kyc = await Promise.all(
    people.map(async ({ partyId, name }) => ({ name, state: (await ports.kyc?.of(partyId))?.state ?? 'verified' })),
  );
  const named = (wanted: (state: string) => boolean) =>
    kyc.filter(({ state }) => wanted(state)).map(({ name }) => name);
  return {
    unverified: (await ports.documents?.(application)) ?? [],
    kycRejected: named((state) => state === 'rejected'),
    kycOpen: named((state) => state !== 'rejected' && state !== 'verified'),
    incomplete: people.filter(({ complete }) => !complete).map(({ name }) => name),
    guarantor: await guarantorOf(products, application, people),
  };
}

async function guarantorOf(
  products: LendingParts['products'],
  { productVersionId }: Application,
  people: readonly PersonOnFile[],
): Promise<FileChecks['guarantor']> {
  if (people.some(({ role }) => role === 'guarantor')) return 'there';
  const product = await products.version(productVersionId);
  return product?.participants.guarantor === 'required' ? 'missing' : 'not-asked-for';
}

/** Nothing is offered to somebody who is not who they say, or without everybody's yes. Papers are looked at before the payout. */
export function standsInTheWay(checks: FileChecks): DecisionRefusal | undefined {
  if (checks.kycRejected.length > 0) return { code: 'kyc-rejected', names: checks.kycRejected };
  if (checks.incomplete.length > 0) return { code: 'people-incomplete', names: checks.incomplete };
  if (checks.guarantor === 'missing') return { code: 'guarantor-missing' };
  return undefined;
}

const mostLoans = 500;

/** What those who owe the loan owe us or are promised already, this application left out. */
export async function exposureBefore(
  parts: LendingParts,
  facts: { application: Application; people: readonly PersonOnFile[]; own?: OwnHistory },
): Promise<Exposure> {
  const { application, people } = facts;
  const own = facts.own ?? (await ownHistory(parts, application));
  const others = people.filter(owes).flatMap(({ partyId }) => (partyId === application.partyId ? [] : [partyId]));
  const theirs = others.length === 0 ? [] : await loansOf(parts, others);
  return exposureOf([
    ...own.loans
      .filter(({ state }) => state !== 'closed')
      .map(({ outstanding, secured }) => ({ amount: outstanding, secured })),
    ...own.promised,
    ...theirs,
  ]);
}

/** Of co-applicants, all counted as unsecured where it is not known what secures them. */
async function loansOf({ loans, products }: LendingParts, partyIds: readonly string[]) {
  const found = await loans
    .find(
      { partyId: operators({ $in: [...partyIds] }), state: operators({ $ne: 'closed' as const }) },
      { outstandingPrincipal: 1, productVersionId: 1 },
    )
    .limit(mostLoans)
    .lean<Pick<Loan, '_id' | 'outstandingPrincipal' | 'productVersionId'>[]>();
  assert(found.length < mostLoans, 'Co-applicants have more loans than can be counted');
  return Promise.all(
    found.map(async ({ outstandingPrincipal, productVersionId }) => {
      const product = await products.version(productVersionId);
      return { amount: outstandingPrincipal, secured: (product?.security ?? 'none') !== 'none' };
    }),
  );
}
