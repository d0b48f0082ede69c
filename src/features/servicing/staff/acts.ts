import type { PlainDate } from '#core/calendar.ts';
import type { Permission } from '#core/roles.ts';
import type { Act } from '../life/act.ts';

/** What staff can do to a loan, by the word in the address. */
export const actNames = [
  'payment',
  'bounce',
  'undo',
  'charge',
  'rate',
  'moratorium',
  'reschedule',
  'restructure',
  'waiver',
  'write-off',
  'recovery',
] as const;
export type ActName = (typeof actNames)[number];

/** What a form asks for: the act, and from when it counts where that is not the business date. */
export interface Asked {
  act: Act;
  on?: PlainDate | undefined;
  /** Why; empty where nothing has to be said. */
  reason: string;
}

interface ActFacts {
  title: string;
  /** What it means, for whoever does it. */
  lead: string;
  permission: Permission;
  /** What the last button says, and what was done. */
  button: string;
  done: string;
  /** Where a second person has been asked, since the bank gives something up or agrees anew. */
  asked: string;
}

/** What a button says that asks somebody else. */
export const askButton = 'Ask a second person to approve';

const second = { permission: 'loan:service', button: askButton, done: '' } as const;
const direct = { permission: 'loan:service', asked: '' } as const;

export const actFacts: Record<ActName, ActFacts> = {
  payment: {
    ...direct,
    title: 'Record a payment from outside',
    lead: 'For money that reached the bank’s cash side. A day that is past counts as if it had been recorded then.',
    button: 'Record the payment',
    done: 'The payment is recorded',
  },
  bounce: {
    ...direct,
    title: 'Record a bounce',
    lead: 'The payment came back. It is undone as if it had never been, and the product’s bounce fee is charged.',
    button: 'Record the bounce',
    done: 'The bounce is recorded',
  },
  undo: {
    ...direct,
    title: 'Undo a transaction',
    lead: 'The loan is told anew as if it had never been; nothing that was written is deleted. A second person decides where it is no payment.',
    button: 'Undo the transaction',
    done: 'The transaction is undone',
    asked: 'A second person is asked to approve that it is undone',
  },
  charge: {
    ...direct,
    title: 'Charge a fee',
    lead: 'It falls due with what is overdue, or with the next instalment.',
    button: 'Charge the fee',
    done: 'The fee is charged',
  },
  rate: {
    ...direct,
    title: 'Change the rate',
    lead: 'The rows to come are solved again at the new rate. A second person decides on a lower one, and on one from a day that is past.',
    button: 'Change the rate',
    done: 'The rate is changed',
    asked: 'A second person is asked to approve the new rate',
  },
  moratorium: {
    ...direct,
    title: 'Grant a moratorium',
    lead: 'Instalments without payment, or with interest only, as far as the product allows.',
    button: 'Grant the moratorium',
    done: 'The moratorium is granted',
  },
  reschedule: {
    ...second,
    title: 'Ask for more time',
    lead: 'The rest is spread over more instalments. A second person decides.',
    asked: 'A second person is asked to approve the new schedule',
  },
  restructure: {
    ...second,
    title: 'Ask for a restructuring',
    lead: 'New rate, more instalments, grace, arrears added to the principal. A second person decides.',
    asked: 'A second person is asked to approve the restructuring',
  },
  waiver: {
    ...second,
    title: 'Ask to let something go',
    lead: 'A fee, a penalty or interest that is owed and shall not be asked for. A second person decides.',
    asked: 'A second person is asked to approve the waiver',
  },
  'write-off': {
    ...second,
    title: 'Ask for a write-off',
    lead: 'The loan leaves the book as a loss; the borrower still owes it. A second person decides.',
    asked: 'A second person is asked to approve the write-off',
  },
  recovery: {
    ...direct,
    permission: 'loan:recover',
    title: 'Record a recovery',
    lead: 'Money that came in after the loan was written off.',
    button: 'Record the recovery',
    done: 'The recovery is recorded',
  },
};

export function isActName(text: string): text is ActName {
  return (actNames as readonly string[]).includes(text);
}
