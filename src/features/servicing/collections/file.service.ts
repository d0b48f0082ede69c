import { dateText } from '#core/calendar.ts';
import type { Actor } from '#core/roles.ts';
import type { AuditEntry } from '#platform/audit.ts';
import type { ListedLoan } from '../staff/loan-search.service.ts';
import {
  collectionNames,
  type CollectionCase,
  type CollectionTask,
  type ContactNote,
  type PaymentPromise,
} from './collection.model.ts';
import { newCase, trailOf, workable, type CollectionParts } from './collection-parts.ts';

export const notesShown = 10;
const promisesShown = 20;
const tasksShown = 30;
const trailShown = 30;

/** Everything about a loan on the desk. */
export interface CollectionFile {
  loan: ListedLoan;
  file: CollectionCase;
  borrower: { name: string; phone: string; email: string };
  promises: PaymentPromise[];
  tasks: { task: CollectionTask; what: string }[];
  notes: { note: ContactNote; text: string }[];
  noteCount: number;
  page: number;
  trail: { entry: AuditEntry; by: string }[];
  today: string;
}

export async function readFile(
  parts: CollectionParts,
  query: { loanId: string; actor: Actor; page: number },
): Promise<CollectionFile> {
  const { loanId, actor, page } = query;
  const { platform, models, customers } = parts;
  const loan = await workable(parts, query);
  const today = dateText(await platform.bankDay.today());
  await platform.audit.record({
    actor: actor.userId,
    action: 'collection-viewed',
    subject: { type: 'loan', id: loanId },
  });
  const [file, person, promises, tasks, notes, trail] = await Promise.all([
    models.cases.findOne({ _id: loanId }).lean<CollectionCase>(),
    customers.person(loan.partyId),
    models.promises.find({ loanId }).sort({ _id: -1 }).limit(promisesShown).lean<PaymentPromise[]>(),
    openedTasks(parts, loanId),
    openedNotes(parts, { loanId, page }),
    trailTold(parts, loanId),
  ]);
  const { fullName: name, phone, email } = person;
  return {
    ...{ loan, promises, tasks, trail, page, today, ...notes },
    file: file ?? newCase(loan, today),
    borrower: { name, phone, email },
  };
}

async function openedTasks({ models, platform }: CollectionParts, loanId: string) {
  const found = await models.tasks.find({ loanId }).sort({ _id: -1 }).limit(tasksShown).lean<CollectionTask[]>();
  return Promise.all(
    found.map(async (task) => {
      const place = { collection: collectionNames.tasks, document: task._id, field: 'what' };
      return { task, what: await platform.vault.open(place, task.what) };
    }),
  );
}

async function openedNotes({ models, platform }: CollectionParts, { loanId, page }: { loanId: string; page: number }) {
  const newest = models.notes.find({ loanId }).sort({ _id: -1 });
  const [found, noteCount] = await Promise.all([
    newest
      .skip((page - 1) * notesShown)
      .limit(notesShown)
      .lean<ContactNote[]>(),
    models.notes.countDocuments({ loanId }),
  ]);
  const notes = await Promise.all(
    found.map(async (note) => {
      const place = { collection: collectionNames.notes, document: note._id, field: 'text' };
      return { note, text: await platform.vault.open(place, note.text) };
    }),
  );
  return { notes, noteCount };
}

async function trailTold({ platform, identity }: CollectionParts, loanId: string) {
  const { entries } = await platform.audit.list({ page: 1, size: trailShown, subjectId: trailOf(loanId) });
  const names = await identity.displayNames(entries.map(({ actor }) => actor));
  return entries.map((entry) => ({ entry, by: names.get(entry.actor) ?? 'Close of day' }));
}
