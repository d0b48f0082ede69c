import { counted, type Formats } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import { totalExposure } from '../deciding/authority.rules.ts';
import { stateBadges } from '../../applying/application-texts.ts';
import type { OfficerFile } from './file.service.ts';
import type { OwnLoan } from './own-history.service.ts';

/** What the bank knows of the applicant from its own books. */
export function ownHistoryCard({ own, accounts, authority }: OfficerFile, formats: Formats) {
  return {
    empty:
      own.loans.length === 0 && own.applications.length === 0 ? 'No loan and no earlier application with us.' : null,
    rows: [
      { label: 'Owed and promised without this loan', value: formats.money(totalExposure(authority.before)) },
      { label: 'With this loan', value: formats.money(totalExposure(authority.after)) },
      ...accounts.slice(0, 5).map(({ name, masked, openedOn, balance }) => ({
        label: `${name} ${masked}, since ${formats.date(openedOn)}`,
        value: formats.money(balance),
      })),
    ],
    loans: own.loans.length === 0 ? null : loanTable(own.loans, formats),
    applications: own.applications.map(({ id, reference, productName, state, amount, at }) => ({
      href: paths.officerApplication(id),
      title: `${productName} ${reference}`,
      text: `${amount === null ? '' : `${formats.moneyWithCurrency(amount)}, `}${formats.instant(at)}`,
      badge: { ...stateBadges[state], kind: 'neutral' },
    })),
  };
}

function loanTable(loans: readonly OwnLoan[], formats: Formats) {
  return {
    caption: `Loans with us, amounts in ${formats.currency}`,
    captionHidden: true,
    columns: [
      { key: 'loan', label: 'Loan' },
      { key: 'outstanding', label: 'Outstanding', kind: 'num' },
      { key: 'monthly', label: 'A month', kind: 'num', hideSmall: true },
      { key: 'paid', label: 'Paid' },
    ],
    rows: loans.slice(0, 20).map((loan) => ({
      cells: {
        loan: {
          text: loan.number,
          href: paths.staffLoan(loan.id),
          sub: `${loan.productName}, ${formats.money(loan.principal)}, ${loan.closedOn ? `closed ${formats.date(loan.closedOn)}` : `since ${formats.date(loan.disbursedOn)}`}`,
        },
        outstanding: formats.money(loan.outstanding),
        monthly: formats.money(loan.monthly),
        paid: paidCell(loan),
      },
    })),
  };
}

function paidCell({ daysPastDue, paid, late, worstDays, state }: OwnLoan) {
  if (state === 'written-off') return { badge: { kind: 'critical', text: 'Written off' } };
  if (daysPastDue > 0) return { badge: { kind: 'critical', text: `${counted(daysPastDue, 'day')} past due` } };
  if (late > 0)
    return { badge: { kind: 'alert', text: `Late ${late} of ${paid}` }, sub: `at worst ${counted(worstDays, 'day')}` };
  return { badge: { kind: 'ok', text: paid === 0 ? 'Nothing due yet' : 'In time' }, sub: counted(paid, 'instalment') };
}
