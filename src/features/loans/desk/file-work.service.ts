import type { Result } from '#core/result.ts';
import type { Application } from '../applying/application.model.ts';
import { isSenior } from '../underwriting/working.rules.ts';
import { openedQuestions, type OpenedQuestion } from './answering.service.ts';
import { loads, type Load } from './assigning.service.ts';
import { fileOf, judge, nowOf, renewLock, type DeskActor, type DeskParts, type DeskRefusal } from './desk-parts.ts';
import { notePlace, type ApplicationNote, type NoteKind } from './desk.model.ts';
import { endOfToday } from './queue.service.ts';
import { slaOf, type Sla } from './sla.rules.ts';

export interface OpenedNote {
  id: string;
  kind: NoteKind;
  text: string;
  by: string;
  at: Date;
}

/** What the work bar of a file shows. */
export interface FileWork {
  application: Application;
  /** Whether this officer may act now, and why not. */
  workable: Result<'workable', DeskRefusal>;
  sla: Sla;
  now: Date;
  /** Oldest first. */
  questions: OpenedQuestion[];
  /** Newest first, the last sixty. */
  notes: OpenedNote[];
  /** What colleagues are called, by user id; borrowers are `The customer`. */
  names: Map<string, string>;
  /** Of every officer, for a senior who reassigns; else empty. */
  loads: Load[];
}

const mostNotes = 60;

/** Looking at a file is activity of who holds its lock. */
export async function readFileWork(
  parts: DeskParts,
  { actor, applicationId }: { actor: DeskActor; applicationId: string },
): Promise<FileWork> {
  await renewLock(parts, { actor, application: await fileOf(parts, applicationId) });
  const application = await fileOf(parts, applicationId);
  const [workable, questions, notes] = await Promise.all([
    judge(parts, actor, application),
    openedQuestions(parts, applicationId),
    openedNotes(parts, applicationId),
  ]);
  const now = nowOf(parts);
  const { dueAt, dueLeftMs } = application;
  return {
    ...{ application, workable, now, questions, notes },
    sla: slaOf({ dueAt, dueLeftMs, now, endOfToday: endOfToday(parts) }),
    names: await parts.identity.displayNames(peopleOf({ application, questions, notes })),
    loads: isSenior(actor) ? await loads(parts) : [],
  };
}

async function openedNotes({ models, platform }: DeskParts, applicationId: string): Promise<OpenedNote[]> {
  const found = await models.notes.find({ applicationId }).sort({ _id: -1 }).limit(mostNotes).lean<ApplicationNote[]>();
  return Promise.all(
    found.map(async ({ _id: id, kind, text, by, at }) => ({
      ...{ id, kind, by, at },
      text: await platform.vault.open(notePlace(id), text),
    })),
  );
}

function peopleOf({ application, questions, notes }: Pick<FileWork, 'application' | 'questions' | 'notes'>): string[] {
  const { assignee, lock, history } = application;
  return [
    ...[assignee, lock].flatMap((one) => (one ? [one.userId] : [])),
    ...history.map((event) => event.actor),
    ...[...questions, ...notes].map((one) => one.by),
  ];
}
