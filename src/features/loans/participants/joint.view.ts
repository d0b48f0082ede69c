import type { Formats } from '#core/format.ts';
import type { Badge } from '#web/badge.ts';
import { emptyForm, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { ApplicationState } from '../applying/application-states.ts';
import { stateBadges as applicationBadges } from '../applying/application-texts.ts';
import { jointCrumbs, listTitle, loanRows } from './joint-loan.view.ts';
import { isPaidOut, noteOf, sentStates } from './joint-note.view.ts';
import { runningCard } from './joint-running.view.ts';
import type { PapersTask } from './joint.pages.ts';
import { jointTasks, nextStep } from './joint-steps.view.ts';
import { roleWords } from './participant-parts.ts';
import { hasJoined, mostWrongCodes, type ParticipantState } from './participant.rules.ts';
import { meaningsAfterwards, roleMeanings, roleTitles } from './participant-texts.ts';
import type { JointView } from './joint-reading.ts';

const jointBadges: Record<ParticipantState, Badge> = {
  invited: { kind: 'alert', text: 'Waits for your answer' },
  joined: { kind: 'alert', text: 'For you to finish' },
  complete: { kind: 'ok', text: 'You have finished' },
  declined: { kind: 'neutral', text: 'You said no' },
  removed: { kind: 'neutral', text: 'Over' },
  expired: { kind: 'neutral', text: 'Ran out' },
};

/** Once the application was sent, how it stands is what a participant wants to know. */
export function jointBadge({ participant, loan }: JointView): Badge {
  if (participant.confirmAgain && participant.state === 'joined' && loan?.editable)
    return { kind: 'alert', text: 'Please confirm again' };
  if (!loan || loan.editable || !hasJoined(participant.state)) return jointBadges[participant.state];
  return mustSign({ participant, loan }) ? { kind: 'alert', text: 'Please sign' } : applicationBadge(loan.state);
}

/** What asks something of the applicant alone is only information for others. */
function applicationBadge(state: ApplicationState): Badge {
  const words: Partial<Record<ApplicationState, string>> = {
    asked: 'With the applicant',
    returned: 'With the applicant',
    offered: 'Offer made',
    withdrawn: 'Withdrawn',
  };
  const badge = applicationBadges[state];
  const text = words[state];
  return text === undefined ? badge : { kind: 'info', text };
}

export function mustSign({ participant, loan }: Pick<JointView, 'participant' | 'loan'>): boolean {
  const open = loan?.state === 'offered' || loan?.state === 'accepted';
  return open && hasJoined(participant.state) && !participant.signed;
}

/** One line of a list, here and on the home page. */
export function jointItem(view: JointView, formats: Formats) {
  const { participant, loan } = view;
  const { role } = participant;
  const who = loan ? loan.applicantName : 'Somebody';
  const asked = participant.state === 'invited';
  const what = asked ? `${who} asks you to be ${roleWords[role]}` : `${roleTitles[role]} for ${who}`;
  const until = asked ? [`Decide until ${formats.date(participant.openUntil)}`] : [];
  return {
    href: paths.jointLoan(participant.id),
    title: what,
    sub: [...(loan ? [loan.productName, loan.reference] : []), ...until].join(', '),
    badge: jointBadge(view),
  };
}

/** Whether the participant has something to do. */
export function waitsForYou(view: JointView): boolean {
  const { participant, loan } = view;
  if (mustSign(view)) return true;
  const editable = loan?.editable ?? true;
  return editable && (participant.state === 'invited' || participant.state === 'joined');
}

export function jointListPage(views: readonly JointView[], formats: Formats) {
  return {
    title: listTitle,
    crumbs: jointCrumbs(),
    head: { title: listTitle, sub: 'As co-applicant or guarantor of somebody else' },
    items: views.map((view) => jointItem(view, formats)),
    none: {
      title: 'Nobody has asked you',
      text: 'When somebody asks you to be co-applicant or guarantor of their loan, you find it here and in your inbox.',
      action: undefined,
    },
  };
}

/** `/loans/joint/:id`. */
export function jointPage(
  view: JointView,
  facts: { form?: FormState; papers?: PapersTask | undefined; formats: Formats },
) {
  const { participant, loan, record } = view;
  const { formats, form = emptyForm } = facts;
  const { id, role, state } = participant;
  const title = loan ? `${roleTitles[role]} for ${loan.applicantName}` : `You are asked to be ${roleWords[role]}`;
  const step = (name: string) => paths.jointStep(id, name);
  return {
    title,
    crumbs: jointCrumbs(roleTitles[role]),
    head: {
      title,
      ...(loan ? { sub: `${loan.productName}, application ${loan.reference}` } : {}),
      badge: jointBadge(view),
    },
    form,
    note: noteOf(view),
    code: loan || state !== 'invited' ? undefined : codeCard(view, step('code'), formats),
    rows: loan ? loanRows(loan, formats) : [],
    running: runningCard(view, formats),
    means: {
      title: `What it means to be ${roleWords[role]}`,
      items: isPaidOut(loan) || participant.signed ? meaningsAfterwards(role) : roleMeanings[role],
    },
    answer:
      loan?.editable && state === 'invited' ? { action: step('answer'), text: answerText(view, formats) } : undefined,
    tasks:
      loan?.editable && hasJoined(state) ? jointTasks({ record, loan, participant, papers: facts.papers }) : undefined,
    next: loan?.editable && state === 'joined' ? nextStep(record) : undefined,
    takeBack: loan?.editable && state === 'complete' ? { action: step('take-back') } : undefined,
    leave: loan?.editable && hasJoined(state) ? { href: step('leave') } : undefined,
    sign: mustSign(view) ? { href: step('sign'), text: 'Read and sign the offer' } : undefined,
    release: releaseCard(view, step('release')),
  };
}

function codeCard({ record }: JointView, action: string, formats: Formats) {
  const open = record.wrongCodes < mostWrongCodes;
  return {
    action: open ? action : undefined,
    text: open
      ? `Before we show who it is and for which loan, enter the code that they gave you. You can answer until ${formats.date(record.openUntil)}.`
      : 'The code was wrong too many times, so this invitation does not open any more. Ask the person to invite you again.',
  };
}

function answerText({ participant }: JointView, formats: Formats): string {
  return `You can answer until ${formats.date(participant.openUntil)}. If you accept, we ask you about yourself, your work and what you pay every month. The applicant sees that you have joined and when you have finished, and none of your answers. You can leave again until the application is sent. If you decline, nothing changes.`;
}

function releaseCard({ participant, loan, record }: JointView, action: string) {
  if (!loan || !hasJoined(participant.state) || !sentStates.includes(loan.state)) return undefined;
  return { action, asked: record.releaseAsked !== null };
}

/** The page that asks once more before a participant leaves. */
export function leavePage({ participant, loan }: JointView) {
  const title = 'Leave this application?';
  return {
    title,
    crumbs: jointCrumbs('Leave', participant.id),
    head: { title, ...(loan ? { sub: `${loan.productName}, application ${loan.reference}` } : {}) },
    action: paths.jointStep(participant.id, 'leave'),
    back: paths.jointLoan(participant.id),
    text: `You are no longer its ${roleWords[participant.role]} and owe nothing for it. The applicant is told that you left, and nothing else. If they ask you again, you start anew.`,
    button: 'Leave the application',
  };
}
