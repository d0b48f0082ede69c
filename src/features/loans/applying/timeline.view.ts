import type { Formats } from '#core/format.ts';
import type { Application, HistoryEvent } from './application.model.ts';
import type { ApplicationAction, ApplicationState } from './application-states.ts';

interface Event {
  text: string;
  time: string;
  datetime: string;
  state: 'past' | 'now' | 'next';
}

/** What happened, as the borrower lived it: who of us did it, and what they thought of it, is no part of it. */
const words: Record<Exclude<ApplicationAction, 'save' | 'submit' | 'expire'>, string> = {
  withdraw: 'You withdrew it',
  answer: 'You answered our question',
  contest: 'You asked us to look at the decision again',
  ask: 'We asked you a question',
  return: 'We gave it back to you to change something',
  refer: 'We passed it to a senior officer',
  resume: 'We went on with what we have',
  propose: 'An officer has read it; a second person checks it',
  approve: 'We decided: yes',
  reject: 'We decided: no',
  'send-back': 'We look at it once more',
  accept: 'You accepted the offer',
  decline: 'You declined the offer',
  cancel: 'You cancelled the loan',
  'disburse-part': 'We paid out a part of the loan',
  disburse: 'We paid out the loan',
};

function wordsOf(event: HistoryEvent, isFirstSubmit: boolean): string | undefined {
  switch (event.action) {
    case 'save':
      return undefined;
    case 'submit':
      return isFirstSubmit ? 'You sent it' : 'You sent it again';
    case 'expire':
      return event.from === 'accepted' ? 'What was agreed was not met in time' : 'The offer ran out';
    default:
      return words[event.action];
  }
}

/** What is under way at this moment, and what comes after it. */
const open: Partial<Record<ApplicationState, { now: string; next: string }>> = {
  submitted: { now: 'An officer reads it', next: 'We decide' },
  asked: { now: 'We wait for your answer', next: 'We decide' },
  returned: { now: 'We wait for you to send it again', next: 'We decide' },
  proposed: { now: 'A second person checks it', next: 'We decide' },
  offered: { now: 'We wait for your answer to the offer', next: 'The loan is paid out' },
  accepted: { now: 'We get the payout ready', next: 'The loan is paid out' },
  'part-disbursed': { now: 'The next part waits for its turn', next: 'The rest is paid out' },
};

export function timelineOf(application: Application, { formats, now }: { formats: Formats; now: Temporal.Instant }) {
  const { createdAt, history, state, changedAt, dueAt } = application;
  const past = (text: string, at: Date): Event => ({
    text,
    time: formats.instant(at),
    datetime: at.toISOString(),
    state: 'past',
  });
  const firstSubmit = history.find(({ action }) => action === 'submit');
  const told = history.flatMap((event) => {
    const text = wordsOf(event, event === firstSubmit);
    return text === undefined ? [] : [past(text, event.at)];
  });
  const going = open[state];
  const at = (text: string, date: Date, words: { time: string; state: 'now' | 'next' }): Event => ({
    ...{ text, datetime: date.toISOString() },
    ...words,
  });
  const late = dueAt !== null && dueAt.getTime() < now.epochMilliseconds;
  const by = dueAt === null ? 'After that' : late ? 'Late' : `By ${formats.instant(dueAt)}`;
  return [
    past('You started it', createdAt),
    ...told,
    ...(going
      ? [
          at(going.now, changedAt, { time: 'Now', state: 'now' }),
          at(going.next, dueAt ?? changedAt, { time: by, state: 'next' }),
        ]
      : []),
  ];
}
