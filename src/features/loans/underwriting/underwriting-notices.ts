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

/** The reasons in full stand in the inbox too, so that nobody has to look for why. */
export function rejectionNotice(
  { outbox, formats }: Parts,
  application: Told,
  { sentences, contestUntil }: { sentences: readonly string[]; contestUntil: string | null },
): Companion {
  const { _id, partyId } = application;
  const next =
    contestUntil === null
      ? 'Another person has looked at it and this decision is final; you can apply again whenever something has changed.'
      : `If you think that we are wrong, you can ask another person to look at it until ${formats.date(contestUntil)}.`;
  return noticeRow(outbox, {
    partyId,
    title: 'We cannot offer you this loan',
    text: `${sentences.join(' ')} A person decided this. Nothing was borrowed and nothing is owed. ${next}`,
    href: `/loans/apply/${_id}/decision`,
  });
}

/** To a co-applicant or guarantor whose credit report led to a decline; the inbox says nothing of what is in it. */
export function participantRejectionNotice({ outbox }: Parts, application: Told, partyId: string): Companion {
  return noticeRow(outbox, {
    partyId,
    title: 'A loan that you were part of is not approved',
    text: `We could not approve the ${application.productName.toLowerCase()} that you were asked to sign with somebody. What we learned about you from a credit bureau was part of the reason: read what it was and what you can do about it. You owe nothing.`,
    href: `/loans/apply/${application._id}/decision`,
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

export function lapseNotice({ outbox }: Parts, application: Told): Companion {
  const { _id, partyId, productName } = application;
  return noticeRow(outbox, {
    partyId,
    title: 'Your accepted offer has lapsed',
    text: `You accepted our offer of a ${productName.toLowerCase()}, and its conditions were not met within 60 days. Nothing was paid out and nothing is owed; you can apply again.`,
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
