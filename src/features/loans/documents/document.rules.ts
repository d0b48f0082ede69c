import { ok, refuse, type Result } from '#core/result.ts';

/** Bounds of an application's documents; the unique indexes hold them against uploads at the same time. */
export const bounds = { ofApplication: 40, versionsOfKind: 5, openRequests: 10, requests: 40 } as const;

/** Who may send what: everything on the list, only what was asked for or sent back, or nothing any more. */
export function uploadRule(state: string): 'any' | 'wanted' | 'none' {
  switch (state) {
    case 'draft':
    case 'asked':
    case 'returned':
      return 'any';
    case 'submitted':
    case 'proposed':
    case 'offered':
    case 'accepted':
    case 'part-disbursed':
      return 'wanted';
    default:
      return 'none';
  }
}

/** Whether staff may still judge documents and ask for others. */
export function underReview(state: string): boolean {
  return ['submitted', 'asked', 'returned', 'proposed', 'offered', 'accepted', 'part-disbursed'].includes(state);
}

/** What decides over a document, whatever it is of. */
export interface DocumentFacts {
  kind: string;
  partyId: string;
  version: number;
  number: number;
  safety: 'quarantined' | 'clean' | 'infected';
  verdict: 'received' | 'verified' | 'rejected';
}

/** Where an item of the checklist stands. */
export type ItemState = 'missing' | 'asked' | 'received' | 'verified' | 'rejected' | 'infected';

/** The one that counts: the newest of its kind and party. */
export function currentOf<D extends DocumentFacts>(
  documents: readonly D[],
  of: { kind: string; partyId: string },
): D[] {
  return documents
    .filter(({ kind, partyId }) => kind === of.kind && partyId === of.partyId)
    .sort((a, b) => b.version - a.version);
}

export function itemState(current: DocumentFacts | undefined, asked: boolean): ItemState {
  if (asked) return 'asked';
  if (!current) return 'missing';
  if (current.safety === 'infected') return 'infected';
  return current.verdict;
}

/** Whether an item keeps an application from being sent. */
export function isMissing({ state, required }: { state: ItemState; required: boolean }): boolean {
  if (state === 'asked') return true;
  return required && (state === 'missing' || state === 'rejected' || state === 'infected');
}

export type AddRefusal =
  /** The application takes no more documents of anybody. */
  | { code: 'closed' }
  /** Only what was asked for, or sent back. */
  | { code: 'not-wanted' }
  | { code: 'not-on-the-list' }
  | { code: 'too-many-versions' }
  | { code: 'too-many-documents' };

export interface Place {
  number: number;
  version: number;
}

/** Where a new document goes, or why it is not taken. `state` is the item's; undefined where the list does not have it. */
export function decideAdding(facts: {
  applicationState: string;
  state: ItemState | undefined;
  documents: readonly DocumentFacts[];
  of: { kind: string; partyId: string };
}): Result<Place, AddRefusal> {
  const { applicationState, state, documents, of } = facts;
  const rule = uploadRule(applicationState);
  if (rule === 'none') return refuse({ code: 'closed' });
  if (state === undefined) return refuse({ code: 'not-on-the-list' });
  if (rule === 'wanted' && !['asked', 'rejected', 'infected'].includes(state)) return refuse({ code: 'not-wanted' });
  const [newest, ...older] = currentOf(documents, of);
  if (newest && older.length + 1 >= bounds.versionsOfKind) return refuse({ code: 'too-many-versions' });
  const taken = new Set(documents.map(({ number }) => number));
  const number = Array.from({ length: bounds.ofApplication }, (_, n) => n + 1).find((one) => !taken.has(one));
  if (number === undefined) return refuse({ code: 'too-many-documents' });
  return ok({ number, version: (newest?.version ?? 0) + 1 });
}

export interface RemoveRefusal {
  code: 'sent';
}

/** Before it is sent, an application's documents are the borrower's; what an officer has judged stays with the file. */
export function mayRemove(applicationState: string, { verdict }: Pick<DocumentFacts, 'verdict'>): boolean {
  return applicationState === 'draft' && verdict === 'received';
}

export type JudgeRefusal =
  /** The file is closed, or still the borrower's draft. */
  | { code: 'not-under-review' }
  /** A newer one of its kind counts. */
  | { code: 'superseded' }
  | { code: 'infected' }
  | { code: 'moved' }
  /** Own file, a relative's, or somebody else is working on it; in a sentence. */
  | { code: 'may-not-work'; reason: string };

export function decideJudging(facts: {
  applicationState: string;
  document: DocumentFacts;
  documents: readonly DocumentFacts[];
}): JudgeRefusal | undefined {
  const { document, documents } = facts;
  if (!underReview(facts.applicationState)) return { code: 'not-under-review' };
  if (document.safety === 'infected') return { code: 'infected' };
  const [newest] = currentOf(documents, document);
  return newest?.version === document.version ? undefined : { code: 'superseded' };
}
