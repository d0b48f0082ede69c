import { z } from 'zod';
import { dateText } from '#core/calendar.ts';
import { Fault } from '#core/errors.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import type { ApprovalHandler, ApprovalRequest, SummaryRow } from '#features/approvals/index.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import { policyCollection, type PolicyVersion } from '../policy-version.model.ts';
import type { PolicyContent } from '../policy.ts';
import { policyContent } from '../policy-content.ts';
import { differences } from '../policy-words.ts';
import { draftCollection } from './policy-draft.model.ts';
import { faultsOf, namesOf, type PolicyDraftParts } from './policy-draft-parts.ts';

export const policyKind = 'credit-policy';
/** Where the draft stands beside the live policy. */
export const comparisonHref = '/risk/policies/draft/compare';
/** There is one policy in the bank, so that there is at most one open request. */
export const policySubject = { type: 'credit-policy', id: 'lending' } as const;

const payload = z.strictObject({
  draftId: z.string(),
  draftVersion: z.number().int(),
  baseVersion: z.number().int(),
  restores: z.number().int().nullable(),
  editors: z.array(z.string()),
  content: policyContent,
});
export type PolicyPublication = z.output<typeof payload>;

/** What is published is what was asked for, whatever the draft says by then; never by somebody who wrote in it. */
export function policyHandler(parts: PolicyDraftParts): ApprovalHandler {
  return {
    permission: 'policy:publish',
    describe: (given) => describe(parts, payload.parse(given)),
    approve: (request, checker) => publish(parts, request, checker),
  };
}

async function describe(parts: PolicyDraftParts, publication: PolicyPublication): Promise<SummaryRow[]> {
  const { baseVersion, restores, content } = publication;
  const base = await parts.versions.version(baseVersion);
  const names = await namesOf(parts);
  const words = { names, formats: parts.platform.formats };
  const changed = base ? differences({ before: base.content, after: content }, words) : [];
  return [
    {
      label: 'Credit policy',
      text: `Version ${baseVersion + 1} after version ${baseVersion}${restores === null ? '' : `: version ${restores} is brought back`}`,
      href: comparisonHref,
    },
    await backTestRow(parts, content),
    ...changed.map(({ section, label, before, after }) => ({
      label: `${section}: ${label}`,
      text: `${before === '' ? 'Nothing' : before} → ${after === '' ? 'nothing' : after}`,
    })),
    ...(changed.length === 0 ? [{ label: 'Changes', text: 'None' }] : []),
  ];
}

/** What the second person should know of it: whether somebody tried exactly this content on past applications. */
async function backTestRow({ backTestOf, platform }: PolicyDraftParts, content: PolicyContent): Promise<SummaryRow> {
  const label = 'Back-test';
  const found = await backTestOf(content);
  if (!found) return { label, text: 'Nobody has finished a back-test of this content' };
  const { id, flips, judged, from, to } = found;
  const { formats } = platform;
  const text = `${flips} of ${judged} past decisions would flip, ${formats.date(from)} to ${formats.date(to)}`;
  return { label, text, href: `/risk/back-tests/${id}` };
}

const moved =
  'The draft or the live policy has changed since this was asked for. Nothing was published; ask for it anew.';
const wroteInIt = 'You wrote in this draft, so that somebody else has to publish it. Nothing was published.';

async function publish(
  parts: PolicyDraftParts,
  request: ApprovalRequest,
  checker: Actor,
): Promise<Result<void, { message: string }>> {
  const { versions } = parts;
  const publication = payload.parse(request.payload);
  const isDone = async () => (await versions.published(request.key)) !== undefined;
  if (await isDone()) return ok(undefined);
  if (publication.editors.includes(checker.userId)) return refuse({ message: wroteInIt });
  if ((await versions.newest()).version !== publication.baseVersion) return refuse({ message: moved });
  const [fault] = await faultsOf(parts, publication.content);
  if (fault !== undefined) return refuse({ message: `${fault}. Nothing was published.` });
  try {
    await write(parts, { publication, request, checker });
    return ok(undefined);
  } catch (error) {
    // The draft moved, or this version number is taken: by this very publication, or by another.
    if (!isDuplicateKey(error) && !(error instanceof Fault && error.kind === 'conflict')) throw error;
    return (await isDone()) ? ok(undefined) : refuse({ message: moved });
  } finally {
    versions.forget();
  }
}

async function write(
  { platform }: PolicyDraftParts,
  facts: { publication: PolicyPublication; request: ApprovalRequest; checker: Actor },
): Promise<void> {
  const { publication, request, checker } = facts;
  const { content, baseVersion, draftId, draftVersion, restores } = publication;
  const version: PolicyVersion = {
    _id: request.key,
    version: baseVersion + 1,
    content,
    publishedOn: dateText(await platform.bankDay.today()),
    asked: request.maker,
    publishedBy: { userId: checker.userId, name: checker.displayName },
    reason: request.reason,
    restores,
  };
  await commitTogether(platform.database, [
    { collection: policyCollection, kind: 'insert', document: { ...version } },
    {
      collection: draftCollection,
      kind: 'update',
      filter: { _id: draftId, state: 'open', version: draftVersion },
      change: { $set: { state: 'published' }, $inc: { version: 1 } },
    },
    platform.audit.entry({
      actor: checker.userId,
      action: 'credit-policy-published',
      subject: { type: 'credit-policy', id: request.key },
      details: {
        version: String(version.version),
        asked: request.maker.userId,
        ...(restores === null ? {} : { restores: String(restores) }),
      },
    }),
  ]);
}
