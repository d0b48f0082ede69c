import { conflict, notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import type { ApprovalRequest } from '#features/approvals/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import type { PolicyContent } from '../policy.ts';
import { differences } from '../policy-words.ts';
import { draftCollection, readDraft, type PolicyDraft } from './policy-draft.model.ts';
import { faultsOf, namesOf, type PolicyDraftParts } from './policy-draft-parts.ts';
import { comparisonHref, policyKind, policySubject } from './policy-publishing.service.ts';

/** What a change is made to: the open draft, or the live policy where nobody has begun one. */
export interface DraftBase {
  content: PolicyContent;
  basedOn: number;
  /** 0 where there is no draft yet. */
  version: number;
}

export type PolicyDraftRefusal =
  /** A second person is deciding on it; what they see must not change under them. */
  | { code: 'asked-for'; requestId: string }
  /** An earlier version is brought back into a draft of its own. */
  | { code: 'draft-open' };

interface DraftOrder {
  /** The version of the draft that the form was shown for. */
  version: number;
  actor: Actor;
}
export interface SavePolicyOrder extends DraftOrder {
  /** What `content` was made of. */
  base: DraftBase;
  content: PolicyContent;
  /** What of it was changed, for the trail: `rule debt-to-income`. */
  part: string;
}

export interface PolicyDrafts {
  draft(): Promise<PolicyDraft | undefined>;
  base(): Promise<DraftBase>;
  /** What is asked for and not decided. */
  pending(): Promise<ApprovalRequest | undefined>;
  save(order: SavePolicyOrder): Promise<Result<void, PolicyDraftRefusal>>;
  /** Begins a draft with the content of an earlier version. */
  restore(order: { number: number; actor: Actor }): Promise<Result<void, PolicyDraftRefusal>>;
  discard(order: DraftOrder): Promise<Result<void, PolicyDraftRefusal>>;
  askForPublication(
    order: DraftOrder & { id: string; reason: string },
  ): Promise<Result<ApprovalRequest, { message: string }>>;
}

export function createPolicyDrafts(parts: PolicyDraftParts): PolicyDrafts {
  return {
    draft: () => find(parts),
    base: () => base(parts),
    pending: () => pending(parts),
    save: (order) => save(parts, order),
    restore: (order) => restore(parts, order),
    discard: (order) => discard(parts, order),
    askForPublication: (order) => askForPublication(parts, order),
  };
}

async function find({ drafts }: PolicyDraftParts): Promise<PolicyDraft | undefined> {
  const found = await drafts.findOne({ state: 'open' }).lean<PolicyDraft>();
  return found ? readDraft(found) : undefined;
}

async function base(parts: PolicyDraftParts): Promise<DraftBase> {
  const draft = await find(parts);
  if (draft) return { content: draft.content, basedOn: draft.basedOn, version: draft.version };
  const live = await parts.versions.newest();
  return { content: live.content, basedOn: live.version, version: 0 };
}

async function pending({ approvals }: PolicyDraftParts): Promise<ApprovalRequest | undefined> {
  const open = await approvals.pendingOf(policySubject);
  return open.find(({ kind }) => kind === policyKind);
}

async function notAskedFor(parts: PolicyDraftParts): Promise<Result<void, PolicyDraftRefusal>> {
  const asked = await pending(parts);
  return asked ? refuse({ code: 'asked-for', requestId: asked.id }) : ok(undefined);
}

async function save(parts: PolicyDraftParts, order: SavePolicyOrder): Promise<Result<void, PolicyDraftRefusal>> {
  const free = await notAskedFor(parts);
  if (!free.ok) return free;
  const { version, content, actor, part } = order;
  const before = await find(parts);
  if ((before?.version ?? 0) !== version || order.base.version !== version) throw conflict('The draft');
  const { basedOn } = order.base;
  if (!before) await insert(parts, { content, basedOn, actor, restores: null, part });
  else await update(parts, { before, content, actor, part });
  return ok(undefined);
}

const changeOf = ({ platform }: PolicyDraftParts, actor: Actor) => ({
  changedBy: { userId: actor.userId, name: actor.displayName },
  changedAt: bsonDate(platform.clock.now()),
});

async function insert(
  parts: PolicyDraftParts,
  facts: Pick<PolicyDraft, 'content' | 'basedOn' | 'restores'> & { actor: Actor; part: string },
): Promise<void> {
  const { actor, part, ...kept } = facts;
  const draft: PolicyDraft = {
    _id: newId(),
    state: 'open',
    ...kept,
    editors: [actor.userId],
    ...changeOf(parts, actor),
    version: 1,
  };
  try {
    await commitTogether(parts.platform.database, [
      { collection: draftCollection, kind: 'insert', document: { ...draft } },
      trail(parts, { action: 'credit-policy-draft-saved', draft, actor, part }),
    ]);
  } catch (error) {
    // Somebody else began one at the same time.
    throw isDuplicateKey(error) ? conflict('The draft') : error;
  }
}

async function update(
  parts: PolicyDraftParts,
  { before, content, actor, part }: { before: PolicyDraft; content: PolicyContent; actor: Actor; part: string },
): Promise<void> {
  const { _id, version } = before;
  await commitTogether(parts.platform.database, [
    {
      collection: draftCollection,
      kind: 'update',
      filter: { _id, state: 'open', version },
      change: {
        $set: { content, restores: null, ...changeOf(parts, actor) },
        $addToSet: { editors: actor.userId },
        $inc: { version: 1 },
      },
    },
    trail(parts, { action: 'credit-policy-draft-saved', draft: before, actor, part }),
  ]);
}

function trail(
  { platform }: PolicyDraftParts,
  { action, draft, actor, part }: { action: string; draft: Pick<PolicyDraft, '_id'>; actor: Actor; part: string },
) {
  const subject = { type: 'credit-policy-draft', id: draft._id };
  return platform.audit.entry({ actor: actor.userId, action, subject, details: { part } });
}

async function restore(
  parts: PolicyDraftParts,
  { number, actor }: { number: number; actor: Actor },
): Promise<Result<void, PolicyDraftRefusal>> {
  const { versions } = parts;
  const [wanted, newest] = await Promise.all([versions.version(number), versions.newest()]);
  if (!wanted || wanted.version >= newest.version) throw notFound('Version');
  const free = await notAskedFor(parts);
  if (!free.ok) return free;
  if (await find(parts)) return refuse({ code: 'draft-open' });
  const part = `all of version ${number}`;
  await insert(parts, { content: wanted.content, basedOn: newest.version, restores: number, actor, part });
  return ok(undefined);
}

async function discard(
  parts: PolicyDraftParts,
  { version, actor }: DraftOrder,
): Promise<Result<void, PolicyDraftRefusal>> {
  const free = await notAskedFor(parts);
  if (!free.ok) return free;
  const draft = await find(parts);
  if (!draft) throw notFound('Draft');
  await commitTogether(parts.platform.database, [
    {
      collection: draftCollection,
      kind: 'update',
      filter: { _id: draft._id, state: 'open', version },
      change: { $set: { state: 'discarded' }, $inc: { version: 1 } },
    },
    trail(parts, { action: 'credit-policy-draft-discarded', draft, actor, part: 'all' }),
  ]);
  return ok(undefined);
}

async function askForPublication(
  parts: PolicyDraftParts,
  { id, version, actor, reason }: DraftOrder & { id: string; reason: string },
): Promise<Result<ApprovalRequest, { message: string }>> {
  const draft = await find(parts);
  if (!draft) throw notFound('Draft');
  if (draft.version !== version) throw conflict('The draft');
  const { _id: draftId, basedOn: baseVersion, content, restores, editors } = draft;
  const live = await parts.versions.newest();
  if (live.version !== baseVersion)
    return refuse({
      message:
        'Another version was published since this draft was begun. Discard it and begin anew; nothing was asked for.',
    });
  const words = { names: await namesOf(parts), formats: parts.platform.formats };
  if (differences({ before: live.content, after: content }, words).length === 0)
    return refuse({ message: 'The draft says what the live policy says. Change it first; nothing was asked for.' });
  const [fault] = await faultsOf(parts, content);
  if (fault !== undefined) return refuse({ message: `${fault}. Mend the draft first; nothing was asked for.` });
  const title = `Publish version ${baseVersion + 1} of the credit policy`;
  return parts.approvals.request({
    ...{ id, kind: policyKind, subject: policySubject, href: comparisonHref, maker: actor, reason },
    title: restores === null ? title : `${title}: version ${restores} again`,
    payload: { draftId, draftVersion: version, baseVersion, restores, editors, content: jsonOf(content) },
  });
}

/** Plain data: what a request keeps as text. */
function jsonOf({ rules, pricing, limits }: PolicyContent) {
  return {
    rules: rules.map((rule) => ({ ...rule })),
    pricing: pricing.map((cell) => ({ ...cell })),
    limits: { ...limits },
  };
}
