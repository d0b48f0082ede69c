import { counted } from '#core/format.ts';
import type { Application, Loan } from '#features/loans/index.ts';
import { paths } from '#web/paths.ts';
import type { Standing } from './standing.rules.ts';

export interface BadgeView {
  kind: 'ok' | 'alert' | 'critical' | 'info' | 'neutral';
  text: string;
  icon?: string;
}

/** The state of a loan in a word, as every page shows it. */
export function loanBadge(loan: Pick<Loan, 'state'>, standing: Pick<Standing, 'when' | 'days'> | undefined): BadgeView {
  if (loan.state === 'written-off') return { kind: 'critical', text: 'Written off' };
  if (loan.state === 'closed' || !standing) return { kind: 'neutral', text: 'Repaid', icon: 'check' };
  switch (standing.when) {
    case 'overdue':
      return { kind: 'critical', text: `${counted(standing.days, 'day')} late` };
    case 'due':
      return { kind: 'alert', text: 'Due today', icon: 'cal' };
    case 'upcoming':
      return { kind: 'ok', text: 'On time' };
  }
}

/** How the next instalment lies to the business date. */
export function dueBadge(standing: Pick<Standing, 'when' | 'days'>): BadgeView {
  switch (standing.when) {
    case 'overdue':
      return { kind: 'critical', text: `${counted(standing.days, 'day')} late` };
    case 'due':
      return { kind: 'alert', text: 'Due today', icon: 'cal' };
    case 'upcoming':
      return { kind: 'info', text: `Due in ${counted(standing.days, 'day')}`, icon: 'cal' };
  }
}

interface ApplicationState {
  badge: BadgeView;
  /** In progress: somebody has something to do. */
  place: 'borrower' | 'bank' | 'over';
  /** What the borrower has to do. */
  task?: string;
}

export function applicationState(state: Application['state']): ApplicationState {
  switch (state) {
    case 'draft':
      return {
        place: 'borrower',
        badge: { kind: 'neutral', text: 'To finish', icon: 'edit' },
        task: 'Finish your application',
      };
    case 'submitted':
      return { place: 'bank', badge: { kind: 'info', text: 'We are looking at it', icon: 'clock' } };
    case 'asked':
      return {
        place: 'borrower',
        badge: { kind: 'alert', text: 'Question for you', icon: 'mail' },
        task: 'Answer our question',
      };
    case 'returned':
      return {
        place: 'borrower',
        badge: { kind: 'alert', text: 'Back with you', icon: 'edit' },
        task: 'Look at your answers again',
      };
    case 'proposed':
      return { place: 'bank', badge: { kind: 'info', text: 'We are looking at it', icon: 'clock' } };
    case 'offered':
      return {
        place: 'borrower',
        badge: { kind: 'alert', text: 'Offer to answer', icon: 'mail' },
        task: 'Answer our offer',
      };
    case 'accepted':
      return { place: 'bank', badge: { kind: 'info', text: 'Signed', icon: 'check' } };
    case 'part-disbursed':
      return { place: 'bank', badge: { kind: 'info', text: 'Partly paid out', icon: 'clock' } };
    case 'cancelled':
      return { place: 'over', badge: { kind: 'neutral', text: 'Cancelled' } };
    case 'disbursed':
      return { place: 'over', badge: { kind: 'ok', text: 'Paid out' } };
    case 'rejected':
      return { place: 'over', badge: { kind: 'neutral', text: 'Not approved' } };
    case 'withdrawn':
      return { place: 'over', badge: { kind: 'neutral', text: 'Withdrawn' } };
    case 'declined':
      return { place: 'over', badge: { kind: 'neutral', text: 'Offer declined' } };
    case 'expired':
      return { place: 'over', badge: { kind: 'neutral', text: 'Offer expired' } };
  }
}

export function applicationHref(application: Pick<Application, '_id' | 'state'>): string {
  const { _id, state } = application;
  switch (state) {
    case 'offered':
      return paths.offer(_id);
    case 'asked':
      return paths.applicationQuestions(_id);
    case 'rejected':
      return paths.decisionLetter(_id);
    default:
      return paths.application(_id);
  }
}

/** For the start pages, which show the same. */
export const loanStates = { applicationHref, applicationState, dueBadge };
