import { newId } from '#core/ids.ts';
import { refuse, type Result } from '#core/result.ts';
import { noticeRow } from '#features/notices/index.ts';
import type { Companion } from '#platform/companion.ts';
import type { Application } from '../applying/application.model.ts';
import { moveApplication } from '../applying/application-moving.ts';
import { authoriseMove, nowOf, write, type DeskParts, type DeskRefusal, type FileOrder } from './desk-parts.ts';
import { deskCollections, questionPlace, type ApplicationQuestion } from './desk.model.ts';
import { noteInsert } from './notes.service.ts';

export interface NewQuestion {
  about: string;
  text: string;
}

/** The most questions that are open on a file at once: one page for the borrower. */
export const mostQuestions = 3;

const staff = (order: FileOrder) => ({ actor: order.actor.userId, by: 'staff' as const });

/** Asks the borrower; the time limit stands still and the lock is given up. */
export async function ask(
  parts: DeskParts,
  order: FileOrder & { questions: readonly NewQuestion[] },
): Promise<Result<Application, DeskRefusal>> {
  const { platform } = parts;
  const authorised = await authoriseMove(parts, { ...order, action: 'ask' });
  if (!authorised.ok) return authorised;
  const application = authorised.value;
  const questions = order.questions.slice(0, mostQuestions);
  const inserts = await Promise.all(
    questions.map((question, n) => questionInsert(parts, { order, application, question, n })),
  );
  const moved = moveApplication(platform, {
    ...{ application, action: 'ask', ...staff(order) },
    details: { questions: String(questions.length) },
    set: { lock: null },
  });
  const many = questions.length > 1;
  const notice = noticeRow(platform.outbox, {
    partyId: application.partyId,
    title: many ? 'We have some questions for you' : 'We have a question for you',
    text: `Before we can decide on application ${application.reference}, please answer ${many ? `${questions.length} questions` : 'one question'}. We wait for your answer, and nothing is lost meanwhile.`,
    href: `/loans/apply/${application._id}/questions`,
  });
  return write(parts, { companions: [...moved.companions, ...inserts, notice], value: moved.application });
}

async function questionInsert(
  parts: DeskParts,
  facts: { order: FileOrder; application: Application; question: NewQuestion; n: number },
): Promise<Companion> {
  const { order, application, question, n } = facts;
  const id = newId();
  const document: ApplicationQuestion = {
    ...{ _id: id, applicationId: application._id, n, about: question.about, state: 'open', by: order.actor.userId },
    ...{ at: nowOf(parts), answer: null, answeredAt: null },
    text: await parts.platform.vault.seal(application.partyId, questionPlace(id, 'text'), question.text),
  };
  return { collection: deskCollections.questions, kind: 'insert', document: { ...document } };
}

/** Gives the file back with words for the borrower, who may change every answer and sends it again. */
export async function returnToBorrower(
  parts: DeskParts,
  order: FileOrder & { key: string; words: string },
): Promise<Result<Application, DeskRefusal>> {
  const { actor, key, words } = order;
  const { platform } = parts;
  const authorised = await authoriseMove(parts, { ...order, action: 'return' });
  if (!authorised.ok) return authorised;
  const application = authorised.value;
  const moved = moveApplication(platform, {
    ...{ application, action: 'return', ...staff(order) },
    set: { lock: null },
  });
  const notice = noticeRow(platform.outbox, {
    partyId: application.partyId,
    title: 'Please change your application',
    text: `Something in application ${application.reference} has to be changed before we can decide. Open it to read what, change it, and send it again. Your other answers are kept.`,
    href: `/loans/apply/${application._id}`,
  });
  const note = await noteInsert(parts, { application, by: actor.userId, key, kind: 'return', text: words });
  return write(parts, { companions: [...moved.companions, note, notice], value: moved.application });
}

/** Leaves the file to senior officers, with a note for them; it is on nobody's desk then. */
export async function refer(
  parts: DeskParts,
  order: FileOrder & { key: string; text: string },
): Promise<Result<Application, DeskRefusal>> {
  const { actor, key, text } = order;
  const authorised = await authoriseMove(parts, { ...order, action: 'refer' });
  if (!authorised.ok) return authorised;
  const application = authorised.value;
  if (application.level === 'senior') return refuse({ code: 'not-now', state: application.state });
  const moved = moveApplication(parts.platform, {
    ...{ application, action: 'refer', ...staff(order) },
    set: { level: 'senior', assignee: null, lock: null },
  });
  const note = await noteInsert(parts, { application, by: actor.userId, key, kind: 'referral', text });
  return write(parts, { companions: [...moved.companions, note], value: moved.application });
}

/** Goes on without the borrower: open questions are not waited for any more. */
export async function resume(parts: DeskParts, order: FileOrder): Promise<Result<Application, DeskRefusal>> {
  const authorised = await authoriseMove(parts, { ...order, action: 'resume' });
  if (!authorised.ok) return authorised;
  const application = authorised.value;
  const open = await openQuestions(parts, application._id);
  const moved = moveApplication(parts.platform, {
    ...{ application, action: 'resume', ...staff(order) },
    details: { unanswered: String(open.length) },
  });
  const dropped = open.map(({ _id }) => ({
    collection: deskCollections.questions,
    kind: 'update' as const,
    filter: { _id, state: 'open' },
    change: { $set: { state: 'dropped' } },
  }));
  return write(parts, { companions: [...moved.companions, ...dropped], value: moved.application });
}

export function openQuestions({ models }: DeskParts, applicationId: string): Promise<ApplicationQuestion[]> {
  return models.questions
    .find({ applicationId, state: 'open' })
    .sort({ at: -1, n: -1 })
    .limit(mostQuestions * 2)
    .lean<ApplicationQuestion[]>()
    .exec();
}
