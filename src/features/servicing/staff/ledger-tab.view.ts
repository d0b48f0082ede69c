import { formatsIn, type Formats } from '#core/format.ts';
import { negate, zero, type Money } from '#core/money.ts';
import type { Loan } from '#features/loans/index.ts';
import { paths } from '#web/paths.ts';
import type { LedgerLine } from './loan-record.service.ts';

const accountNames: Record<LedgerLine['name'], string> = {
  principal: 'Principal',
  interest: 'Interest receivable',
  fees: 'Fees receivable',
  penalties: 'Penalties receivable',
  overpaid: 'Overpaid, owed to the borrower',
};

/** The ledger's balances beside what the loan says it booked: the two must be the same. */
export function ledgerTab(lines: readonly LedgerLine[], { loan, formats: bank }: { loan: Loan; formats: Formats }) {
  const formats = formatsIn(loan.currency, bank);
  const compared = lines.map((line) => {
    const booked = line.name === 'overpaid' ? negate(loan.booked.overpaid) : loan.booked[line.name];
    return { ...line, booked, inLedger: line.balance?.balance ?? zero };
  });
  const isSame = compared.every(({ booked, inLedger }) => booked === inLedger);
  return {
    alert: isSame
      ? { kind: 'success', text: 'The ledger and the loan say the same.' }
      : { kind: 'danger', text: 'The ledger and the loan differ. Do nothing to this loan and tell finance.' },
    table: {
      caption: `The loan’s accounts in the ledger, amounts in ${loan.currency}`,
      captionHidden: false,
      columns: [
        { key: 'account', label: 'Account', grow: true },
        { key: 'ledger', label: 'In the ledger', kind: 'num' },
        { key: 'loan', label: 'Loan says', kind: 'num' },
      ],
      rows: compared.map(({ name, balance, booked, inLedger }) => ({
        cells: {
          account: {
            text: accountNames[name],
            sub: balance ? `${balance.entries} entries` : 'Not opened, nothing was posted',
          },
          ledger: formats.money(inLedger),
          loan: formats.money(booked),
        },
      })),
    },
    books: bookRows(loan, formats),
    entries: compared.filter(({ entries }) => entries.length > 0).map((line) => entryTable(line, { loan, formats })),
  };
}

function bookRows({ booked }: Loan, formats: Formats) {
  const row = (label: string, amount: Money) => ({ label, value: formats.money(amount) });
  return [
    row('Interest income', negate(booked.interestIncome)),
    row('Fee income', negate(booked.feeIncome)),
    row('Penalty income', negate(booked.penaltyIncome)),
    row('Recoveries', negate(booked.recoveryIncome)),
    row('Interest in suspense', negate(booked.interestSuspense)),
    row('Tax to be paid', negate(booked.taxPayable)),
    row('Provision', negate(booked.provision)),
    row('Cost of risk', booked.provisionExpense),
  ];
}

function entryTable({ name, entries }: LedgerLine, { loan, formats }: { loan: Loan; formats: Formats }) {
  return {
    title: `${accountNames[name]}, newest entries`,
    table: {
      caption: `${accountNames[name]}, newest first`,
      captionHidden: true,
      columns: [
        { key: 'what', label: 'Journal', grow: true },
        { key: 'on', label: 'Counts from', hideSmall: true },
        { key: 'amount', label: 'Amount', kind: 'num' },
        { key: 'after', label: 'Balance', kind: 'num', hideSmall: true },
      ],
      rows: entries.map((entry) => ({
        cells: {
          what: {
            text: entry.kind,
            href: paths.staffLoanJournal(loan._id, entry.key),
            subSmall: formats.date(entry.effectiveOn),
          },
          // A date that a narrow column does not break.
          on: formats.date(entry.effectiveOn).replaceAll(' ', '\u00a0'),
          amount: formats.signedMoney(entry.amount),
          after: formats.money(entry.balanceAfter),
        },
      })),
    },
  };
}
