import { notFound } from '#core/errors.ts';
import { refuse, type Result } from '#core/result.ts';
import type { Companion } from '#platform/companion.ts';
import type { Application } from '../applying/application.model.ts';
import { moveApplication } from '../applying/application-moving.ts';
import { openQuestions } from './asking.service.ts';
import { nowOf, write, type DeskParts } from './desk-parts.ts';
import { deskCollections, questionPlace, type ApplicationQuestion } from './desk.model.ts';

/** A question as the borrower and the officer read it, opened. */
export interface OpenedQuestion {
  id: string;
  about: string;
  text: string;
  state: ApplicationQuestion['state'];
  by: string;
  at: Date;
  /** Null until it is answered. */
  answer: string | null;
  answeredAt: Date | null;
}

export interface BorrowerQuestions {
  application: Application;
  /** Oldest first. */
  questions: OpenedQuestion[];
}

const mostShown = 60;

export async function openedQuestions(parts: DeskParts, applicationId: string): Promise<OpenedQuestion[]> {
  const { vault } = parts.platform;
  const found = await parts.models.questions
    .find({ applicationId })
    .sort({ at: -1, n: -1 })
    .limit(mostShown)
    .lean<ApplicationQuestion[]>();
  const opened = await Promise.all(
    found.map(async ({ _id: id, about, text, state, by, at, answer, answeredAt }) => ({
      ...{ id, about, state, by, at, answeredAt },
      text: await vault.open(questionPlace(id, 'text'), text),
      answer: answer && (await vault.open(questionPlace(id, 'answer'), answer)),
    })),
  );
  return opened.reverse();
}

export interface Asked {
  partyId: string;
  applicationId: string;
}

async function ownFile({ applications }: DeskParts, { partyId, applicationId }: Asked): Promise<Application> {
  const application = await applications.findOne({ _id: applicationId, partyId }).lean<Application>();
  if (!application) throw notFound('Application');
  return application;
}

export async function questionsFor(parts: DeskParts, query: Asked): Promise<BorrowerQuestions> {
  const application = await ownFile(parts, query);
  return { application, questions: await openedQuestions(parts, application._id) };
}

export type AnswerRefusal = { code: 'not-asked' } | { code: 'nothing-answered' } | { code: 'moved' };

export interface AnswerOrder extends Asked {
  actor: string;
  version: number;
  /** By the question's id; what is left out stays open. */
  answers: Readonly<Record<string, string>>;
}

/** Keeps the answers; with the last of them the file goes back to the officer. Gives how many questions are left. */
export async function answer(parts: DeskParts, order: AnswerOrder): Promise<Result<{ left: number }, AnswerRefusal>> {
  const application = await ownFile(parts, order);
  if (application.state !== 'asked') return refuse({ code: 'not-asked' });
  if (application.version !== order.version) return refuse({ code: 'moved' });
  const open = await openQuestions(parts, application._id);
  const answered = open.filter(({ _id }) => (order.answers[_id] ?? '') !== '');
  if (answered.length === 0 && open.length > 0) return refuse({ code: 'nothing-answered' });
  const left = open.length - answered.length;
  const kept = await Promise.all(
    answered.map(({ _id }) => answerUpdate(parts, { id: _id, application, text: order.answers[_id] ?? '' })),
  );
  return write(parts, {
    companions: [...kept, ...onwards(parts, { application, actor: order.actor, left })],
    value: { left },
  });
}

async function answerUpdate(
  parts: DeskParts,
  { id, application, text }: { id: string; application: Application; text: string },
): Promise<Companion> {
  return {
    collection: deskCollections.questions,
    kind: 'update',
    filter: { _id: id, applicationId: application._id, state: 'open' },
    change: {
      $set: {
        state: 'answered',
        answer: await parts.platform.vault.seal(application.partyId, questionPlace(id, 'answer'), text),
        answeredAt: nowOf(parts),
      },
    },
  };
}

/** The version moves with every answer: two windows that answer one question each do not both leave one to the other. */
function onwards(parts: DeskParts, facts: { application: Application; actor: string; left: number }): Companion[] {
  const { application, actor, left } = facts;
  if (left === 0)
    return moveApplication(parts.platform, { application, action: 'answer', actor, by: 'borrower' }).companions;
  const { _id, version } = application;
  return [
    {
      collection: 'applications',
      kind: 'update',
      filter: { _id, version, state: 'asked' },
      change: { $inc: { version: 1 } },
    },
  ];
}
