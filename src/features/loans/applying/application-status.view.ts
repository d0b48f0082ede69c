import { waited, type Formats } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import type { Application } from './application.model.ts';
import { next, type ApplicationState } from './application-states.ts';
import { stateBadges } from './application-texts.ts';
import { crumbs, withdrawForm } from './application.view.ts';
import { isUnderWay, standingText, type SentState } from './standing-texts.ts';
import type { OpenCondition } from '../offer/agreed-words.ts';
import { timelineOf } from './timeline.view.ts';

/** An application that is no draft any more. */
export type SentApplication = Application & { state: SentState };

export function isSent(application: Application): application is SentApplication {
  return application.state !== 'draft';
}

export interface StatusFacts {
  formats: Formats;
  now: Temporal.Instant;
}

interface Link {
  href: string;
  text: string;
}

function actionOf(application: Application): Link | undefined {
  const { _id, state, loanId } = application;
  switch (state) {
    case 'asked':
      return { href: paths.applicationQuestions(_id), text: 'Answer our question' };
    case 'returned':
      return { href: paths.applicationSection(_id, 'review'), text: 'Look at your answers' };
    case 'offered':
      return { href: paths.offer(_id), text: 'Read the offer' };
    case 'accepted':
      return { href: paths.offer(_id), text: 'See what comes next' };
    case 'part-disbursed':
    case 'disbursed':
      return loanId === null ? undefined : { href: paths.loan(loanId), text: 'Go to the loan' };
    case 'rejected':
      return { href: paths.decisionLetter(_id), text: 'Read why' };
    case 'withdrawn':
    case 'declined':
    case 'expired':
    case 'cancelled':
      return { href: paths.apply, text: 'Choose a loan' };
    case 'draft':
    case 'submitted':
    case 'proposed':
      return undefined;
  }
}

/** The other pages of the application that have something to read or to do in this state. */
function linksOf(application: Application): Link[] {
  const { _id, state, history, decision, offer, sections } = application;
  const asked = history.some(({ action }) => action === 'ask' || action === 'return');
  const mayChange = next(state, 'withdraw') !== undefined || payable.includes(state);
  return [
    ...(asked ? [{ href: paths.applicationQuestions(_id), text: 'Questions and answers' }] : []),
    ...(mayChange ? [{ href: paths.applicationDocuments(_id), text: 'Documents' }] : []),
    ...(mayChange && sections.bank ? [{ href: paths.bankProof(_id), text: 'Prove your bank account' }] : []),
    ...(decision ? [{ href: paths.decisionLetter(_id), text: 'The decision and its reasons' }] : []),
    ...(offer && state !== 'rejected' ? [{ href: paths.offer(_id), text: 'The offer' }] : []),
  ];
}

const payable: readonly ApplicationState[] = ['offered', 'accepted', 'part-disbursed'];

/** By when something happens: what we owe the borrower, or what they owe us. */
export function dueText(
  application: Pick<Application, 'state' | 'dueAt' | 'dueLeftMs' | 'offer'>,
  { formats, now }: StatusFacts,
): string | undefined {
  const { state, dueAt, dueLeftMs, offer } = application;
  if (state === 'offered' && offer) return `The offer stands until ${formats.date(offer.validUntil)}.`;
  if (state === 'asked' || state === 'returned') {
    const left = leftText(dueLeftMs, now);
    return left && `Our clock stands still until then. After that, we decide within ${left}.`;
  }
  if (dueAt === null) return undefined;
  return now.epochMilliseconds > dueAt.getTime()
    ? `We wanted to decide by ${formats.instant(dueAt)} and are late. We are sorry; it is still being worked on.`
    : `We decide by ${formats.instant(dueAt)}.`;
}

function leftText(leftMs: number | null, now: Temporal.Instant): string | undefined {
  if (leftMs === null || leftMs <= 0) return undefined;
  const { text } = waited(new Date(now.epochMilliseconds - leftMs), now);
  return text === 'under 1 hour' ? 'an hour' : text;
}

/** The page of an application that was sent: where it stands, what happens next and by when. */
export function statusPage(
  application: SentApplication,
  facts: StatusFacts & { conditions: readonly OpenCondition[] },
) {
  const { state, reference, productName } = application;
  return {
    title: productName,
    crumbs: crumbs(application),
    sub: `Application ${reference}`,
    reference,
    badge: stateBadges[state],
    next: { ...standingText(application), due: dueText(application, facts), action: actionOf(application) },
    conditions: conditionsOf(application, facts.conditions),
    links: linksOf(application),
    events: timelineOf(application, facts),
    withdraw: withdrawForm(application),
  };
}

function conditionsOf({ state }: Application, conditions: readonly OpenCondition[]) {
  const counts: readonly ApplicationState[] = ['offered', 'accepted', 'part-disbursed'];
  if (!counts.includes(state)) return [];
  return conditions.map(({ text, met }) => ({
    text,
    badge: met ? { kind: 'ok', text: 'Met' } : { kind: 'alert', text: 'Open' },
  }));
}

/** For somebody who takes part in another person's application: where it stands, and nothing of what was answered. */
export function shortStanding(application: SentApplication, facts: StatusFacts) {
  return {
    badge: stateBadges[application.state],
    text: standingText(application).forOthers,
    due: isUnderWay(application.state) ? dueText(application, facts) : undefined,
  };
}

/** The page that asks once more before an application is withdrawn; undefined where it cannot be. */
export function withdrawPage(application: Application) {
  const form = withdrawForm(application);
  if (!form) return undefined;
  const sent = application.state !== 'draft';
  return {
    title: 'Withdraw this application?',
    crumbs: crumbs(application, 'Withdraw'),
    sub: `${application.productName}, application ${application.reference}`,
    form,
    means: [
      sent ? 'We stop looking at it at once, and nobody decides on it.' : 'Your answers are not sent to anybody.',
      'Nothing is owed and nothing is booked.',
      'It cannot be taken up again. You can start a new one whenever you like; your profile stays as it is.',
      ...(sent ? ['People you invited are told nothing more about it.', 'We keep what the law asks us to keep.'] : []),
    ],
    back: { href: paths.application(application._id), text: 'Keep the application' },
  };
}
