import type { Formats } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import type { Application } from './application.model.ts';
import type { ApplicationState } from './application-states.ts';
import { stateBadges } from './application-texts.ts';
import { crumbs, withdrawForm } from './application.view.ts';

/** An application that is no draft any more. */
export type SentApplication = Application & { state: Exclude<ApplicationState, 'draft'> };

export function isSent(application: Application): application is SentApplication {
  return application.state !== 'draft';
}

interface Event {
  text: string;
  time: string;
  datetime: string;
  state: 'past' | 'now' | 'next';
}

/** What happens next, by the state an application is in once it has been sent. */
const nextSteps: Record<Exclude<ApplicationState, 'draft'>, { title: string; text: string }> = {
  submitted: {
    title: 'What happens next',
    text: 'A loan officer reads your application and decides. We tell you in your inbox as soon as there is a decision. You need to do nothing until then, and you owe nothing before you accept an offer.',
  },
  asked: {
    title: 'We have a question',
    text: 'A loan officer needs something from you before we can decide. Answer below; the decision waits until then.',
  },
  returned: {
    title: 'Please look at your answers again',
    text: 'A loan officer gave the application back to you. Change what is asked for and send it again.',
  },
  proposed: {
    title: 'A second person is looking at it',
    text: 'An officer has read your application, and a second one checks the decision. You need to do nothing.',
  },
  offered: {
    title: 'You have an offer',
    text: 'Read what it costs and the whole schedule, then accept or decline it. No money moves before you accept.',
  },
  accepted: {
    title: 'You accepted the offer',
    text: 'The money is being paid into your account. This page changes as soon as it is there.',
  },
  'part-disbursed': {
    title: 'The first part is paid out',
    text: 'The rest follows as agreed. The loan has its own page, with the schedule and every payment.',
  },
  cancelled: {
    title: 'You cancelled this loan',
    text: 'Nothing is owed any more. You can start a new application at any time.',
  },
  disbursed: {
    title: 'The loan is paid out',
    text: 'The money is in your account. The loan has its own page, with the schedule and every payment.',
  },
  rejected: {
    title: 'We could not approve this application',
    text: 'The reason is in your inbox. You can apply again whenever something has changed.',
  },
  withdrawn: {
    title: 'You withdrew this application',
    text: 'Nothing was borrowed and nothing is owed. You can start a new one at any time.',
  },
  declined: {
    title: 'You declined the offer',
    text: 'Nothing was borrowed and nothing is owed. You can start a new application at any time.',
  },
  expired: {
    title: 'The offer has expired',
    text: 'It was not answered in time. Nothing was borrowed and nothing is owed. You can apply again.',
  },
};

function actionOf(application: Application): { href: string; text: string } | undefined {
  switch (application.state) {
    case 'offered':
      return { href: paths.offer(application._id), text: 'Read the offer' };
    case 'accepted':
      return { href: paths.offer(application._id), text: 'Look at the offer' };
    case 'part-disbursed':
    case 'disbursed':
      return application.loanId === null ? undefined : { href: paths.loan(application.loanId), text: 'Go to the loan' };
    case 'rejected':
      return { href: paths.notices, text: 'Go to your inbox' };
    case 'withdrawn':
    case 'declined':
    case 'expired':
    case 'cancelled':
      return { href: paths.apply, text: 'Choose a loan' };
    case 'draft':
    case 'submitted':
    case 'asked':
    case 'returned':
    case 'proposed':
      return undefined;
  }
}

function events(application: Application, formats: Formats): Event[] {
  const past = (text: string, at: Date | null | undefined): Event[] =>
    at ? [{ text, time: formats.instant(at), datetime: at.toISOString(), state: 'past' }] : [];
  const waiting: Event[] =
    application.state === 'submitted'
      ? [
          {
            text: 'An officer reads it',
            time: 'Now with us',
            datetime: application.changedAt.toISOString(),
            state: 'now',
          },
        ]
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
export function statusPage(application: SentApplication, formats: Formats) {
  return {
    title: application.productName,
    crumbs: crumbs(application),
    sub: `Application ${application.reference}`,
    reference: application.reference,
    badge: stateBadges[application.state],
    next: { ...nextSteps[application.state], action: actionOf(application) },
    events: events(application, formats),
    withdraw: withdrawForm(application),
  };
}
