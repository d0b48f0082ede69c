import { moneyOf, ofDollarSize, plus, sum, zero, type Currency, type Money } from '#core/money.ts';
import type { Role } from '#core/roles.ts';

/**
 * What one person may lend to one customer by themselves, in units of the dollar's size: all that the customer would
 * owe us without security, and all that they would owe us. Beyond the last line two seniors decide together.
 */
export const authorityTable = [
  { role: 'officer', unsecured: 25_000, secured: 100_000 },
  { role: 'senior-officer', unsecured: 250_000, secured: 1_000_000 },
] as const satisfies readonly { role: Role; unsecured: number; secured: number }[];

export type AuthorityRole = (typeof authorityTable)[number]['role'];

/** What a customer would owe us, the loan asked for included. */
export interface Exposure {
  unsecured: Money;
  secured: Money;
}

export function totalExposure({ unsecured, secured }: Exposure): Money {
  return plus(unsecured, secured);
}

/** What is owed, promised and asked for, summed apart by whether something secures it. */
export function exposureOf(parts: readonly { amount: Money; secured: boolean }[]): Exposure {
  const of = (secured: boolean) => sum(parts.filter((one) => one.secured === secured).map((one) => one.amount));
  return { unsecured: of(false), secured: of(true) };
}

/** Who must decide: one person of the role, or two seniors. */
export type NeededAuthority = AuthorityRole | 'two-seniors';

/** The least authority for an exposure: what is lent without security also counts against the limit for everything. */
export function neededFor(exposure: Exposure, currency: Currency): NeededAuthority {
  const row = authorityTable.find(({ unsecured, secured }) => {
    const most = { unsecured: ofDollarSize(unsecured, currency), all: ofDollarSize(secured, currency) };
    return exposure.unsecured <= most.unsecured && totalExposure(exposure) <= most.all;
  });
  return row?.role ?? 'two-seniors';
}

/** The highest line of the table that somebody's roles reach; who has none of them has an officer's. */
export function authorityRoleOf(roles: readonly Role[]): AuthorityRole {
  return roles.includes('senior-officer') ? 'senior-officer' : 'officer';
}

/** Whether somebody may decide by themselves. */
export function mayAlone(role: AuthorityRole, needed: NeededAuthority): boolean {
  return needed === 'officer' || (needed === 'senior-officer' && role === 'senior-officer');
}

/** Whether a recommendation and a second person's decision are enough together. */
export function mayTogether(
  people: { maker: AuthorityRole; checker: AuthorityRole },
  needed: NeededAuthority,
): boolean {
  if (mayAlone(people.checker, needed)) return true;
  return people.maker === 'senior-officer' && people.checker === 'senior-officer';
}

/** What somebody could still lend to this customer beside what there is, for a loan with or without security. */
export function roomOf(facts: {
  role: AuthorityRole;
  /** Without the loan asked for. */
  before: Exposure;
  secured: boolean;
  currency: Currency;
}): Money {
  const { role, before, secured, currency } = facts;
  const row = authorityTable.find((one) => one.role === role);
  if (!row) return zero;
  const all = ofDollarSize(row.secured, currency) - totalExposure(before);
  const unsecured = ofDollarSize(row.unsecured, currency) - before.unsecured;
  // What is lent without security beyond the limit leaves no authority over the customer at all.
  if (unsecured < 0n) return zero;
  const room = secured ? all : all < unsecured ? all : unsecured;
  return moneyOf(room < 0n ? 0n : room);
}
