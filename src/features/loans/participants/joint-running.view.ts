import { counted, formatsIn, type Formats } from '#core/format.ts';
import { sum, zero } from '#core/money.ts';
import { paths } from '#web/paths.ts';
import type { JointView, RunningLoan } from './joint-reading.ts';

/** How the loan stands that somebody answers for: its figures and papers, and nothing of who paid from which account. */
export function runningCard({ participant, loan }: JointView, bank: Formats) {
  if (!loan?.running) return undefined;
  const { running } = loan;
  const formats = formatsIn(loan.currency, bank);
  return {
    late: lateAlert(running, formats),
    rows: [
      { label: 'Contract', value: running.number },
      { label: 'Paid out since', value: formats.date(running.disbursedOn) },
      { label: 'Paid out so far', value: formats.moneyWithCurrency(running.principal) },
      { label: 'Still owed, without interest', value: formats.moneyWithCurrency(running.outstandingPrincipal) },
      ...nextRows(running, formats),
    ],
    papers: [
      { href: paths.jointPaper(participant.id, 'agreement'), text: 'Loan agreement (PDF)' },
      { href: paths.jointPaper(participant.id, 'key-facts'), text: 'Key facts (PDF)' },
    ],
  };
}

function nextRows({ state, next }: RunningLoan, formats: Formats) {
  if (state !== 'active' || next === null) return [];
  return [
    { label: 'Next instalment', value: `${formats.moneyWithCurrency(next.left)}, due ${formats.date(next.dueOn)}` },
  ];
}

function lateAlert({ state, arrears }: RunningLoan, formats: Formats) {
  const { principal, interest, fee, penalty, daysPastDue } = arrears;
  const owed = sum([principal, interest, fee, penalty]);
  if (state === 'closed' || owed <= zero) return undefined;
  return {
    kind: 'warn',
    title: `${formats.moneyWithCurrency(owed)} is overdue, ${counted(daysPastDue, 'day')} late`,
    text: 'Speak with the applicant, and write to us if you want to pay or to agree on something.',
    link: { href: paths.contact, text: 'Write to us' },
  };
}
