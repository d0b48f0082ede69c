/** Every address of the portal, in one place; views get finished hrefs from these. */
export const paths = {
  home: '/',
  services: '/services',
  contact: '/contact',
  enquiries: '/contact/messages',
  enquiry: (id: string) => `/contact/messages/${id}`,
  register: '/register',
  login: '/login',
  logout: '/logout',
  dashboard: '/dashboard',
  profile: '/profile',
  accounts: '/accounts',
  openAccount: '/accounts/open',
  account: (id: string) => `/accounts/${id}`,
  accountBalance: (id: string) => `/accounts/${id}/balance`,
  deposit: '/deposit',
  depositReceipt: (key: string) => `/deposit/${key}`,
  loans: '/loans',
  apply: '/loans/apply',
  application: (id: string) => `/loans/apply/${id}`,
  applicationSection: (id: string, section: string) => `/loans/apply/${id}/${section}`,
  offer: (id: string) => `/loans/apply/${id}/offer`,
  estimate: '/loans/estimate',
  loan: (id: string) => `/loans/${id}`,
  payLoan: (id: string) => `/loans/${id}/pay`,
  receipt: (loanId: string, key: string) => `/loans/${loanId}/payments/${key}`,
  officer: '/officer',
  officerApplication: (id: string) => `/officer/applications/${id}`,
  notices: '/notices',
  notice: (id: string) => `/notices/${id}`,
  operation: (key: string) => `/operations/${key}`,
  trialBalance: '/ledger',
  audit: '/audit',
} as const;

/** A path of this portal to go back to after signing in, or the fallback: never another site (`//host`, `/\host`). */
export function safeReturn(path: unknown, fallback: string): string {
  if (typeof path !== 'string' || path.length > 500) return fallback;
  return /^\/(?![/\\])[\w\-./?=&%]*$/.test(path) && !path.startsWith('/login') ? path : fallback;
}
