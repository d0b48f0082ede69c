import type { Formats } from '#core/format.ts';
import type { HistoryEvent } from '../applying/application.model.ts';
import type { ApplicationAction } from '../applying/application-states.ts';
import { aboutText } from './about.view.ts';
import type { NoteKind } from './desk.model.ts';
import type { FileWork } from './file-work.service.ts';

interface StoryItem {
  title: string;
  /** Who, and when. */
  sub: string;
  text: string | null;
  reply: string | null;
}

const actionTexts: Record<ApplicationAction, string> = {
  save: 'An answer was saved',
  submit: 'Sent to us',
  withdraw: 'Withdrawn',
  answer: 'All questions answered',
  contest: 'The decision was contested',
  ask: 'Asked the borrower',
  return: 'Given back to the borrower',
  refer: 'Referred to a senior officer',
  resume: 'Went on without the borrower',
  propose: 'Recommended a decision',
  approve: 'Approved, and the offer was made',
  reject: 'Declined',
  'send-back': 'Recommendation sent back',
  accept: 'Offer signed',
  decline: 'Offer declined',
  cancel: 'Cancelled',
  expire: 'Offer expired',
  'disburse-part': 'Part of the loan paid out',
  disburse: 'Paid out',
};

const noteTitles: Record<NoteKind, string> = {
  note: 'Note',
  referral: 'Why it was referred',
  return: 'What the borrower was told',
  'lock-broken': 'Why a colleague’s lock was ended',
};

const questionStates = { open: 'Not answered yet.', dropped: 'Not answered; we went on without it.' } as const;

/** Everything that happened to a file and was said about it, newest first. */
export function storyOf(work: FileWork, formats: Formats): StoryItem[] {
  const { application, notes, questions, names } = work;
  const by = (userId: string, at: Date) => `${names.get(userId) ?? 'A colleague'}, ${formats.instant(at)}`;
  const told: { at: Date; item: StoryItem }[] = [
    ...notes.map(({ kind, text, by: who, at }) => ({
      at,
      item: { title: noteTitles[kind], sub: by(who, at), text, reply: null },
    })),
    ...questions.toReversed().map((question) => ({
      at: question.at,
      item: {
        title: `Question${aboutText(question.about, ' about ')}`,
        sub: by(question.by, question.at),
        text: question.text,
        reply: replyOf(question, formats),
      },
    })),
    ...application.history.toReversed().map((event) => ({
      at: event.at,
      item: {
        title: actionTexts[event.action],
        sub: `${whoDid(event, names)}, ${formats.instant(event.at)}`,
        text: null,
        reply: null,
      },
    })),
  ];
  return told.sort((a, b) => b.at.getTime() - a.at.getTime()).map(({ item }) => item);
}

function whoDid(event: HistoryEvent, names: FileWork['names']): string {
  if (event.by === 'borrower') return 'The customer';
  return event.by === 'system' ? 'The bank’s machinery' : (names.get(event.actor) ?? 'A colleague');
}

function replyOf(question: FileWork['questions'][number], formats: Formats): string {
  const { state, answer, answeredAt } = question;
  if (state !== 'answered' || answer === null) return questionStates[state === 'dropped' ? 'dropped' : 'open'];
  return `Answered${answeredAt ? ` ${formats.instant(answeredAt)}` : ''}: ${answer}`;
}
