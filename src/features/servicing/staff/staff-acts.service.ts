import { formatsIn, type Formats } from '#core/format.ts';
import { notFound } from '#core/errors.ts';
import type { Actor } from '#core/roles.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Approvals, ApprovalRequest, Json, SummaryRow } from '#features/approvals/index.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { ActRefusal } from '../life/act.ts';
import type { Told } from '../life/act.service.ts';
import { explainAct } from '../life/refusals.ts';
import type { Foreseen } from '../life/foresee.ts';
import { keyOfRound } from '../life/rounds.ts';
import type { Servicing } from '../servicing.service.ts';
import type { Asked } from './acts.ts';
import { changeKinds, fromPayload, toPayload, type ChangeAct, type ChangeKind } from './change-payload.ts';
import { effectRows } from './effect.ts';
import { forbidden } from './own-file.ts';
import { actText } from './act-texts.ts';
import { forTwo } from './second-person.ts';

export interface StaffOrder extends Asked {
  /** The key of the form. */
  key: string;
  loanId: string;
  actor: Actor;
  /** The loan's version that the effect was shown for. */
  version: number;
}

export type StaffOutcome = Result<
  { done: 'recorded'; key: string } | { done: 'asked'; request: string },
  { field: string; message: string; status: 409 | 422 }
>;

export interface StaffActs {
  /** What it would come to; a refusal where it cannot be done. */
  foresee(order: Pick<StaffOrder, 'loanId' | 'actor' | 'act' | 'on'>): Promise<Result<Foreseen, ActRefusal>>;
  /** Does it, or asks a second person to, once for a key. Nobody does anything to their own loan. */
  submit(order: StaffOrder): Promise<StaffOutcome>;
}

export interface StaffActParts {
  servicing: Pick<Servicing, 'tell' | 'act' | 'foresee'>;
  approvals: Pick<Approvals, 'handle' | 'request'>;
  ledger: Pick<Ledger, 'journal'>;
  formats: Formats;
  hrefOf(loanId: string): string;
}

export function createStaffActs(parts: StaffActParts): StaffActs {
  for (const [kind, name] of Object.entries(changeKinds) as [ChangeKind, string][]) {
    parts.approvals.handle(name, {
      permission: 'loan:approve-change',
      describe: (payload) => describe(parts, kind, payload),
      approve: (request, checker) => carryOut(parts, { kind, request, checker }),
    });
  }
  return {
    foresee: async (order) => {
      await serviceable(parts, order);
      return foreseen(parts, order);
    },
    submit: (order) => submit(parts, order),
  };
}

/** The loan, where this person may do something to it. */
async function serviceable(
  { servicing }: StaffActParts,
  { loanId, actor }: { loanId: string; actor: Actor },
): Promise<Told> {
  const told = await servicing.tell({ loanId });
  if (!told) throw notFound('Loan');
  if (told.loan.partyId === actor.partyId) throw forbidden();
  return told;
}

function foreseen({ servicing }: StaffActParts, order: Pick<StaffOrder, 'loanId' | 'actor' | 'act' | 'on'>) {
  const { loanId, actor, act, on } = order;
  return servicing.foresee({ loanId, actor: actor.userId, channel: 'staff', act, ...(on ? { on } : {}) });
}

async function submit(parts: StaffActParts, order: StaffOrder): Promise<StaffOutcome> {
  const told = await serviceable(parts, order);
  const { key, loanId, actor, act, on, reason, version } = order;
  const asked = forTwo(act, { told, on });
  if (asked) return ask(parts, { order, told, act: asked });
  const outcome = await parts.servicing.act({
    ...{ key, loanId, act, version, channel: 'staff', actor: actor.userId },
    ...(on ? { on } : {}),
    ...(reason === '' ? {} : { reason }),
  });
  if (outcome.ok) return ok({ done: 'recorded', key: outcome.value.key });
  return refuse(explainAct(outcome.refusal, formatsIn(told.loan.currency, parts.formats)));
}

/** Asked only where it could be done as things are; whether it still can is decided again when it is approved. */
async function ask(
  parts: StaffActParts,
  { order, told, act }: { order: StaffOrder; told: Told; act: ChangeAct },
): Promise<StaffOutcome> {
  const { key, loanId, actor, on, reason } = order;
  const { loan } = told;
  const formats = formatsIn(loan.currency, parts.formats);
  const possible = await foreseen(parts, order);
  if (!possible.ok) return refuse(explainAct(possible.refusal, formats));
  const change = { loanId, act, ...(on ? { on } : {}) };
  const asked = await parts.approvals.request({
    id: key,
    kind: changeKinds[act.kind],
    subject: { type: 'loan', id: loanId },
    href: parts.hrefOf(loanId),
    title: `${actText(change, { told, formats })}, loan ${loan.number}`,
    payload: toPayload(change),
    partyId: loan.partyId,
    maker: actor,
    reason,
  });
  if (asked.ok) return ok({ done: 'asked', request: asked.value.id });
  return refuse({ field: 'form', message: asked.refusal.message, status: 409 });
}

async function carryOut(
  parts: StaffActParts,
  by: { kind: ChangeKind; request: ApprovalRequest; checker: Actor },
): Promise<Result<void, { message: string }>> {
  const { kind, request, checker } = by;
  const change = fromPayload(kind, request.payload);
  // What was refused once, since the loan moved at that moment, may be possible when it is approved again.
  const key = await keyOfRound(parts.ledger, request.key);
  if (key === undefined) return refuse({ message: 'This was refused too often. Nothing was done; ask for it anew.' });
  const outcome = await parts.servicing.act({
    ...change,
    ...{ key, channel: 'staff', actor: checker.userId, reason: request.reason },
  });
  if (outcome.ok) return ok(undefined);
  return refuse({ message: explainAct(outcome.refusal, parts.formats).message });
}

/** What a second person reads before they decide: worked out on the loan as it is now. */
async function describe(parts: StaffActParts, kind: ChangeKind, payload: Json): Promise<SummaryRow[]> {
  const change = fromPayload(kind, payload);
  const { loanId } = change;
  const told = await parts.servicing.tell({ loanId });
  if (!told) return [{ label: 'Loan', text: 'It is not there any more' }];
  const { loan } = told;
  const formats = formatsIn(loan.currency, parts.formats);
  const head = [
    { label: 'Loan', text: `${loan.productName} ${loan.number}`, href: parts.hrefOf(loanId) },
    { label: 'Asked for', text: actText(change, { told, formats }) },
  ];
  const outcome = await parts.servicing.foresee({ ...change, actor: 'describe', channel: 'staff' });
  if (!outcome.ok) {
    // Once it was done it cannot be done again, so that a request of the past says what it asked for and no more.
    return [...head, { label: 'As things are now', text: explainAct(outcome.refusal, formats).message }];
  }
  const rows = effectRows(outcome.value, formats);
  return [...head, ...rows.map(({ label, before, after }) => ({ label, text: `${after}, now ${before}` }))];
}
