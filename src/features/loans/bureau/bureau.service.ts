import type { Model } from 'mongoose';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import { erased } from '#platform/vault/vault.ts';
import { bureauCollection, bureauModel, type BureauRecord } from './bureau-report.model.ts';
import type { CreditBureau, CreditReport } from './credit-report.ts';

/** Somebody on a file whom the bureau may be asked about. */
export interface BureauSubject {
  applicationId: string;
  partyId: string;
  taxId: string;
  name: string;
  birthDate: string;
  /** Whether they let us ask. */
  consented: boolean;
}

export type BureauRefusal =
  | { code: 'no-consent' }
  | { code: 'no-tax-id' }
  /** The bureau did not answer, or not in time. */
  | { code: 'unavailable' };

export interface KeptReport {
  report: CreditReport;
  askedAt: Date;
  version: number;
}

export interface Bureau {
  /** The bureau that is asked, as borrowers are told. */
  readonly name: string;
  /** What was asked for with this application, by party; none where the person's key was destroyed. */
  kept(applicationId: string, partyIds: readonly string[]): Promise<Map<string, KeptReport>>;
  /** The report of this application and person; asks the bureau where there is none yet. */
  report(order: { actor: string; subject: BureauSubject }): Promise<Result<KeptReport, BureauRefusal>>;
  /** Asks anew, whatever there is. */
  refresh(order: { actor: string; subject: BureauSubject }): Promise<Result<KeptReport, BureauRefusal>>;
}

interface Parts {
  platform: Platform;
  bureau: CreditBureau;
  records: Model<BureauRecord>;
  waitMs: number;
}

/** An officer waits for it with the page open. */
const usualWaitMs = 3_000;

export function createBureau(platform: Platform, deps: { bureau: CreditBureau; waitMs?: number }): Bureau {
  const records = bureauModel(platform.database.connection);
  const parts: Parts = { platform, records, bureau: deps.bureau, waitMs: deps.waitMs ?? usualWaitMs };
  return {
    name: deps.bureau.name,
    kept: (applicationId, partyIds) => kept(parts, applicationId, partyIds),
    report: async ({ actor, subject }) => {
      const before = await keptOf(parts, subject);
      return before ? ok(before.kept) : ask(parts, { actor, subject, record: undefined });
    },
    refresh: async ({ actor, subject }) =>
      ask(parts, { actor, subject, record: (await keptOf(parts, subject))?.record }),
  };
}

const placeOf = (id: string) => ({ collection: bureauCollection, document: id, field: 'report' });

const amounts: readonly string[] = ['limit', 'balance', 'monthly', 'amount'];

function readReport(text: string): CreditReport {
  return JSON.parse(text, (name, value: unknown) =>
    amounts.includes(name) && typeof value === 'string' ? moneyOf(BigInt(value)) : value,
  ) as CreditReport;
}

async function open({ platform }: Parts, record: BureauRecord): Promise<KeptReport | undefined> {
  const text = await platform.vault.open(placeOf(record._id), record.report);
  if (text === erased) return undefined;
  return { report: readReport(text), askedAt: record.askedAt, version: record.version };
}

async function kept(
  parts: Parts,
  applicationId: string,
  partyIds: readonly string[],
): Promise<Map<string, KeptReport>> {
  const wanted = operators({ $in: [...partyIds] });
  const found = await parts.records.find({ applicationId, partyId: wanted }).limit(20).lean<BureauRecord[]>();
  const opened = await Promise.all(found.map(async (record) => [record.partyId, await open(parts, record)] as const));
  return new Map(opened.flatMap(([partyId, one]) => (one ? [[partyId, one]] : [])));
}

async function keptOf(
  parts: Parts,
  { applicationId, partyId }: BureauSubject,
): Promise<{ record: BureauRecord; kept: KeptReport } | undefined> {
  const record = await parts.records.findOne({ applicationId, partyId }).lean<BureauRecord>();
  const opened = record && (await open(parts, record));
  return opened ? { record, kept: opened } : undefined;
}

async function ask(
  parts: Parts,
  { actor, subject, record }: { actor: string; subject: BureauSubject; record: BureauRecord | undefined },
): Promise<Result<KeptReport, BureauRefusal>> {
  if (!subject.consented) return refuse({ code: 'no-consent' });
  if (subject.taxId === '') return refuse({ code: 'no-tax-id' });
  const version = (record?.version ?? 0) + 1;
  const report = await answerOf(parts, subject, version);
  if (!report) return refuse({ code: 'unavailable' });
  const askedAt = bsonDate(parts.platform.clock.now());
  try {
    await keep(parts, { actor, subject, record, report, askedAt, version });
    return ok({ report, askedAt, version });
  } catch (error) {
    // Somebody else opened the file in the same moment: what they were told is what we were told.
    if (!isDuplicateKey(error)) throw error;
    const theirs = await keptOf(parts, subject);
    return theirs ? ok(theirs.kept) : refuse({ code: 'unavailable' });
  }
}

/** Undefined where the bureau fails or takes too long. What it says of the fault may name the person: only its kind is logged. */
async function answerOf(parts: Parts, subject: BureauSubject, version: number): Promise<CreditReport | undefined> {
  const { applicationId, partyId, taxId, name, birthDate } = subject;
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => {
    late.resolve(undefined);
  }, parts.waitMs);
  const query = { key: `${applicationId}/${partyId}/${version}`, taxId, name, birthDate };
  const asked = parts.bureau.report(query).catch((error: unknown) => {
    const kind = error instanceof Error ? error.name : typeof error;
    parts.platform.logger.warn({ application: applicationId, kind }, 'The credit bureau could not be asked');
    return undefined;
  });
  try {
    return await Promise.race([asked, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function keep(
  { platform }: Parts,
  facts: {
    actor: string;
    subject: BureauSubject;
    record: BureauRecord | undefined;
    report: CreditReport;
    askedAt: Date;
    version: number;
  },
): Promise<void> {
  const { actor, subject, record, report, askedAt, version } = facts;
  const { applicationId, partyId } = subject;
  const _id = record?._id ?? newId();
  const text = JSON.stringify(report, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  const sealed = await platform.vault.seal(partyId, placeOf(_id), text);
  const told = { bureau: report.bureau, report: sealed, askedBy: actor, askedAt, version };
  const write: Companion = record
    ? { collection: bureauCollection, kind: 'update', filter: { _id, version: record.version }, change: { $set: told } }
    : { collection: bureauCollection, kind: 'insert', document: { _id, applicationId, partyId, ...told } };
  await commitTogether(platform.database, [
    write,
    platform.audit.entry({
      actor,
      action: record ? 'bureau-asked-again' : 'bureau-asked',
      subject: { type: 'application', id: applicationId },
      details: { party: partyId, bureau: report.bureau },
    }),
  ]);
}
