import type { Money } from '#core/money.ts';

/** What a credit bureau tells of a person. Amounts in the bank's currency; days as `YYYY-MM-DD`. */
export interface CreditReport {
  /** Who wrote it, as the borrower is told. */
  bureau: string;
  /** Where the person asks the bureau for their own copy. */
  contact: string;
  /** No real bureau was asked. */
  isSandbox: boolean;
  /** The day it was made on. */
  on: string;
  /** 300 to 850; null where the bureau knows too little of the person. */
  score: number | null;
  /** What weighed on the score most, in words for the person; none where there is no score. */
  keyFactors: string[];
  accounts: CreditAccount[];
  /** Each time somebody asked for credit, newest first. */
  enquiries: { on: string; by: string }[];
  defaults: { on: string; amount: Money; paid: boolean }[];
  bankruptcies: { on: string; ended: boolean }[];
  /** Of the bills for power, water and phone that it was told of; null where it was told of none. */
  bills?: { known: number; onTime: number } | null;
  /** How many payments on credit it has on record in all. Like the bills, not there in reports of before it was kept. */
  paymentsOnRecord?: number;
}

export const creditKinds = ['mortgage', 'vehicle', 'personal', 'student', 'card'] as const;
export type CreditKind = (typeof creditKinds)[number];

export interface CreditAccount {
  kind: CreditKind;
  lender: string;
  openedOn: string;
  state: 'open' | 'closed';
  /** What was lent, or may be drawn. */
  limit: Money;
  balance: Money;
  /** What is paid a month. */
  monthly: Money;
  /** How each of the last months was paid, newest first, 24 at most: 0 in time, else the days past due 30, 60 or 90. */
  history: number[];
}

/** What a bureau is asked by. Nothing of it is written to a log. */
export interface CreditQuery {
  /** The same for a repeated question, so that a bureau charges it once. */
  key: string;
  taxId: string;
  name?: string;
  birthDate?: string;
}

/** A bureau, real or not. It throws where it cannot be reached; whoever asks gives it only so much time. */
export interface CreditBureau {
  readonly name: string;
  report(query: CreditQuery): Promise<CreditReport>;
}
