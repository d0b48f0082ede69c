import type { Permission } from '#core/roles.ts';

/** The life of an application as one table: every edge that is not here is refused. */
export const applicationStates = [
  /** The borrower is answering. */
  'draft',
  /** Waits for an officer, or is on an officer's desk. */
  'submitted',
  /** An officer asked; the time limit stands still until the borrower answers. */
  'asked',
  /** Given back: the borrower may change every answer, and sends it again. */
  'returned',
  /** An officer recommends a decision; a second person decides. */
  'proposed',
  'offered',
  'rejected',
  'withdrawn',
  'declined',
  'expired',
  /** The borrower signed; nothing is paid out yet. */
  'accepted',
  /** At least one advance is paid out and one is to come. */
  'part-disbursed',
  'disbursed',
  /** Given back within the cooling-off time, or before anything was paid out. */
  'cancelled',
] as const;
export type ApplicationState = (typeof applicationStates)[number];

/** What can be done, and who may: `system` is done by a job or follows from another person's decision. */
export const applicationActions = {
  save: 'loan:apply',
  submit: 'loan:apply',
  withdraw: 'loan:apply',
  answer: 'loan:apply',
  contest: 'loan:apply',
  ask: 'application:review',
  return: 'application:review',
  refer: 'application:review',
  /** Goes on without the borrower's answer. */
  resume: 'application:review',
  propose: 'application:review',
  approve: 'application:decide',
  reject: 'application:decide',
  /** The second person does not follow the recommendation. */
  'send-back': 'application:decide',
  accept: 'offer:answer',
  decline: 'offer:answer',
  cancel: 'offer:answer',
  expire: 'system',
  'disburse-part': 'application:disburse',
  disburse: 'application:disburse',
} as const satisfies Record<string, Permission | 'system'>;
export type ApplicationAction = keyof typeof applicationActions;
export const actionNames = Object.keys(applicationActions) as ApplicationAction[];

const decisions = { approve: 'offered', reject: 'rejected' } as const;
const edges: Readonly<Record<ApplicationState, Partial<Record<ApplicationAction, ApplicationState>>>> = {
  draft: { save: 'draft', submit: 'submitted', withdraw: 'withdrawn' },
  submitted: {
    ask: 'asked',
    return: 'returned',
    refer: 'submitted',
    propose: 'proposed',
    ...decisions,
    withdraw: 'withdrawn',
  },
  asked: { answer: 'submitted', resume: 'submitted', withdraw: 'withdrawn' },
  returned: { save: 'returned', submit: 'submitted', resume: 'submitted', withdraw: 'withdrawn' },
  proposed: { ...decisions, 'send-back': 'submitted', withdraw: 'withdrawn' },
  offered: { accept: 'accepted', decline: 'declined', expire: 'expired' },
  accepted: { 'disburse-part': 'part-disbursed', disburse: 'disbursed', cancel: 'cancelled', expire: 'expired' },
  'part-disbursed': { 'disburse-part': 'part-disbursed', disburse: 'disbursed', cancel: 'cancelled' },
  disbursed: { cancel: 'cancelled' },
  rejected: { contest: 'submitted' },
  withdrawn: {},
  declined: {},
  expired: {},
  cancelled: {},
};

/** Where an action leads from a state; undefined where it may not be done. */
export function next(state: ApplicationState, action: ApplicationAction): ApplicationState | undefined {
  return edges[state][action];
}

/** Where the borrower still answers. */
export function isEditable(state: ApplicationState): boolean {
  return next(state, 'save') !== undefined;
}

/** Sent, and not yet decided: what stands in the way of a second application of the product. */
export const undecidedStates: readonly ApplicationState[] = ['submitted', 'asked', 'returned', 'proposed'];
