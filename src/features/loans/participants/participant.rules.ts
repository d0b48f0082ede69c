import { ok, refuse, type Result } from '#core/result.ts';

/** Who stands beside the applicant: one borrows the money too, the other answers for it. */
export const participantRoles = ['co-applicant', 'guarantor'] as const;
export type ParticipantRole = (typeof participantRoles)[number];

export const relationships = [
  'spouse',
  'parent',
  'child',
  'sibling',
  'relative',
  'friend',
  'business-partner',
  'other',
] as const;
export type Relationship = (typeof relationships)[number];

/** The life of a participant as one table: every edge that is not here is refused. */
export const participantStates = ['invited', 'joined', 'complete', 'declined', 'removed', 'expired'] as const;
export type ParticipantState = (typeof participantStates)[number];

/**
 * `reopen` takes the consent back: by the participant, or because the loan they agreed to has changed. `remove` is the
 * applicant's, `release` the officer's, once the application was sent.
 */
export const participantActions = [
  'accept',
  'decline',
  'save',
  'complete',
  'reopen',
  'leave',
  'remove',
  'release',
  'expire',
] as const;
export type ParticipantAction = (typeof participantActions)[number];

const edges: Readonly<Record<ParticipantState, Partial<Record<ParticipantAction, ParticipantState>>>> = {
  invited: { accept: 'joined', decline: 'declined', remove: 'removed', expire: 'expired' },
  joined: { save: 'joined', complete: 'complete', leave: 'declined', remove: 'removed', release: 'removed' },
  complete: { save: 'joined', reopen: 'joined', leave: 'declined', remove: 'removed', release: 'removed' },
  declined: {},
  removed: {},
  expired: {},
};

export function nextState(state: ParticipantState, action: ParticipantAction): ParticipantState | undefined {
  return edges[state][action];
}

/** Invited or part of the application: what counts against the product's limits. */
export function isActive(state: ParticipantState): boolean {
  return Object.keys(edges[state]).length > 0;
}

export function hasJoined(state: ParticipantState): boolean {
  return state === 'joined' || state === 'complete';
}

/** Days, the one of the invitation not counted, in which it can be accepted. */
export const invitationDays = 14;
/** What one person may send in 24 hours, whatever became of them: an inbox is not to be flooded. */
export const mostInvitationsADay = 10;
/** Wrong codes after which an invitation does not open any more; the code has 40 random bits. */
export const mostWrongCodes = 5;

/** An invitation that nobody answered in time is over before the close of day has written so. */
export function stateOn(facts: { state: ParticipantState; openUntil: string }, today: string): ParticipantState {
  return facts.state === 'invited' && facts.openUntil < today ? 'expired' : facts.state;
}

export interface ParticipantLimits {
  mostCoApplicants: number;
  guarantor: 'none' | 'allowed' | 'required';
}

export function mostOf(role: ParticipantRole, limits: ParticipantLimits): number {
  if (role === 'co-applicant') return limits.mostCoApplicants;
  return limits.guarantor === 'none' ? 0 : 1;
}

/** One place a person and role, so that an index can keep the limit when two tabs invite at once. */
export function freeSlot(
  role: ParticipantRole,
  facts: { limits: ParticipantLimits; taken: readonly string[] },
): string | undefined {
  const places = Array.from({ length: mostOf(role, facts.limits) }, (_, index) => `${role}-${index + 1}`);
  return places.find((place) => !facts.taken.includes(place));
}

export type InviteRefusal =
  | { code: 'not-open' }
  | { code: 'role-not-allowed'; role: ParticipantRole }
  | { code: 'role-full'; role: ParticipantRole; most: number }
  | { code: 'yourself' }
  | { code: 'already-invited' }
  | { code: 'too-many-invitations' };

/** Whether the applicant may invite an address, and at which place. Of a stranger's and a customer's address the answer is the same. */
export function mayInvite(facts: {
  editable: boolean;
  role: ParticipantRole;
  limits: ParticipantLimits;
  yourself: boolean;
  alreadyInvited: boolean;
  taken: readonly string[];
  sentLately: number;
}): Result<string, InviteRefusal> {
  const { role, limits } = facts;
  const most = mostOf(role, limits);
  if (!facts.editable) return refuse({ code: 'not-open' });
  if (most === 0) return refuse({ code: 'role-not-allowed', role });
  if (facts.yourself) return refuse({ code: 'yourself' });
  if (facts.alreadyInvited) return refuse({ code: 'already-invited' });
  const slot = freeSlot(role, facts);
  if (slot === undefined) return refuse({ code: 'role-full', role, most });
  if (facts.sentLately >= mostInvitationsADay) return refuse({ code: 'too-many-invitations' });
  return ok(slot);
}

/** What a participant must still do, or the applicant must still arrange, before the application can be sent. */
export type MissingPerson =
  | { code: 'guarantor-needed' }
  | { code: 'not-answered' | 'not-finished' | 'confirm-again'; participantId: string; role: ParticipantRole };

export function missingPeople(facts: {
  limits: ParticipantLimits;
  people: readonly { id: string; role: ParticipantRole; state: ParticipantState; confirmAgain: boolean }[];
}): MissingPerson[] {
  const active = facts.people.filter(({ state }) => isActive(state));
  const guarantors = active.some(({ role }) => role === 'guarantor');
  const waiting = active.flatMap(({ id: participantId, role, state, confirmAgain }): MissingPerson[] => {
    if (state === 'complete') return [];
    if (state === 'invited') return [{ code: 'not-answered', participantId, role }];
    return [{ code: confirmAgain ? 'confirm-again' : 'not-finished', participantId, role }];
  });
  const needed = facts.limits.guarantor === 'required' && !guarantors;
  return needed ? [{ code: 'guarantor-needed' }, ...waiting] : waiting;
}

export type CompleteRefusal =
  | { code: 'not-open' }
  | { code: 'incomplete'; sections: readonly string[] }
  | { code: 'no-terms' }
  /** The loan changed while the page was open: they must see what they agree to. */
  | { code: 'terms-changed' };

export function mayComplete(facts: {
  open: boolean;
  missing: readonly string[];
  /** What identifies the loan's terms now, and as the page showed them; undefined while there are none. */
  terms: string | undefined;
  shown: string;
}): Result<string, CompleteRefusal> {
  if (!facts.open) return refuse({ code: 'not-open' });
  if (facts.missing.length > 0) return refuse({ code: 'incomplete', sections: facts.missing });
  if (facts.terms === undefined) return refuse({ code: 'no-terms' });
  return facts.terms === facts.shown ? ok(facts.terms) : refuse({ code: 'terms-changed' });
}

export type SignRefusal = { code: 'not-open' } | { code: 'wrong-name' } | { code: 'documents-changed' };

/** A typed name counts whatever its case, accents and spaces are: it shows the will to sign, the password shows who it is. */
export function sameName(typed: string, name: string): boolean {
  const plain = (text: string) =>
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  return plain(typed) !== '' && plain(typed) === plain(name);
}
