import { counted, type Formats } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import { undecidedStates } from '../../applying/application-states.ts';
import type { KeptReport } from '../../bureau/bureau.service.ts';
import { creditFigures, isStale, reportDays, type CreditFigures } from '../../bureau/credit.rules.ts';
import type { CreditAccount, CreditKind } from '../../bureau/credit-report.ts';
import type { OfficerFile } from './file.service.ts';
import { answersOf, type PersonOnFile } from './people-on-file.ts';

const roles = { applicant: 'applicant', 'co-applicant': 'co-applicant', guarantor: 'guarantor' } as const;
const kinds: Record<CreditKind, string> = {
  mortgage: 'Mortgage',
  vehicle: 'Vehicle loan',
  personal: 'Personal loan',
  student: 'Student loan',
  card: 'Card',
};

/** What the bureau says of everybody on the file. */
export function creditCard(file: OfficerFile, formats: Formats) {
  const mayAsk = file.decidable.ok && undecidedStates.includes(file.application.state);
  return {
    bureau: file.bureau,
    people: file.people.map((person, n) => ({
      ...personCredit(file, person, formats),
      headingId: `h-credit-${n + 1}`,
      ask:
        mayAsk && person.consented
          ? {
              action: `${paths.officerApplication(file.application._id)}/bureau`,
              partyId: person.partyId,
              text: file.reports.has(person.partyId) ? 'Ask the bureau again' : 'Ask the bureau',
            }
          : null,
    })),
  };
}

function personCredit(file: OfficerFile, person: PersonOnFile, formats: Formats) {
  const title = `${person.name}, ${roles[person.role]}`;
  const kept = file.reports.get(person.partyId);
  if (!kept) return { title, missing: whyMissing(person), notes: [], figures: [], accounts: null, score: null };
  const { report } = kept;
  const figures = creditFigures(report);
  return {
    title,
    missing: null,
    notes: notesOf(kept, { file, formats }),
    score: report.score === null ? null : { value: String(report.score), factors: report.keyFactors },
    figures: figureRows(figures, formats),
    accounts: accountTable(report.accounts, { name: person.name, formats }),
  };
}

function whyMissing(person: PersonOnFile): string {
  if (!person.consented) return 'They did not let us ask a credit bureau, or have not been asked yet.';
  const taxId = answersOf(person.sections, 'personal')?.taxId ?? '';
  if (taxId === '') return 'There is no tax number to ask by.';
  return 'The bureau could not be asked. Nothing is wrong with the file; try again.';
}

function notesOf({ report, askedAt }: KeptReport, { file, formats }: { file: OfficerFile; formats: Formats }) {
  const old = isStale(report.on, file.today);
  return [
    ...(report.isSandbox
      ? [
          {
            kind: 'info',
            text: 'This is a sandbox: the report is made up from the tax number and says nothing of the person.',
          },
        ]
      : []),
    ...(old
      ? [
          {
            kind: 'warn',
            text: `This report is older than ${reportDays} days, from ${formats.date(report.on)}. Ask again before you decide.`,
          },
        ]
      : []),
    ...(report.score === null && report.accounts.length === 0
      ? [{ kind: 'info', text: `The bureau knows nothing of this person. Asked on ${formats.instant(askedAt)}.` }]
      : []),
  ];
}

function figureRows(figures: CreditFigures, formats: Formats) {
  const { utilisationTenths, oldestMonths, lateMonths } = figures;
  return [
    { label: 'Open accounts', value: String(figures.openAccounts) },
    { label: 'Owed in all', value: formats.money(figures.balance) },
    { label: 'Paid a month', value: formats.money(figures.monthly) },
    {
      label: 'Cards drawn to',
      value: utilisationTenths === null ? 'No card' : `${utilisationTenths / 10n}.${utilisationTenths % 10n}%`,
    },
    { label: 'Oldest account', value: oldestMonths === null ? 'None' : ageText(oldestMonths) },
    {
      label: 'Months paid late, of the last 24',
      value: lateMonths === 0 ? 'None' : `${lateMonths}, at worst ${figures.worstDaysLate} days`,
    },
    { label: 'Defaults', value: defaultsText(figures) },
    { label: 'Bankruptcies', value: figures.bankruptcies === 0 ? 'None' : String(figures.bankruptcies) },
    { label: 'Payments on record', value: String(figures.paymentsOnRecord ?? 'Not told') },
    {
      label: 'Bills paid on time',
      value: figures.billsOnTime === null ? 'Not told' : `${Math.round(figures.billsOnTime * 100)}%`,
    },
    { label: 'Asked for credit in six months', value: counted(figures.recentEnquiries, 'time') },
  ];
}

function defaultsText({ defaults, unpaidDefaults }: CreditFigures): string {
  return defaults === 0
    ? 'None'
    : `${defaults}, ${unpaidDefaults === 0 ? 'all paid since' : `${unpaidDefaults} unpaid`}`;
}

function ageText(months: number): string {
  return months < 24 ? counted(months, 'month') : counted(Math.trunc(months / 12), 'year');
}

function accountTable(accounts: readonly CreditAccount[], { name, formats }: { name: string; formats: Formats }) {
  if (accounts.length === 0) return null;
  return {
    caption: `Accounts of ${name}, amounts in ${formats.currency}`,
    captionHidden: true,
    columns: [
      { key: 'kind', label: 'Account' },
      { key: 'limit', label: 'Limit', kind: 'num', hideSmall: true },
      { key: 'balance', label: 'Balance', kind: 'num' },
      { key: 'monthly', label: 'A month', kind: 'num', hideSmall: true },
      { key: 'paid', label: 'Paid', kind: 'text' },
    ],
    rows: accounts.map((account) => ({
      cells: {
        kind: { text: kinds[account.kind], sub: `${account.lender}, since ${formats.date(account.openedOn)}` },
        limit: formats.money(account.limit),
        balance: formats.money(account.balance),
        monthly: formats.money(account.monthly),
        paid: paidCell(account),
      },
    })),
  };
}

function paidCell({ history, state }: CreditAccount) {
  const late = history.filter((days) => days > 0);
  const closed = state === 'closed' ? { sub: 'closed' } : {};
  if (late.length === 0) return { badge: { kind: 'ok', text: 'In time' }, ...closed };
  return {
    badge: { kind: 'alert', text: `Late ${late.length} of ${history.length}` },
    sub: `at worst ${Math.max(...late)} days`,
  };
}
