import type { Accounts } from '#features/accounts/index.ts';
import { loanModel } from '#features/loans/index.ts';
import type { DayStep } from '#platform/close-of-day/step.ts';
import type { Platform } from '#platform/platform.ts';
import { createLoanReceiver } from '../incoming/loan-receiver.service.ts';
import type { Servicing } from '../servicing.service.ts';
import { autopayStep } from './autopay-step.ts';
import { mandateModel, takingModel, type Mandate } from './mandate.model.ts';
import * as mandates from './mandates.service.ts';
import { notifyStep } from './notify-step.ts';
import { standingMandate, type AutopayParts } from './parts.ts';

interface LoanOfParty {
  loanId: string;
  partyId: string;
}

/** Standing orders to take what falls due on loans, and the notices around due dates. */
export interface Autopay {
  /** The mandate of a loan, active or paused. */
  find(query: LoanOfParty): Promise<Mandate | undefined>;
  /** What will have fallen due at the end of a date. */
  outlook(query: LoanOfParty & { on: string }): Promise<mandates.Outlook | undefined>;
  /** What came of the tries, newest first. */
  takings(
    query: LoanOfParty,
    page: { page: number; size: number },
  ): Promise<{ takings: mandates.ShownTaking[]; total: number }>;
  setUp(order: mandates.MandateOrder & { key: string; accountId: string }): Promise<mandates.MandateOutcome>;
  changeAccount(
    order: mandates.MandateOrder & { version: number; accountId: string },
  ): Promise<mandates.MandateOutcome>;
  cancel(order: mandates.MandateOrder & { version: number }): Promise<mandates.MandateOutcome>;
  /** For the close of day: `autopay` after rows have fallen due, `notify` when everything of the day is done. */
  steps: { autopay: DayStep; notify: DayStep };
}

export function createAutopay(
  platform: Platform,
  deps: {
    servicing: Pick<Servicing, 'act' | 'tell' | 'transaction' | 'findOwn' | 'businessDate'>;
    accounts: Pick<Accounts, 'findOwn'> & { rail: Pick<Accounts['rail'], 'forLoans'> };
  },
): Autopay {
  const { connection } = platform.database;
  const parts: AutopayParts = {
    platform,
    ...deps,
    mandates: mandateModel(connection),
    takings: takingModel(connection),
    loans: loanModel(connection),
  };
  // The other way by which money for loans comes in by itself.
  deps.accounts.rail.forLoans(createLoanReceiver({ platform, servicing: deps.servicing }));
  return {
    find: (query) => standingMandate(parts, query),
    outlook: (query) => mandates.outlook(parts, query),
    takings: (query, page) => mandates.listTakings(parts, query, page),
    setUp: (order) => mandates.setUp(parts, order),
    changeAccount: (order) => mandates.changeAccount(parts, order),
    cancel: (order) => mandates.cancel(parts, order),
    steps: { autopay: autopayStep(parts), notify: notifyStep(parts) },
  };
}
