import type { Formats } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import type { Application } from './application.model.ts';
import { stateBadges } from './application-texts.ts';
import { crumbs, withdrawForm } from './application.view.ts';

interface Event {
  text: string;
  time: string;
  datetime: string;
  state: 'past' | 'now' | 'next';
}

/** What happens next, by the state an application is in once it has been sent. */
function nextStep(application: Application): { title: string; text: string; action?: { href: string; text: string } } {
  switch (application.state) {
    case 'draft':
    case 'submitted':
      return {
        title: 'What happens next',
        text: 'A loan officer reads your application and decides. We tell you in your inbox as soon as there is a decision. You need to do nothing until then, and you owe nothing before you accept an offer.',
      };
    case 'offered':
      return {
        title: 'You have an offer',
        text: 'Read what it costs and the whole schedule, then accept or decline it. No money moves before you accept.',
        action: { href: paths.offer(application._id), text: 'Read the offer' },
      };
    case 'accepted':
      return {
        title: 'You accepted the offer',
        text: 'The money is being paid into your account. This page changes as soon as it is there.',
        action: { href: paths.offer(application._id), text: 'Look at the offer' },
      };
    case 'disbursed':
      return {
        title: 'The loan is paid out',
        text: 'The money is in your account. The loan has its own page, with the schedule and every payment.',
        ...(application.loanId ? { action: { href: paths.loan(application.loanId), text: 'Go to the loan' } } : {}),
      };
    case 'rejected':
      return {
        title: 'We could not approve this application',
        text: 'The reason is in your inbox. You can apply again whenever something has changed.',
        action: { href: paths.notices, text: 'Go to your inbox' },
      };
    case 'withdrawn':
      return {
        title: 'You withdrew this application',
        text: 'Nothing was borrowed and nothing is owed. You can start a new one at any time.',
        action: { href: paths.apply, text: 'Choose a loan' },
      };
    case 'declined':
      return {
        title: 'You declined the offer',
        text: 'Nothing was borrowed and nothing is owed. You can start a new application at any time.',
        action: { href: paths.apply, text: 'Choose a loan' },
      };
    case 'expired':
      return {
        title: 'The offer has expired',
        text: 'It was not answered in time. Nothing was borrowed and nothing is owed. You can apply again.',
        action: { href: paths.apply, text: 'Choose a loan' },
      };
  }
}

function events(application: Application, formats: Formats): Event[] {
  const past = (text: string, at: Date | null | undefined): Event[] =>
    at ? [{ text, time: formats.instant(at), datetime: at.toISOString(), state: 'past' }] : [];
  const waiting: Event[] =
    application.state === 'submitted'
      ? [{ text: 'An officer reads it', time: 'Now with us', datetime: '', state: 'now' }]
      : [];
  const answered = application.state === 'declined' ? 'You declined the offer' : 'You accepted the offer';
  const withdrawnAt = application.state === 'withdrawn' ? application.changedAt : null;
  return [
    ...past('You started it', application.createdAt),
    ...past('You sent it', application.submittedAt),
    ...waiting,
    ...past(
      application.decision?.outcome === 'rejected' ? 'We decided: no' : 'We decided: yes',
      application.decision?.at,
    ),
    ...past(answered, application.answeredAt),
    ...past('You withdrew it', withdrawnAt),
  ];
}

/** The page of an application that was sent: where it stands and what happens next. */
export function statusPage(application: Application, formats: Formats) {
  return {
    title: application.productName,
    crumbs: crumbs(application),
    sub: `Application ${application.reference}`,
    reference: application.reference,
    badge: stateBadges[application.state],
    next: nextStep(application),
    events: events(application, formats),
    withdraw: withdrawForm(application),
  };
}
