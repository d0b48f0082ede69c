import { newId } from '#core/ids.ts';
import type { Result } from '#core/result.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import { applicationModel, type Application } from '../applying/application.model.ts';
import {
  answer,
  questionsFor,
  type AnswerOrder,
  type AnswerRefusal,
  type Asked,
  type BorrowerQuestions,
} from './answering.service.ts';
import { ask, refer, resume, returnToBorrower, type NewQuestion } from './asking.service.ts';
import {
  giveBack,
  loads,
  nextInLine,
  reassign,
  take,
  type AssignOrder,
  type AssignRefusal,
  type Load,
} from './assigning.service.ts';
import {
  authorise,
  type DeskActor,
  type DeskDeps,
  type DeskParts,
  type DeskRefusal,
  type FileOrder,
} from './desk-parts.ts';
import { deskModels } from './desk.model.ts';
import { readFileWork, type FileWork } from './file-work.service.ts';
import { breakLock, startWork, stopWork, type BreakRefusal } from './locking.service.ts';
import { addNote, noteInsert, wordsOf } from './notes.service.ts';
import { byReference, listQueue, type Queue, type QueueQuery } from './queue.service.ts';
import { deskToday, nextOfMine, type DeskToday } from './today.service.ts';

type Worked = Promise<Result<Application, DeskRefusal>>;
type Assigned = Promise<Result<Application, AssignRefusal>>;

/** The underwriting desk: who works on which file, and what is said about it. It decides nothing. */
export interface Desk {
  /**
   * The file, where this officer may act on it now. Everything that an officer does to a file asks this first. Throws
   * `not-found`, and `conflict` where the file moved since `version`; without a version it is not compared.
   */
  authorise(order: Omit<FileOrder, 'version'> & { version?: number | undefined }): Worked;
  queue(query: QueueQuery): Promise<Queue>;
  today(actor: DeskActor): Promise<DeskToday>;
  loads(): Promise<Load[]>;
  byReference(reference: string): Promise<string>;
  /** The most urgent waiting file on the officer's own desk. */
  nextOfMine(actor: DeskActor): Promise<string | undefined>;
  /** The most urgent file that nobody has, taken and locked; undefined where there is none for this officer. */
  nextInLine(actor: DeskActor): Promise<Application | undefined>;
  take(order: AssignOrder): Assigned;
  giveBack(order: AssignOrder): Assigned;
  reassign(order: AssignOrder & { to: string }): Assigned;
  startWork(order: AssignOrder): Worked;
  stopWork(order: AssignOrder): Promise<void>;
  breakLock(order: AssignOrder & { key: string; reason: string }): Promise<Result<Application, BreakRefusal>>;
  ask(order: FileOrder & { questions: readonly NewQuestion[] }): Worked;
  returnToBorrower(order: FileOrder & { key: string; words: string }): Worked;
  refer(order: FileOrder & { key: string; text: string }): Worked;
  resume(order: FileOrder): Worked;
  addNote(order: Omit<FileOrder, 'version'> & { key: string; text: string }): Worked;
  /** A note for colleagues, to be committed with the decision that it is about. */
  noteRow(fact: { application: Application; by: string; text: string }): Promise<Companion>;
  /** What the work bar of a file shows. */
  fileWork(query: { actor: DeskActor; applicationId: string }): Promise<FileWork>;
  /** What the officer wrote to the borrower when the file was last given back. */
  words(application: Pick<Application, '_id'>): Promise<string | null>;
  /** For the borrower: what was asked and answered, oldest first. Somebody else's file is not found. */
  questions(query: Asked): Promise<BorrowerQuestions>;
  answer(order: AnswerOrder): Promise<Result<{ left: number }, AnswerRefusal>>;
}

export function createDesk(platform: Platform, deps: DeskDeps): Desk {
  const { connection } = platform.database;
  const parts: DeskParts = {
    ...{ platform, ...deps },
    applications: applicationModel(connection),
    models: deskModels(connection),
  };
  return {
    authorise: (order) => authorise(parts, order),
    queue: (query) => listQueue(parts, query),
    today: (actor) => deskToday(parts, actor),
    loads: () => loads(parts),
    byReference: (reference) => byReference(parts, reference),
    nextOfMine: (actor) => nextOfMine(parts, actor),
    nextInLine: (actor) => nextInLine(parts, actor),
    take: (order) => take(parts, order),
    giveBack: (order) => giveBack(parts, order),
    reassign: (order) => reassign(parts, order),
    startWork: (order) => startWork(parts, order),
    stopWork: (order) => stopWork(parts, order),
    breakLock: (order) => breakLock(parts, order),
    ask: (order) => ask(parts, order),
    returnToBorrower: (order) => returnToBorrower(parts, order),
    refer: (order) => refer(parts, order),
    resume: (order) => resume(parts, order),
    addNote: (order) => addNote(parts, order),
    noteRow: ({ application, by, text }) => noteInsert(parts, { application, by, key: newId(), kind: 'note', text }),
    fileWork: (query) => readFileWork(parts, query),
    words: (application) => wordsOf(parts, application),
    questions: (query) => questionsFor(parts, query),
    answer: (order) => answer(parts, order),
  };
}
