/** Who may sign in as what, and what each role may do. Deny by default: a permission not listed here is nobody's. */
export const roles = [
  'borrower',
  'officer',
  'senior-officer',
  'analyst',
  'finance',
  'compliance',
  'administrator',
] as const;
export type Role = (typeof roles)[number];

const everyone = roles;
const borrowers = ['borrower'] as const;
const officers = ['officer', 'senior-officer'] as const;
const staff = [...officers, 'analyst', 'finance', 'compliance', 'administrator'] as const;

const grants = {
  'session:own': everyone,
  'dashboard:view': everyone,
  'notice:read': everyone,
  'operation:follow': everyone,
  'profile:own': borrowers,
  'account:own': borrowers,
  'account:open': borrowers,
  'deposit:make': borrowers,
  'withdrawal:make': borrowers,
  'transfer:make': borrowers,
  'payee:own': borrowers,
  'transaction:own': borrowers,
  'statement:own': borrowers,
  'loan:own': borrowers,
  'loan:apply': borrowers,
  'loan:join': borrowers,
  'offer:answer': borrowers,
  'instalment:pay': borrowers,
  'autopay:own': borrowers,
  'application:review': officers,
  'application:decide': officers,
  // On what an officer recommends.
  'application:decide-above': ['senior-officer'],
  'payout:ask': [...officers, 'finance'],
  'application:disburse': ['senior-officer', 'finance'],
  'enquiry:read': [...officers, 'administrator'],
  'account:inspect': [...officers, 'analyst', 'finance', 'compliance', 'administrator'],
  'rail:operate': ['finance', 'administrator'],
  'transaction:import': ['finance', 'administrator'],
  'loan:import': ['finance', 'administrator'],
  'day:view': ['senior-officer', 'finance', 'compliance', 'administrator'],
  'day:close': ['finance', 'administrator'],
  'ledger:view': ['finance', 'compliance', 'administrator'],
  'audit:view': ['compliance', 'administrator'],
  'loan:inspect': [...officers, 'analyst', 'finance', 'compliance', 'administrator'],
  'loan:service': [...officers, 'finance'],
  'loan:recover': ['finance'],
  'loan:approve-change': ['senior-officer', 'finance', 'administrator'],
  'kyc:view': [...officers, 'analyst', 'compliance', 'administrator'],
  'kyc:decide': [...officers, 'compliance'],
  // A match in more than the name, and what somebody has called fraud before.
  'kyc:judge-strong': ['senior-officer', 'compliance'],
  'relation:declare': staff,
  'relation:register': ['compliance', 'administrator'],
  'collection:view': [...officers, 'finance', 'compliance', 'administrator'],
  'collection:work': [...officers, 'finance'],
  'product:edit': ['senior-officer', 'finance', 'administrator'],
  'product:publish': ['senior-officer', 'finance', 'administrator'],
  'risk:view': [...officers, 'analyst', 'finance', 'compliance', 'administrator'],
  // Scoring somebody who did not apply, and whole files of rows.
  'score:try': [...officers, 'analyst'],
  'policy:edit': ['senior-officer', 'analyst'],
  'policy:publish': ['senior-officer', 'compliance'],
  'model:test': ['senior-officer', 'analyst', 'compliance'],
  'model:watch': ['senior-officer', 'analyst', 'compliance', 'administrator'],
  'approval:view': [...officers, 'analyst', 'finance', 'compliance', 'administrator'],
  // Beside the permission that each kind of request asks of its checker.
  'approval:decide': ['senior-officer', 'finance', 'compliance', 'administrator'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof grants;
export const permissions = Object.keys(grants) as Permission[];

/** The signed-in user as every service sees them. */
export interface Actor {
  userId: string;
  /** The person behind the user; staff may have one, so that nobody decides on their own file. */
  partyId: string | undefined;
  roles: readonly Role[];
  branchId: string;
  displayName: string;
}

export function may(actor: Pick<Actor, 'roles'>, permission: Permission): boolean {
  const granted: readonly Role[] = grants[permission];
  return actor.roles.some((role) => granted.includes(role));
}

export function rolesWith(permission: Permission): readonly Role[] {
  return grants[permission];
}

export function isStaff(actor: Pick<Actor, 'roles'>): boolean {
  return actor.roles.some((role) => role !== 'borrower');
}
