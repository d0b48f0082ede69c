/** The life of an application as data: every edge that is not here is refused. */
export const applicationStates = [
  'draft',
  'submitted',
  'offered',
  'rejected',
  'withdrawn',
  'declined',
  'expired',
  'accepted',
  'disbursed',
] as const;
export type ApplicationState = (typeof applicationStates)[number];

export const applicationActions = [
  'save',
  'submit',
  'withdraw',
  'approve',
  'reject',
  'accept',
  'decline',
  'expire',
  'disburse',
] as const;
export type ApplicationAction = (typeof applicationActions)[number];

const edges: Readonly<Record<ApplicationState, Partial<Record<ApplicationAction, ApplicationState>>>> = {
  draft: { save: 'draft', submit: 'submitted', withdraw: 'withdrawn' },
  submitted: { approve: 'offered', reject: 'rejected', withdraw: 'withdrawn' },
  offered: { accept: 'accepted', decline: 'declined', expire: 'expired' },
  accepted: { disburse: 'disbursed' },
  rejected: {},
  withdrawn: {},
  declined: {},
  expired: {},
  disbursed: {},
};

/** Where an action leads from a state; undefined where it may not be done. */
export function next(state: ApplicationState, action: ApplicationAction): ApplicationState | undefined {
  return edges[state][action];
}
