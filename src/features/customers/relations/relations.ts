import type { Actor } from '#core/roles.ts';
import type { Result } from '#core/result.ts';

/** Staff as conflicts of interest see them; an `Actor` is one. */
export type StaffMember = Pick<Actor, 'userId' | 'partyId'>;

export type Conflict = 'self' | 'relative';

export const relationKinds = ['spouse', 'parent', 'child', 'sibling', 'household', 'business', 'other'] as const;
export type RelationKind = (typeof relationKinds)[number];

export interface Relation {
  id: string;
  staffId: string;
  staffName: string;
  partyId: string;
  partyName: string;
  kind: RelationKind;
  /** What was written about it, opened; empty where nothing was. */
  note: string;
  source: 'declared' | 'registered';
  state: 'active' | 'ended';
  at: Date;
  version: number;
}

export type RelateRefusal = 'no-such-customer' | 'no-such-staff' | 'is-yourself' | 'known-already';

export interface Relations {
  /**
   * Whether one of the parties is the member of staff, or a relative: declared, registered, or one who holds an account
   * with them. Undefined where there is none, so that they may work on the file.
   */
  between(staff: StaffMember, partyIds: readonly string[]): Promise<Conflict | undefined>;
  /** A member of staff says whom they are related to; `key` is the form's. */
  declare(order: {
    key: string;
    actor: StaffMember;
    email: string;
    kind: RelationKind;
    note: string;
  }): Promise<Result<'done', RelateRefusal>>;
  /** Compliance or an administrator says it of a colleague. */
  register(order: {
    key: string;
    actor: StaffMember;
    staffEmail: string;
    email: string;
    kind: RelationKind;
    note: string;
  }): Promise<Result<'done', RelateRefusal>>;
  /** Ends one; nobody ends their own. Throws `not-found` or `conflict`. */
  end(order: { actor: StaffMember; relationId: string; version: number }): Promise<void>;
  own(query: { actor: StaffMember; page: number; size: number }): Promise<{ relations: Relation[]; total: number }>;
  all(query: { page: number; size: number }): Promise<{ relations: Relation[]; total: number }>;
}

/** The other holders of a party's accounts, by party id; accounts stand to the right of customers. */
export type JointHoldersOf = (partyId: string) => Promise<readonly string[]>;
