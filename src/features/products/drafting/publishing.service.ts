import { z } from 'zod';
import { dateText } from '#core/calendar.ts';
import { Fault } from '#core/errors.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import type { ApprovalHandler, ApprovalRequest, SummaryRow } from '#features/approvals/index.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import { processingPercent, productCollection, termsOfVersion } from '../product.model.ts';
import { productCode, termsFromJson, type ProductTerms } from '../product-terms.ts';
import { differences } from '../plain-words.ts';
import { addRates } from '../base-rates/base-rates.service.ts';
import { check, type DraftParts } from './checking.ts';
import { draftCollection } from './draft.model.ts';

export const publicationKind = 'product-publication';

const payload = z.strictObject({
  code: productCode,
  draftId: z.string(),
  draftVersion: z.number().int(),
  baseVersion: z.number().int(),
  terms: z.string(),
});

type Publication = Omit<z.output<typeof payload>, 'terms'> & { terms: ProductTerms };

function publicationOf(given: unknown): Publication {
  const read = payload.parse(given);
  return { ...read, terms: termsFromJson(read.terms) };
}

/** What is published is what was asked for, whatever the draft says by then. */
export function publicationHandler(parts: DraftParts): ApprovalHandler {
  return {
    permission: 'product:publish',
    describe: (given) => describe(parts, publicationOf(given)),
    approve: (request, checker) => publish(parts, request, checker),
  };
}

async function describe({ versions, platform }: DraftParts, publication: Publication): Promise<SummaryRow[]> {
  const { code, baseVersion, terms } = publication;
  const base = await versions.byNumber(code, baseVersion);
  const changed = differences(base ? termsOfVersion(base) : undefined, terms, platform.formats);
  const first = {
    label: 'Product',
    text: base
      ? `${base.name}: version ${baseVersion + 1} after version ${baseVersion}`
      : `${terms.name}, a new product`,
    href: `/products/${code}/compare`,
  };
  return [
    first,
    ...changed.map(({ section, label, before, after }) => ({
      label: `${section}: ${label}`,
      text:
        before === undefined ? after : `${before === '' ? 'Nothing' : before} → ${after === '' ? 'nothing' : after}`,
    })),
    ...(changed.length === 0 ? [{ label: 'Changes', text: 'None' }] : []),
  ];
}

const moved =
  'The draft or the live version has changed since this was asked for. Nothing was published; ask for it anew.';

async function publish(
  parts: DraftParts,
  request: ApprovalRequest,
  checker: Actor,
): Promise<Result<void, { message: string }>> {
  const { versions } = parts;
  const publication = publicationOf(request.payload);
  const isDone = async () => (await versions.version(request.key)) !== undefined;
  if (await isDone()) return ok(undefined);
  const newest = await versions.newestByCode(publication.code);
  if ((newest?.version ?? 0) !== publication.baseVersion) return refuse({ message: moved });
  const [fault] = await check(parts, publication.terms);
  if (fault) return refuse({ message: `${fault.message}. Nothing was published.` });
  try {
    await write(parts, { publication, request, checker });
    return ok(undefined);
  } catch (error) {
    // The draft moved, or this version number is taken: by this very publication, or by another.
    if (!isDuplicateKey(error) && !(error instanceof Fault && error.kind === 'conflict')) throw error;
    return (await isDone()) ? ok(undefined) : refuse({ message: moved });
  }
}

async function write(
  { platform, baseRates }: DraftParts,
  facts: { publication: Publication; request: ApprovalRequest; checker: Actor },
): Promise<void> {
  const { publication, request, checker } = facts;
  const { code, terms, baseVersion, draftId, draftVersion } = publication;
  const today = await platform.bankDay.today();
  const base = terms.rate.kind === 'floating' ? await baseRates.on(terms.rate.base, today) : undefined;
  const annualRate =
    terms.rate.kind === 'fixed' ? terms.rate.annualRate : addRates(base?.annualRate ?? '0', terms.rate.spread);
  const version = {
    _id: request.key,
    code,
    version: baseVersion + 1,
    currency: platform.currency,
    publishedOn: dateText(today),
    annualRate,
    feePercent: processingPercent(terms),
    ...terms,
  };
  await commitTogether(platform.database, [
    { collection: productCollection, kind: 'insert', document: version },
    {
      collection: draftCollection,
      kind: 'update',
      filter: { _id: draftId, state: 'open', version: draftVersion },
      change: { $set: { state: 'published' }, $inc: { version: 1 } },
    },
    platform.audit.entry({
      actor: checker.userId,
      action: 'product-published',
      subject: { type: 'product', id: request.key },
      details: { code, version: String(version.version), asked: request.maker.userId },
    }),
  ]);
}
