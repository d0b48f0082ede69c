import { newId } from '#core/ids.ts';
import type { Companion } from '#platform/companion.ts';
import { order } from '#test/ledger-builders.ts';

/** What a client asks for: every contender is given the same. */
export type Transfer = ReturnType<typeof order>;

export const accountCount = 2_000;
/** More than any run can move. */
export const fundedCents = 1_000_000_000n;
export const hotFundedCents = 1_000_000_000_000_000n;

export interface Chart {
  /** Funded alike. */
  accounts: readonly string[];
  /** The one that everybody pays into. */
  hot: string;
}

export function newChart(): Chart {
  return { accounts: Array.from({ length: accountCount }, () => newId()), hot: newId() };
}

function anyOf(values: readonly string[]): string {
  return values[Math.floor(Math.random() * values.length)] ?? '';
}

function pair({ accounts }: Chart): { debit: string; credit: string } {
  const debit = anyOf(accounts);
  let credit = anyOf(accounts);
  while (credit === debit) credit = anyOf(accounts);
  return { debit, credit };
}

const smallAmount = () => BigInt(1 + Math.floor(Math.random() * 500));

export type Load = (chart: Chart) => Transfer;

/** Between two of all accounts. */
export const uniform: Load = (chart) => order({ ...pair(chart), cents: smallAmount() });

/** All into one account. */
export const hot: Load = ({ accounts, hot: credit }) => order({ debit: anyOf(accounts), credit, cents: smallAmount() });

/** Half into one account, half out of it. */
export const mixed: Load = ({ accounts, hot: one }) => {
  const other = anyOf(accounts);
  const [debit, credit] = Math.random() < 0.5 ? [one, other] : [other, one];
  return order({ debit, credit, cents: smallAmount() });
};

/** More than the account has. */
export const tooMuch: Load = (chart) => order({ ...pair(chart), cents: fundedCents * 1_000n });

/** With two more documents that must be written with it. */
export function withCompanions(audit: { entry: (fact: AuditFact) => Companion }): Load {
  return (chart) => {
    const key = newId();
    const subject = { type: 'journal', id: key };
    const entry = audit.entry({ actor: 'tester', action: 'transfer', subject, details: {} });
    const document = { _id: newId(), journal: key, at: new Date(), text: 'a transfer was made' };
    const companions: Companion[] = [entry, { collection: 'receipts', kind: 'insert', document }];
    return order({ ...pair(chart), cents: smallAmount(), key, companions });
  };
}

interface AuditFact {
  actor: string;
  action: string;
  subject: { type: string; id: string };
  details: Record<string, string>;
}

export type Answer = 'posted' | 'refused';

export interface Contender {
  transfer: (transfer: Transfer) => Promise<Answer>;
  /** Does what was put off. */
  settle: () => Promise<void>;
  /** The sum over all accounts, which no transfer may change; undefined where it cannot be asked for. */
  total: () => Promise<bigint | undefined>;
  close: () => Promise<void>;
}
