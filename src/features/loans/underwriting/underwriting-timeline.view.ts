import type { Formats } from '#core/format.ts';
import type { Application } from '../applying/application.model.ts';
import type { ApplicationState } from '../applying/application-states.ts';
import type { Review } from './underwriting-review.ts';

interface Event {
  text: string;
  time: string;
  datetime: string;
  state: 'past' | 'now' | 'next';
}

/** How a file that is closed was closed, for staff; dated by its last change. */
const endings: Partial<Record<ApplicationState, string>> = {
  withdrawn: 'Withdrawn by the borrower',
  expired: 'The offer expired',
  disbursed: 'Paid out',
};

/** What happened to an application, newest first; what comes next stands on top. */
export function timelineOf(review: Review, facts: { userId: string; formats: Formats }): Event[] {
  const { application } = review;
  const { formats, userId } = facts;
  const past = (text: string, at: Date | null | undefined): Event[] =>
    at ? [{ text, time: formats.instant(at), datetime: at.toISOString(), state: 'past' }] : [];
  const { decision, state } = application;
  const who = decision?.by === userId ? 'You' : 'An officer';
  const answered = state === 'declined' ? 'The borrower declined the offer' : 'The borrower accepted the offer';
  const ending = endings[state];
  return [
    ...past('Started by the borrower', application.createdAt),
    ...past('Sent by the borrower', application.submittedAt),
    ...past(decision?.outcome === 'approved' ? `${who} approved it` : `${who} rejected it`, decision?.at),
    ...past(answered, application.answeredAt),
    ...(ending === undefined ? [] : past(ending, application.changedAt)),
    ...comingUp(application, formats),
  ].reverse();
}

function comingUp({ state, offer, changedAt }: Application, formats: Formats): Event[] {
  const since = {
    time: `Since ${formats.instant(changedAt)}`,
    datetime: changedAt.toISOString(),
    state: 'now',
  } as const;
  switch (state) {
    case 'submitted':
      return [{ text: 'Waiting for a decision', ...since }];
    case 'offered':
      return offer
        ? [
            {
              text: 'The offer ends',
              time: formats.date(offer.validUntil),
              datetime: offer.validUntil,
              state: 'next',
            },
          ]
        : [];
    case 'accepted':
      return [{ text: 'Waiting to be paid out', ...since }];
    default:
      return [];
  }
}
