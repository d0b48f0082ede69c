import { may, type Actor, type Permission } from '#core/roles.ts';
import { paths } from './paths.ts';

interface Place {
  href: string;
  text: string;
  icon: string;
  needs: Permission;
}

export interface NavItem {
  href: string;
  text: string;
  icon: string;
  current: boolean;
}

/** The main places of all roles, in the order they are shown; everybody sees those that their role may enter. */
const places: readonly Place[] = [
  { href: paths.dashboard, text: 'Home', icon: 'home', needs: 'dashboard:view' },
  { href: paths.accounts, text: 'Accounts', icon: 'accounts', needs: 'account:own' },
  { href: paths.transfer, text: 'Transfer', icon: 'swap', needs: 'transfer:make' },
  { href: paths.loans, text: 'Loans', icon: 'loans', needs: 'loan:own' },
  { href: paths.deposit, text: 'Deposit', icon: 'plus', needs: 'deposit:make' },
  { href: paths.transactions, text: 'Transactions', icon: 'list', needs: 'transaction:own' },
  { href: paths.officer, text: 'Queue', icon: 'list', needs: 'application:review' },
  { href: paths.staffKycList, text: 'Identity checks', icon: 'user', needs: 'kyc:view' },
  { href: paths.staffAccounts, text: 'Accounts', icon: 'accounts', needs: 'account:inspect' },
  { href: paths.staffLoans, text: 'Loan book', icon: 'loans', needs: 'loan:inspect' },
  { href: paths.delinquency, text: 'Delinquency', icon: 'warn', needs: 'loan:inspect' },
  { href: paths.collections, text: 'Collections', icon: 'people', needs: 'collection:view' },
  { href: paths.enquiries, text: 'Messages', icon: 'mail', needs: 'enquiry:read' },
  { href: paths.rail, text: 'Rail', icon: 'swap', needs: 'rail:operate' },
  { href: paths.imports, text: 'Imports', icon: 'file', needs: 'transaction:import' },
  { href: paths.loanImports, text: 'Loan imports', icon: 'file', needs: 'loan:import' },
  { href: paths.products, text: 'Products', icon: 'loans', needs: 'product:edit' },
  { href: paths.risk, text: 'Risk', icon: 'shield', needs: 'risk:view' },
  { href: paths.approvals, text: 'Approvals', icon: 'check', needs: 'approval:decide' },
  { href: paths.closeOfDay, text: 'Close of day', icon: 'cal', needs: 'day:close' },
  { href: paths.trialBalance, text: 'Ledger', icon: 'bank', needs: 'ledger:view' },
  { href: paths.staffRelations, text: 'Relations', icon: 'people', needs: 'relation:declare' },
  { href: paths.audit, text: 'Audit', icon: 'shield', needs: 'audit:view' },
];

const publicPlaces = [
  { href: paths.home, text: 'Home', icon: 'home' },
  { href: paths.services, text: 'Services', icon: 'bank' },
  { href: paths.calculator, text: 'Calculator', icon: 'loans' },
  { href: paths.contact, text: 'Contact', icon: 'mail' },
];

export function navigationFor(actor: Actor | undefined, currentPath: string): NavItem[] {
  const shown = actor ? places.filter((place) => may(actor, place.needs)) : publicPlaces;
  return shown.map(({ href, text, icon }) => ({ href, text, icon, current: isIn(currentPath, href) }));
}

/** The phone's bottom bar, for borrowers: what they come for most. */
export function bottomNavigationFor(actor: Actor | undefined, currentPath: string): NavItem[] {
  if (!actor || !may(actor, 'account:own')) return [];
  const own = navigationFor(actor, currentPath).slice(0, 4);
  return [...own, { href: paths.profile, text: 'Profile', icon: 'user', current: isIn(currentPath, paths.profile) }];
}

function isIn(currentPath: string, href: string): boolean {
  return href === '/' ? currentPath === '/' : currentPath === href || currentPath.startsWith(`${href}/`);
}
