import type { Currency } from '#core/money.ts';
import { isAccountNumber } from '#core/ids.ts';
import { readLoanCells, readMovementCells, type CellFacts } from './cells.rules.ts';
import { lineKinds, said, type Cells, type Finding, type LineKind } from './takeover-columns.rules.ts';

/** What is known here of those whom a line names. */
export interface LineFacts extends CellFacts {
  /** How many customers are meant; more than one where they share an address. */
  customers: number;
  product:
    | {
        currency: Currency;
        minAmount: bigint;
        maxAmount: bigint;
        minInstalments: number;
        maxInstalments: number;
        offered: boolean;
      }
    | undefined;
  account: { state: 'open' | 'closed'; currency: Currency; isTheirs: boolean } | undefined;
  /** The first line of the file of kind `loan` with this number; the line itself where it is that one. */
  loanLine: number | undefined;
  line: number;
  /** A loan with this number was brought over before. */
  importedBefore: boolean;
}

const numberForm = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,39}$/;

export function kindOf({ kind }: Cells): LineKind | undefined {
  return lineKinds.find((one) => one === kind);
}

/** Judges one line on its own: what is wrong with it, each in a sentence, and what is worth a second look. */
export function judgeLine(cells: Cells, facts: LineFacts): Finding[] {
  const kind = kindOf(cells);
  if (!kind) return [error(`${said('kind', cells.kind)}: write one of ${lineKinds.join(', ')}.`)];
  if (!numberForm.test(cells.loan))
    return [
      error(
        `${said('loan', cells.loan)}: write the loan’s number in the old bank, 1 to 40 letters, digits and . _ : / -.`,
      ),
    ];
  return kind === 'loan' ? judgeLoan(cells, facts) : judgeMovement(kind, cells, facts);
}

const error = (text: string): Finding => ({ severity: 'error', text });
const warning = (text: string): Finding => ({ severity: 'warning', text });

function judgeLoan(cells: Cells, facts: LineFacts): Finding[] {
  const { value, faults } = readLoanCells(cells, facts);
  const found = [
    ...numberFaults(cells, facts),
    ...customerFaults(cells, facts),
    ...productFaults(cells, facts),
    ...accountFaults(cells, facts),
    ...faults,
  ].map(error);
  if (found.length > 0 || !value || !facts.product) return found;
  const { minAmount, maxAmount, minInstalments, maxInstalments, offered } = facts.product;
  const isUsualAmount = value.principal >= minAmount && value.principal <= maxAmount;
  const isUsualTerm = value.instalments >= minInstalments && value.instalments <= maxInstalments;
  return [
    ...(isUsualAmount ? [] : [warning('The product does not lend such an amount today.')]),
    ...(isUsualTerm ? [] : [warning('The product does not lend over so many instalments today.')]),
    ...(offered ? [] : [warning('The product is not offered any more.')]),
  ];
}

function numberFaults({ loan }: Cells, { loanLine, line, importedBefore }: LineFacts): string[] {
  if (importedBefore) return [`loan “${loan}” has been brought over before: take its lines out.`];
  return loanLine === undefined || loanLine === line
    ? []
    : [`loan “${loan}” stands on line ${loanLine} already: give each loan once.`];
}

function customerFaults({ customer }: Cells, { customers }: LineFacts): string[] {
  if (customer === '') return ['customer is empty: write the e-mail address or the reference of a customer.'];
  if (customers === 0) return ['customer: nobody is a customer here under what the file says. Register them first.'];
  return customers === 1
    ? []
    : ['customer: several customers share this address. Write the customer’s reference instead.'];
}

function productFaults({ product }: Cells, facts: LineFacts): string[] {
  if (!facts.product) return [`${said('product', product)}: there is no product with this code here.`];
  return facts.product.currency === facts.currency
    ? []
    : [
        `${said('product', product)}: it lends ${facts.product.currency}, and loans are brought over in ${facts.currency}.`,
      ];
}

function accountFaults({ account }: Cells, facts: LineFacts): string[] {
  if (account === '') return [];
  const what = said('account', account);
  if (!isAccountNumber(account)) return [`${what}: write an account number of this bank, twelve digits, or nothing.`];
  // Whose account it is is nobody's business who only has its number.
  if (!facts.account?.isTheirs) return [`${what}: this customer has no such account here.`];
  if (facts.account.state === 'closed') return [`${what}: this account is closed.`];
  return facts.account.currency === facts.currency ? [] : [`${what}: it is kept in ${facts.account.currency}.`];
}

function judgeMovement(kind: 'payment' | 'prepayment', cells: Cells, facts: LineFacts): Finding[] {
  const { faults } = readMovementCells(kind, cells, facts);
  const orphan =
    facts.loanLine === undefined ? [`loan “${cells.loan}” has no line of kind loan in this file: add it.`] : [];
  return [...orphan, ...faults].map(error);
}
