import { z } from 'zod';
import { parseMoney, toDecimalString } from '#core/money.ts';
import { parseRate, rateOf } from '#core/rate.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import type { ApprovalRequest, Json, RequestEnd } from '#features/approvals/index.ts';
import type { Companion } from '#platform/companion.ts';
import type { Application } from '../../applying/application.model.ts';
import { moveApplication } from '../../applying/application-moving.ts';
import { sealConditions } from '../../offer/agreed-words.ts';
import { explainDecision } from '../underwriting-refusals.ts';
import type { LendingParts } from '../file/lending-parts.ts';
import { untrueReason } from '../adverse/adverse-action.service.ts';
import { authorityRoleOf, mayTogether } from './authority.rules.ts';
import { decidable, mayTouch, sentApplication, type RefusedDecision } from './decidable.ts';
import { approvable, grant, turnDown, type Approval, type DecisionOrder, type Rejection } from './decision.service.ts';
import { rejectionReasons, type RejectionReason } from './reasons.rules.ts';

export const loanDecisionKind = 'loan-decision';

export interface ProposalOrder extends DecisionOrder {
  /** The key of the form. */
  key: string;
  actor: Actor;
  /** Why, for whoever decides. */
  note: string;
  proposed: ({ outcome: 'approve' } & Approval) | ({ outcome: 'reject' } & Rejection);
}

const codes = rejectionReasons.map(({ code }) => code) as [RejectionReason, ...RejectionReason[]];
const who = { applicationId: z.string(), makerRole: z.enum(['officer', 'senior-officer']) };

/** What is kept of a recommendation: no personal value. Its conditions wait on the application. */
const payloadForm = z.discriminatedUnion('outcome', [
  z.strictObject({
    ...who,
    outcome: z.literal('approve'),
    amount: z.string(),
    annualRate: z.string().refine((text) => parseRate(text).ok),
    instalments: z.number().int(),
  }),
  z.strictObject({ ...who, outcome: z.literal('reject'), reasons: z.array(z.enum(codes)).min(1) }),
]);
export type ProposalPayload = z.output<typeof payloadForm>;

export const readProposal = (payload: Json): ProposalPayload => payloadForm.parse(payload);

/** Recommends a decision to a second person: the file waits for them, and nothing is decided yet. Once for a key. */
export async function propose(
  parts: LendingParts,
  order: ProposalOrder,
): Promise<Result<{ requestId: string }, RefusedDecision>> {
  const again = await parts.approvals.find(order.key);
  if (again?.subject.id === order.applicationId && again.maker.userId === order.actor.userId)
    return ok({ requestId: again.id });
  const found = await decidable(parts, order);
  if (!found.ok) return found;
  const application = found.value;
  const looked = await conditionsFor(parts, { application, order });
  if (!looked.ok) return looked;
  const { actor, key, note } = order;
  const moved = moveApplication(parts.platform, {
    ...{ application, action: 'propose', actor: actor.userId, by: 'staff' },
    details: { outcome: order.proposed.outcome },
    set: { lock: null, conditions: await sealConditions(parts.platform.vault, application, looked.value) },
  });
  const asked = await parts.approvals.request({
    id: key,
    kind: loanDecisionKind,
    subject: { type: 'application', id: application._id },
    href: `/officer/applications/${application._id}`,
    title: titleOf(parts, { application, order }),
    payload: payloadOf({ application, order }),
    partyId: application.partyId,
    maker: actor,
    reason: note,
    companions: moved.companions,
  });
  return asked.ok ? ok({ requestId: asked.value.id }) : refuse({ code: 'already-recommended' });
}

/** The conditions of what is recommended; a refusal where nobody could do it. */
async function conditionsFor(
  parts: LendingParts,
  { application, order: { proposed } }: { application: Application; order: ProposalOrder },
): Promise<Result<string[], RefusedDecision>> {
  if (proposed.outcome === 'reject') {
    const reasons = [proposed.reason, ...(proposed.moreReasons ?? [])];
    const untrue = await untrueReason(parts, { application, reasons });
    return untrue ? refuse({ code: 'untrue-reason', reason: untrue }) : ok([]);
  }
  const looked = await approvable(parts, { application, terms: proposed });
  return looked.ok ? ok([...(proposed.conditions ?? [])]) : looked;
}

interface Proposing {
  application: Application;
  order: ProposalOrder;
}

function titleOf({ platform }: LendingParts, { application, order: { proposed } }: Proposing): string {
  const what =
    proposed.outcome === 'approve' ? `Approve ${platform.formats.moneyWithCurrency(proposed.amount)}` : 'Reject';
  return `${what}, ${application.productName.toLowerCase()}, application ${application.reference}`;
}

function payloadOf({ application, order: { actor, proposed } }: Proposing): ProposalPayload {
  const common = { applicationId: application._id, makerRole: authorityRoleOf(actor.roles) };
  if (proposed.outcome === 'reject')
    return { ...common, outcome: 'reject', reasons: [proposed.reason, ...(proposed.moreReasons ?? [])] };
  const { amount, annualRate, instalments } = proposed;
  return {
    ...common,
    ...{ outcome: 'approve', annualRate, instalments },
    amount: toDecimalString(amount, application.currency),
  };
}

/** Does what was recommended, in the name of whoever approves it; doing it again finds it done. */
export async function followProposal(
  parts: LendingParts,
  request: ApprovalRequest,
  checker: Actor,
): Promise<Result<void, { message: string }>> {
  const payload = readProposal(request.payload);
  const application = await sentApplication(parts, payload.applicationId);
  const { decision, state } = application;
  if (decision?.approvalId === request.id) return ok(undefined);
  if (state !== 'proposed')
    return refuse({ message: 'The application is no longer waiting for this decision. Nothing was changed.' });
  const touched = await mayTouch(parts, { actor: checker, application });
  if (!touched.ok) return told(parts, touched.refusal);
  const recommended = { proposedBy: request.maker.userId, approvalId: request.id };
  const facts = { application, actor: checker.userId, note: request.reason, recommended };
  const done =
    payload.outcome === 'reject'
      ? await turnDown(parts, { ...facts, reasons: payload.reasons })
      : await followApproval(parts, { facts, payload, checker });
  return done.ok ? ok(undefined) : told(parts, done.refusal);
}

async function followApproval(
  parts: LendingParts,
  by: {
    facts: Omit<Parameters<typeof grant>[1], 'offer' | 'conditions'>;
    payload: Extract<ProposalPayload, { outcome: 'approve' }>;
    checker: Actor;
  },
): Promise<Result<Application, RefusedDecision>> {
  const { facts, payload, checker } = by;
  const { application } = facts;
  const amount = parseMoney(payload.amount, application.currency);
  if (!amount.ok) return refuse({ code: 'no-schedule' });
  const terms = { amount: amount.value, annualRate: rateOf(payload.annualRate), instalments: payload.instalments };
  const looked = await approvable(parts, { application, terms });
  if (!looked.ok) return looked;
  const { needed, offer } = looked.value;
  const people = { maker: payload.makerRole, checker: authorityRoleOf(checker.roles) };
  if (!mayTogether(people, needed)) return refuse({ code: 'above-authority', room: terms.amount, needed });
  return grant(parts, { ...facts, offer, conditions: application.conditions });
}

function told({ platform }: LendingParts, refusal: RefusedDecision): Result<void, { message: string }> {
  return refuse({ message: explainDecision(refusal, platform.formats).text });
}

/** A recommendation that is not followed gives the file back to the desk, with the words of who did not follow it. */
export async function sentBack(
  parts: LendingParts,
  request: ApprovalRequest,
  { state, by, note }: RequestEnd,
): Promise<Companion[]> {
  const application = await parts.applications
    .findOne({ _id: readProposal(request.payload).applicationId })
    .lean<Application>();
  // The borrower may have withdrawn it meanwhile.
  if (application?.state !== 'proposed') return [];
  const actor = by?.userId ?? 'system';
  const moved = moveApplication(parts.platform, {
    ...{ application, action: 'send-back', actor, by: by ? 'staff' : 'system', details: { request: state } },
    set: { conditions: [] },
  });
  const { note: keepNote } = parts.ports;
  const words = note === '' || !keepNote ? [] : [await keepNote({ application, by: actor, text: note })];
  return [...moved.companions, ...words];
}
