import type { Connection, Model } from 'mongoose';
import type { Role } from '#core/roles.ts';
import { documentSchema } from '#platform/schema.ts';

export interface User {
  _id: string;
  /** Blind index of the address they sign in with; the address itself lies sealed on the party. */
  emailIndex: string;
  /** Null for a user who cannot sign in. */
  passwordHash: string | null;
  /** Which pepper the hash was made with. */
  pepperId: string | null;
  roles: Role[];
  partyId: string | null;
  branchId: string;
  /** What the portal calls them on their own pages: a role's name for staff, `You` for customers. */
  displayName: string;
  /** Raised by every change of password, role or state: ends the sessions signed in before. */
  securityVersion: number;
  state: 'active' | 'disabled';
  createdAt: Date;
}

const userSchema = documentSchema(
  {
    emailIndex: { type: String, required: true },
    passwordHash: { type: String, default: null },
    pepperId: { type: String, default: null },
    roles: { type: [String], required: true },
    partyId: { type: String, default: null },
    branchId: { type: String, required: true },
    displayName: { type: String, required: true },
    securityVersion: { type: Number, required: true },
    state: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  'users',
)
  .index({ emailIndex: 1 }, { unique: true })
  .index({ partyId: 1 })
  .index({ roles: 1, state: 1 });

export const userModel = (connection: Connection): Model<User> => connection.model<User>('User', userSchema as never);
