import type { Formats } from '#core/format.ts';
import { noticeRow } from '#features/notices/index.ts';
import type { Companion } from '#platform/companion.ts';
import type { Outbox } from '#platform/outbox.ts';
import type { Application, Offer } from '../applying/application.model.ts';
import type { Loan } from '../loan.ts';

type Told = Pick<Application, '_id' | 'partyId' | 'productName'>;
interface Parts {
  outbox: Pick<Outbox, 'row'>;
  formats: Formats;
}

/** What the borrower reads in the inbox at each turn of an application that is not their own doing. */
export function offerNotice({ outbox, formats }: Parts, application: Told, offer: Offer): Companion {
  const { _id, partyId, productName } = application;
  return noticeRow(outbox, {
    partyId,
    title: 'Your offer is ready',
    text: `We offer you a ${productName.toLowerCase()} of ${formats.moneyWithCurrency(offer.amount)}. Read what it costs and answer by ${formats.date(offer.validUntil)}. You owe nothing before you accept.`,
    href: `/loans/apply/${_id}/offer`,
  });
}

export function rejectionNotice({ outbox }: Parts, application: Told, sentence: string): Companion {
  const { _id, partyId } = application;
  return noticeRow(outbox, {
    partyId,
    title: 'We cannot offer you this loan',
    text: `${sentence} A person decided this. Nothing was borrowed and nothing is owed; you can apply again whenever something has changed.`,
    href: `/loans/apply/${_id}`,
  });
}

export function expiryNotice({ outbox, formats }: Parts, application: Told, offer: Offer): Companion {
  const { _id, partyId, productName } = application;
  return noticeRow(outbox, {
    partyId,
    title: 'Your offer has expired',
    text: `Our offer of a ${productName.toLowerCase()} stood until ${formats.date(offer.validUntil)} and was not answered. Nothing was borrowed and nothing is owed; you can apply again.`,
    href: `/loans/apply/${_id}`,
  });
}

export function payoutNotice({ outbox, formats }: Parts, loan: Loan, facts: { paidOut: Loan['principal'] }): Companion {
  return noticeRow(outbox, {
    partyId: loan.partyId,
    title: 'Your loan is paid out',
    text: `${formats.moneyWithCurrency(facts.paidOut)} of loan ${loan.number} is in your account. The first instalment is due on ${formats.date(loan.nextDueOn ?? loan.disbursedOn)}.`,
    href: `/loans/${loan._id}`,
  });
}
