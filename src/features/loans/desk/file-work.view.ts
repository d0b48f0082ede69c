import { counted, type Formats } from '#core/format.ts';
import { newId } from '#core/ids.ts';
import type { Actor } from '#core/roles.ts';
import { emptyForm, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { next, undecidedStates } from '../applying/application-states.ts';
import { holdsLock, isSenior, lockOfOther } from '../underwriting/working.rules.ts';
import { aboutOptions } from './about.view.ts';
import { whyNotWorkable } from './desk-refusals.ts';
import { longestText } from './desk.forms.ts';
import { storyOf } from './file-story.view.ts';
import type { FileWork } from './file-work.service.ts';
import { keyHelp } from './keys.view.ts';
import { slaBadge } from './queue.view.ts';

export const workForms = ['ask', 'return', 'refer', 'note', 'break-lock', 'assign'] as const;
export type WorkForm = (typeof workForms)[number];

export interface FileWorkFacts {
  actor: Pick<Actor, 'userId' | 'roles'>;
  formats: Formats;
  /** The form that was sent and refused, if any. */
  failed?: { which: WorkForm; form: FormState } | undefined;
}

const shownFirst = 20;

/** The work bar of a file: who works on it, what can be done, and what was done and said. */
export function fileWork(work: FileWork, facts: FileWorkFacts) {
  const { application, workable } = work;
  const { formats } = facts;
  const story = storyOf(work, formats);
  return {
    rows: barRows(work, facts),
    blocked: workable.ok ? null : whyNotWorkable(workable.refusal, formats),
    sla: slaBadge(work.sla),
    next: { action: paths.nextInLine },
    buttons: buttonsOf(work, facts),
    ...actsOf(work, facts),
    ...seniorActs(work, facts),
    maxlength: longestText,
    note: workable.ok ? formAt({ which: 'note', id: application._id, facts }) : null,
    story: story.slice(0, shownFirst),
    older: story.slice(shownFirst),
    keys: keyHelp(workable.ok && application.state === 'submitted' ? 'file' : 'closed-file'),
  };
}

function barRows({ application, names, now }: FileWork, { actor, formats }: FileWorkFacts) {
  const { assignee, lock, level } = application;
  const nameIn = (userId: string) => (userId === actor.userId ? 'You' : (names.get(userId) ?? 'A colleague'));
  const mine = holdsLock({ userId: actor.userId, lock, now });
  const other = lockOfOther({ userId: actor.userId, lock, now });
  const running = mine ? lock : other;
  return [
    { label: 'On the desk of', value: assignee ? nameIn(assignee.userId) : 'Nobody' },
    {
      label: 'Working on it now',
      value: running ? `${nameIn(running.userId)}, until ${formats.instant(running.until)} at the latest` : 'Nobody',
    },
    { label: 'Decided by', value: level === 'senior' ? 'A senior officer' : 'Any officer' },
  ];
}

interface Button {
  action: string;
  text: string;
  primary: boolean;
  key: string | null;
  version: string | null;
}

function buttonsOf({ application, workable, now }: FileWork, { actor }: FileWorkFacts): Button[] {
  const { _id, state, assignee, lock, version } = application;
  if (!undecidedStates.includes(state)) return [];
  const at = (act: string) => paths.officerAct(_id, act);
  const plain = { primary: false, key: null, version: null };
  const mine = holdsLock({ userId: actor.userId, lock, now });
  const starts = workable.ok && !mine;
  return [
    ...(starts ? [{ ...plain, action: at('work'), text: 'Work on this file', primary: true, key: 'w' }] : []),
    ...(mine ? [{ ...plain, action: at('stop-work'), text: 'Stop working on it' }] : []),
    ...(workable.ok && !assignee ? [{ ...plain, action: at('take'), text: 'Put it on my desk' }] : []),
    ...(assignee?.userId === actor.userId
      ? [{ ...plain, action: at('give-back'), text: 'Give it back to the queue' }]
      : []),
    ...(workable.ok && next(state, 'resume')
      ? [{ ...plain, action: at('resume'), text: 'Go on without the borrower', version: String(version) }]
      : []),
  ];
}

function formAt(to: { which: WorkForm; id: string; facts: FileWorkFacts }) {
  const { which, id, facts } = to;
  const failed = facts.failed?.which === which;
  return {
    action: paths.officerAct(id, which === 'note' ? 'notes' : which),
    key: newId(),
    form: failed ? (facts.failed?.form ?? emptyForm) : emptyForm,
    open: failed,
  };
}

/** What can be said to the borrower or a senior while the file waits for us. */
function actsOf({ application, workable }: FileWork, facts: FileWorkFacts) {
  const { _id: id, state, level } = application;
  const version = String(application.version);
  const waits = workable.ok && state === 'submitted';
  return {
    ask: waits ? { ...formAt({ which: 'ask', id, facts }), version, abouts: aboutOptions(application) } : null,
    giveBack: waits ? { ...formAt({ which: 'return', id, facts }), version } : null,
    refer: waits && level === 'officer' ? { ...formAt({ which: 'refer', id, facts }), version } : null,
  };
}

/** What only a senior officer may do, also where a colleague works on the file. */
function seniorActs({ application, workable, now, loads }: FileWork, facts: FileWorkFacts) {
  const { _id: id, lock, state, assignee } = application;
  const senior = isSenior(facts.actor) && undecidedStates.includes(state);
  const locked = lockOfOther({ userId: facts.actor.userId, lock, now }) !== undefined;
  const blockedByLock = !workable.ok && workable.refusal.code === 'locked-by-other';
  return {
    breakLock: senior && locked && blockedByLock ? formAt({ which: 'break-lock', id, facts }) : null,
    reassign:
      senior && workable.ok
        ? {
            ...formAt({ which: 'assign', id, facts }),
            options: [
              { value: '', text: 'Choose a colleague' },
              ...loads
                .filter(({ userId }) => userId !== assignee?.userId)
                .map(({ userId, name, files }) => ({ value: userId, text: `${name}, ${counted(files, 'file')}` })),
            ],
          }
        : null,
  };
}
