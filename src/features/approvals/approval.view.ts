import { unreachable } from '#core/assert.ts';
import type { Formats } from '#core/format.ts';
import type { Actor, Permission } from '#core/roles.ts';
import type { AuditEntry } from '#platform/audit.ts';
import { emptyForm, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { StaffMember } from './approval.model.ts';
import type { ApprovalRequest, SummaryRow } from './approval-parts.ts';
import { kindName, mayCheck, type DecisionRefusal } from './approval.rules.ts';
import { longestNote } from './approvals.forms.ts';
import { stateBadges } from './list.view.ts';

interface RequestFacts {
  request: ApprovalRequest;
  summary: readonly SummaryRow[];
  trail: readonly AuditEntry[];
  permission: Permission;
  actor: Actor;
  formats: Formats;
  failed?: { which: 'approve' | 'reject' | 'withdraw'; form: FormState } | undefined;
}

/** `/approvals/:id`: what would change, who asked and why, and what can be decided. */
export function approvalPage(facts: RequestFacts) {
  const { request, actor, formats, failed } = facts;
  const { id, title, kind, state, maker, version } = request;
  const formOf = (which: 'approve' | 'reject') => (failed?.which === which ? failed.form : emptyForm);
  const checked = mayCheck(
    { makerId: maker.userId, partyId: request.partyId },
    { checker: actor, permission: facts.permission },
  );
  const decides = state === 'pending' && checked.ok;
  const own = maker.userId === actor.userId;
  return {
    title,
    crumbs: [{ text: 'Approvals', href: paths.approvals }, { text: kindName(kind) }],
    head: { title, badge: stateBadges[state], sub: kindName(kind) },
    form: failed?.form ?? emptyForm,
    summary: facts.summary.map(({ label, text, href }) => ({ label, value: text, ...(href ? { href } : {}) })),
    asked: askedRows(request, { own, formats }),
    alert: alertOf(request, { own, formats, checked }),
    version: String(version),
    longestNote,
    decide: decides && {
      approve: {
        action: `${paths.approval(id)}/approve`,
        form: formOf('approve'),
        begun: request.attempt !== undefined,
      },
      reject: request.attempt ? null : { action: `${paths.approval(id)}/reject`, form: formOf('reject') },
    },
    withdraw: state === 'pending' && own && !request.attempt ? { action: `${paths.approval(id)}/withdraw` } : null,
    timeline: timelineOf(facts),
  };
}

function askedRows(request: ApprovalRequest, { own, formats }: { own: boolean; formats: Formats }) {
  const { maker, at, reason, expiresOn, state, decision, href } = request;
  return [
    { label: 'Asked by', value: own ? 'You' : maker.name },
    { label: 'Asked', value: formats.instant(at) },
    { label: 'Why', value: reason },
    ...(state === 'pending' ? [{ label: 'Open until', value: formats.date(expiresOn) }] : []),
    ...(decision && decision.note !== ''
      ? [{ label: state === 'rejected' ? 'Why it was rejected' : 'Note', value: decision.note }]
      : []),
    { label: 'About', value: 'Open its page', href },
  ];
}

function alertOf(
  request: ApprovalRequest,
  facts: { own: boolean; formats: Formats; checked: ReturnType<typeof mayCheck> },
) {
  const { state, attempt, refusal } = request;
  const { own, formats, checked } = facts;
  if (state !== 'pending') return null;
  if (attempt)
    return {
      kind: 'warn',
      title: 'An approval was begun and has not ended',
      text: `${attempt.by.name} approved it on ${formats.instant(attempt.at)}. It is finished by itself within minutes; who may approve can also finish it now. Doing so twice changes nothing.`,
    };
  if (refusal)
    return {
      kind: 'danger',
      title: `An approval did not go through on ${formats.instant(refusal.at)}`,
      text: refusal.message,
    };
  if (own)
    return {
      kind: 'info',
      title: 'A second person decides',
      text: 'You asked for this, so somebody else approves it.',
    };
  if (!checked.ok) return { kind: 'info', title: 'You cannot decide here', text: explainDecision(checked.refusal) };
  return null;
}

const happened: Record<string, string> = {
  'approval-asked': 'asked for it',
  'approval-approved': 'approved it',
  'approval-rejected': 'rejected it',
  'approval-withdrawn': 'withdrew it',
  'approval-not-possible': 'tried to approve it; it was not possible',
};

/** What the audit trail holds of it, newest first. */
function timelineOf({ request, trail, actor, formats }: RequestFacts) {
  const { maker, decision, attempt } = request;
  const known = [maker, decision?.by, attempt?.by].filter(
    (one): one is StaffMember => one !== undefined && one !== null,
  );
  const nameOf = (userId: string) =>
    userId === actor.userId ? 'You' : (known.find((one) => one.userId === userId)?.name ?? 'A colleague');
  const told = trail.map((entry) => ({
    text:
      entry.action === 'approval-expired'
        ? 'It expired: nobody decided in time'
        : `${nameOf(entry.actor)} ${happened[entry.action] ?? 'changed it'}`,
    time: formats.instant(entry.at),
    datetime: entry.at.toISOString(),
    state: 'past',
  }));
  const waiting = {
    text: 'Waiting for a second person',
    time: `Until ${formats.date(request.expiresOn)}`,
    datetime: request.expiresOn,
    state: 'now',
  };
  return [...(request.state === 'pending' ? [waiting] : []), ...told];
}

export function explainDecision(refusal: DecisionRefusal): string {
  switch (refusal.code) {
    case 'own-request':
      return 'You asked for this yourself, so somebody else has to decide. Nothing was changed.';
    case 'own-file':
      return 'This is about your own file, so somebody else has to decide. Nothing was changed.';
    case 'not-allowed':
      return 'Your role may look at this and not decide on it.';
    case 'moved':
      return 'Somebody acted on this request since you opened the page. Look at it again; nothing was changed by you.';
    case 'decided':
      return refusal.state === 'expired'
        ? 'This request was open too long and has expired. Nothing was changed; it can be asked for again.'
        : `This request is ${refusal.state} already. Nothing was changed.`;
    case 'being-approved':
      return 'An approval of this request was begun, so it can only be finished. Nothing was changed by you.';
    case 'not-possible':
      return refusal.message;
    default:
      return unreachable(refusal);
  }
}
