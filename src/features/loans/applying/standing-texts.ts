import type { Application } from './application.model.ts';
import type { ApplicationState } from './application-states.ts';

export type SentState = Exclude<ApplicationState, 'draft'>;

/** Where an application that was sent stands, in the applicant's words, and for somebody who takes part in it. */
interface StandingText {
  title: string;
  text: string;
  /** Without what only the applicant can do. */
  forOthers: string;
}

const withUs = 'A loan officer reads the application and decides. There is nothing to do until then.';
const over = 'The application has ended. Nothing is owed.';

const texts: Record<SentState, StandingText> = {
  submitted: {
    title: 'We are looking at it',
    text: 'A loan officer reads your application and decides. We tell you in your inbox as soon as there is a decision. You need to do nothing until then, and you owe nothing before you accept an offer.',
    forOthers: withUs,
  },
  asked: {
    title: 'We have a question',
    text: 'A loan officer needs something from you before we can decide. The decision waits until you answer.',
    forOthers: 'We asked the applicant something and wait for the answer.',
  },
  returned: {
    title: 'Please look at your answers again',
    text: 'A loan officer gave the application back to you. Change what is asked for and send it again.',
    forOthers: 'The application is back with the applicant, who changes something in it.',
  },
  proposed: {
    title: 'A second person is looking at it',
    text: 'An officer has read your application, and a second one checks the decision. You need to do nothing.',
    forOthers: withUs,
  },
  offered: {
    title: 'You have an offer',
    text: 'Read what it costs and the whole schedule, then accept or decline it. No money moves before you accept.',
    forOthers: 'We made the applicant an offer. Nobody owes anything before it is accepted.',
  },
  accepted: {
    title: 'You accepted the offer',
    text: 'We pay the money out as soon as everything that was agreed for it is there. This page changes when it is paid.',
    forOthers: 'The offer is accepted; the money is not paid out yet.',
  },
  'part-disbursed': {
    title: 'A part of the loan is paid out',
    text: 'The rest follows as agreed. The loan has its own page, with the schedule and every payment.',
    forOthers: 'A part of the loan is paid out; the rest follows as agreed.',
  },
  disbursed: {
    title: 'The loan is paid out',
    text: 'The money is paid. The loan has its own page, with the schedule and every payment.',
    forOthers: 'The loan is paid out.',
  },
  cancelled: {
    title: 'You cancelled this loan',
    text: 'Nothing is owed any more. You can start a new application at any time.',
    forOthers: over,
  },
  rejected: {
    title: 'We could not approve this application',
    text: 'The letter says why, and how to ask another person to look at it. You can apply again whenever something has changed.',
    forOthers: over,
  },
  withdrawn: {
    title: 'You withdrew this application',
    text: 'Nothing was borrowed and nothing is owed. You can start a new one at any time.',
    forOthers: over,
  },
  declined: {
    title: 'You declined the offer',
    text: 'Nothing was borrowed and nothing is owed. You can start a new application at any time.',
    forOthers: over,
  },
  expired: {
    title: 'The offer has expired',
    text: 'It was not answered in time. Nothing was borrowed and nothing is owed. You can apply again.',
    forOthers: over,
  },
};

const contested: StandingText = {
  title: 'Another officer looks at it',
  text: 'You asked us to look at the decision again. Somebody who had no part in it reads your application and what you wrote. You need to do nothing.',
  forOthers: withUs,
};

export function standingText({ state, contest }: Pick<Application, 'contest'> & { state: SentState }): StandingText {
  const underWay = state === 'submitted' || state === 'proposed';
  return contest && underWay ? contested : texts[state];
}

/** Waits for us or for the borrower, so that a date means something. */
export function isUnderWay(state: ApplicationState): boolean {
  return ['submitted', 'asked', 'returned', 'proposed', 'offered'].includes(state);
}
