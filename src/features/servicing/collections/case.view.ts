import { formatsIn, type Formats } from '#core/format.ts';
import { may, type Actor } from '#core/roles.ts';
import type { FormState } from '#web/forms.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { noteChannels, noteOutcomes, type ContactNote, type PromiseState } from './collection.model.ts';
import { longestNote, longestTask } from './collections.forms.ts';
import { owed } from './collection-parts.ts';
import { notesShown, type CollectionFile } from './file.service.ts';

export const promiseBadges: Record<PromiseState, { kind: string; text: string }> = {
  open: { kind: 'info', text: 'Open' },
  kept: { kind: 'ok', text: 'Kept' },
  partly: { kind: 'alert', text: 'Kept in part' },
  broken: { kind: 'critical', text: 'Broken' },
  replaced: { kind: 'neutral', text: 'Replaced' },
};

export const channelTexts: Record<ContactNote['channel'], string> = {
  phone: 'Phone',
  'e-mail': 'E-mail',
  letter: 'Letter',
  visit: 'Visit',
  message: 'Message',
  other: 'Other',
};
export const outcomeTexts: Record<ContactNote['outcome'], string> = {
  reached: 'Reached',
  'no-answer': 'No answer',
  'message-left': 'Message left',
  'wrong-contact': 'Wrong number or address',
  disputes: 'Says it is not owed',
  refuses: 'Refuses to pay',
  other: 'Other',
};

export type DeskForm = 'note' | 'promise' | 'task';

export interface CaseFacts {
  found: CollectionFile;
  actor: Actor;
  /** A fresh key for each of the forms. */
  keys: Record<DeskForm, string>;
  forms: Record<DeskForm, FormState>;
  /** Of all of them, for the summary at the top. */
  form: FormState;
  formats: Formats;
}

/** `/collections/:loanId`: who is called, what was said and promised, and what is to be done. */
export function casePage(facts: CaseFacts) {
  const { found, actor, formats: bank, form } = facts;
  const { loan, file, borrower, page, noteCount } = found;
  const formats = formatsIn(loan.currency, bank);
  const title = `Collections, loan ${loan.number}`;
  return {
    title,
    crumbs: [{ text: 'Collections', href: paths.collections }, { text: loan.number }],
    head: {
      title,
      badge: file.broken ? { kind: 'critical', text: 'Promise broken' } : undefined,
      sub: `${loan.productName} of ${borrower.name}`,
      secondary: { href: paths.staffLoan(loan._id), text: 'Open the loan' },
    },
    form,
    figures: figuresOf(found, formats),
    contact: [
      { label: 'Borrower', value: borrower.name },
      { label: 'Phone', value: borrower.phone === '' ? 'Not given' : borrower.phone },
      { label: 'E-mail', value: borrower.email },
    ],
    collector: collectorOf(facts),
    work: may(actor, 'collection:work') ? workOf(facts) : undefined,
    ...historyOf(found, { formats, mayWork: may(actor, 'collection:work') }),
    paging: pagingView({ page, total: noteCount, size: notesShown, path: paths.collection(loan._id) }),
  };
}

function figuresOf({ loan, promises }: CollectionFile, formats: Formats) {
  const open = promises.find(({ state }) => state === 'open');
  const { arrears } = loan;
  return [
    { label: 'In arrears', value: formats.money(owed(arrears)), note: formats.currency },
    {
      label: 'Days past due',
      value: String(arrears.daysPastDue),
      note: arrears.since === null ? 'nothing is unpaid' : `since ${formats.date(arrears.since)}`,
    },
    { label: 'Outstanding principal', value: formats.money(loan.outstandingPrincipal), note: formats.currency },
    {
      label: 'Promised',
      value: open ? formats.money(open.amount) : 'Nothing',
      note: open ? `by ${formats.date(open.payOn)}; the days past due go on` : 'no promise is open',
    },
  ];
}

function collectorOf({ found, actor }: CaseFacts) {
  const { file, loan } = found;
  const isMine = file.collector?.userId === actor.userId;
  return {
    text:
      file.collector === null
        ? 'Nobody looks after this loan.'
        : `${isMine ? 'You look' : `${file.collector.name} looks`} after this loan.`,
    action: may(actor, 'collection:work') ? `${paths.collection(loan._id)}/assign` : undefined,
    to: isMine ? 'nobody' : 'me',
    button: isMine ? 'Give it back' : 'Assign to me',
    version: String(file.version),
  };
}

function workOf({ found, keys, forms }: CaseFacts) {
  const { loan, file, today } = found;
  const action = (name: string) => `${paths.collection(loan._id)}/${name}`;
  const options = <T extends string>(values: readonly T[], texts: Record<T, string>) =>
    values.map((value) => ({ value, text: texts[value] }));
  const choose = { value: '', text: 'Choose one' };
  return {
    note: {
      ...{ form: forms.note, action: action('notes'), key: keys.note, maxlength: longestNote },
      channels: [choose, ...options(noteChannels, channelTexts)],
      outcomes: [choose, ...options(noteOutcomes, outcomeTexts)],
    },
    promise: {
      ...{ form: forms.promise, action: action('promises'), key: keys.promise, today },
      ...{ version: String(file.version), unit: loan.currency },
    },
    task: { form: forms.task, action: action('tasks'), key: keys.task, maxlength: longestTask, today },
  };
}

export function historyOf(found: CollectionFile, { formats, mayWork }: { formats: Formats; mayWork: boolean }) {
  const { promises, tasks, notes, trail, loan, today } = found;
  return {
    promises: promises.map((one) => ({
      title: `${formats.moneyWithCurrency(one.amount)} by ${formats.date(one.payOn)}`,
      badge: promiseBadges[one.state],
      sub: `Made on ${formats.date(one.madeOn)}, taken by ${one.by.name}${paidText(one, formats)}`,
    })),
    tasks: tasks.map(({ task, what }) => ({
      title: what,
      badge: taskBadge(task, today),
      sub: `Due ${formats.date(task.dueOn)}, for ${task.assignee.name}${task.done ? `, done by ${task.done.by.name}` : ''}`,
      done:
        mayWork && task.state === 'open'
          ? { action: `${paths.collection(loan._id)}/tasks/${task._id}/done`, version: String(task.version) }
          : undefined,
    })),
    notes: notes.map(({ note, text }) => ({
      title: `${channelTexts[note.channel]}: ${outcomeTexts[note.outcome]}`,
      sub: `${note.by.name}, ${formats.instant(note.at)}`,
      text,
    })),
    timeline: trail.map(({ entry, by }) => ({
      text: `${by} ${happened[entry.action] ?? 'worked on it'}`,
      time: formats.instant(entry.at),
      datetime: entry.at.toISOString(),
      state: 'past',
    })),
  };
}

function paidText({ state, paid }: CollectionFile['promises'][number], formats: Formats): string {
  return state === 'open' || state === 'replaced' ? '' : `; ${formats.money(paid)} came in`;
}

function taskBadge({ state, dueOn }: { state: 'open' | 'done'; dueOn: string }, today: string) {
  if (state === 'done') return { kind: 'ok', text: 'Done' };
  return dueOn < today ? { kind: 'critical', text: 'Overdue' } : { kind: 'info', text: 'To do', icon: 'clock' };
}

const happened: Record<string, string> = {
  'collection-taken': 'took the loan over',
  'collection-given-back': 'gave the loan back',
  'contact-noted': 'noted a contact',
  'promise-made': 'took a promise to pay',
  'promise-kept': 'found the promise kept',
  'promise-partly': 'found the promise kept in part',
  'promise-broken': 'found the promise broken',
  'task-added': 'added a task',
  'task-done': 'finished a task',
};
