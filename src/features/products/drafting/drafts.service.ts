import { conflict, notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import type { ApprovalRequest } from '#features/approvals/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import { productCode, termsFromJson, termsToJson, type ProductTerms } from '../product-terms.ts';
import type { TermsFault } from '../terms-faults.ts';
import { check, type DraftParts } from './checking.ts';
import { draftCollection, draftModel, type ProductDraft } from './draft.model.ts';
import { publicationHandler, publicationKind } from './publishing.service.ts';

export type OpenDraft = Omit<ProductDraft, 'terms'> & { terms: ProductTerms };

export interface SaveOrder {
  code: string;
  /** 0 for a draft that is not there yet. */
  version: number;
  terms: ProductTerms;
  actor: Actor;
}

export type DraftRefusal =
  | { code: 'invalid'; faults: TermsFault[] }
  /** A second person is deciding on it; what they see must not change under them. */
  | { code: 'asked-for'; requestId: string };

export interface Drafts {
  find(code: string): Promise<OpenDraft | undefined>;
  list(): Promise<OpenDraft[]>;
  /** What is asked for of a product and not decided. */
  pending(code: string): Promise<ApprovalRequest | undefined>;
  /** Every reason why these terms cannot be published today. */
  check(terms: ProductTerms): Promise<TermsFault[]>;
  /** Whether a new product may have this code. */
  isFree(code: string): Promise<boolean>;
  save(order: SaveOrder): Promise<Result<OpenDraft, DraftRefusal>>;
  discard(order: Omit<SaveOrder, 'terms'>): Promise<Result<void, DraftRefusal>>;
  askForPublication(
    order: Omit<SaveOrder, 'terms'> & { id: string; reason: string },
  ): Promise<Result<ApprovalRequest, { message: string }>>;
}

const mostDrafts = 200;
/** Words of addresses below `/products`. */
const reserved: readonly string[] = ['new', 'base-rates'];

export function createDrafts(platform: Platform, deps: Omit<DraftParts, 'platform' | 'drafts'>): Drafts {
  const parts: DraftParts = { platform, ...deps, drafts: draftModel(platform.database.connection) };
  deps.approvals.handle(publicationKind, publicationHandler(parts));
  return {
    find: (code) => find(parts, code),
    list: async () => {
      const found = await parts.drafts
        .find({ state: 'open' })
        .sort({ code: 1 })
        .limit(mostDrafts)
        .lean<ProductDraft[]>();
      return found.map(opened);
    },
    pending: (code) => pending(parts, code),
    check: (terms) => check(parts, terms),
    isFree: async (code) =>
      productCode.safeParse(code).success &&
      !reserved.includes(code) &&
      (await parts.versions.newestByCode(code)) === undefined &&
      (await find(parts, code)) === undefined,
    save: (order) => save(parts, order),
    discard: (order) => discard(parts, order),
    askForPublication: (order) => askForPublication(parts, order),
  };
}

const opened = (draft: ProductDraft): OpenDraft => ({ ...draft, terms: termsFromJson(draft.terms) });

async function find({ drafts }: DraftParts, code: string): Promise<OpenDraft | undefined> {
  const found = await drafts.findOne({ code, state: 'open' }).lean<ProductDraft>();
  return found ? opened(found) : undefined;
}

async function pending({ approvals }: DraftParts, code: string): Promise<ApprovalRequest | undefined> {
  const open = await approvals.pendingOf({ type: 'product', id: code });
  return open.find(({ kind }) => kind === publicationKind);
}

async function save(parts: DraftParts, order: SaveOrder): Promise<Result<OpenDraft, DraftRefusal>> {
  const { platform, versions } = parts;
  const { code, version, terms, actor } = order;
  const asked = await pending(parts, code);
  if (asked) return refuse({ code: 'asked-for', requestId: asked.id });
  const faults = await check(parts, terms);
  if (faults.length > 0) return refuse({ code: 'invalid', faults });
  const before = await find(parts, code);
  if ((before?.version ?? 0) !== version) throw conflict('The draft');
  const change = {
    terms: termsToJson(terms),
    changedBy: { userId: actor.userId, name: actor.displayName },
    changedAt: bsonDate(platform.clock.now()),
  };
  const basedOn = before?.basedOn ?? (await versions.newestByCode(code))?.version ?? 0;
  const draft: ProductDraft = {
    _id: before?._id ?? newId(),
    code,
    state: 'open',
    basedOn,
    ...change,
    version: version + 1,
  };
  const entry = platform.audit.entry({
    actor: actor.userId,
    action: 'product-draft-saved',
    subject: { type: 'product-draft', id: draft._id },
    details: { code },
  });
  const filter = { _id: draft._id, state: 'open', version };
  try {
    await commitTogether(platform.database, [
      before
        ? { collection: draftCollection, kind: 'update', filter, change: { $set: change, $inc: { version: 1 } } }
        : { collection: draftCollection, kind: 'insert', document: { ...draft } },
      entry,
    ]);
  } catch (error) {
    throw isDuplicateKey(error) ? conflict('The draft') : error;
  }
  return ok(opened(draft));
}

async function discard(
  parts: DraftParts,
  { code, version, actor }: Omit<SaveOrder, 'terms'>,
): Promise<Result<void, DraftRefusal>> {
  const asked = await pending(parts, code);
  if (asked) return refuse({ code: 'asked-for', requestId: asked.id });
  const draft = await find(parts, code);
  if (!draft) throw notFound('Draft');
  const { audit, database } = parts.platform;
  await commitTogether(database, [
    {
      collection: draftCollection,
      kind: 'update',
      filter: { _id: draft._id, state: 'open', version },
      change: { $set: { state: 'discarded' }, $inc: { version: 1 } },
    },
    audit.entry({
      actor: actor.userId,
      action: 'product-draft-discarded',
      subject: { type: 'product-draft', id: draft._id },
      details: { code },
    }),
  ]);
  return ok(undefined);
}

async function askForPublication(
  parts: DraftParts,
  order: Omit<SaveOrder, 'terms'> & { id: string; reason: string },
): Promise<Result<ApprovalRequest, { message: string }>> {
  const { id, code, version, actor, reason } = order;
  const draft = await find(parts, code);
  if (!draft) throw notFound('Draft');
  if (draft.version !== version) throw conflict('The draft');
  const live = await parts.versions.newestByCode(code);
  const baseVersion = live?.version ?? 0;
  if (baseVersion !== draft.basedOn)
    return refuse({ message: 'Another version was published since this draft was begun. Discard it and begin anew.' });
  const [fault] = await check(parts, draft.terms);
  if (fault) return refuse({ message: `${fault.message}. Mend the draft first; nothing was asked for.` });
  return parts.approvals.request({
    id,
    kind: publicationKind,
    subject: { type: 'product', id: code },
    href: `/products/${code}/compare`,
    title: `Publish version ${baseVersion + 1} of ${draft.terms.name}`,
    payload: { code, draftId: draft._id, draftVersion: version, baseVersion, terms: termsToJson(draft.terms) },
    maker: actor,
    reason,
  });
}
