import { setTimeout } from 'node:timers/promises';
import type { Model } from 'mongoose';
import { dateText, type PlainDate } from '#core/calendar.ts';
import { Fault, notFound } from '#core/errors.ts';
import type { Identity } from '#features/identity/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { Customers } from '../customers.service.ts';
import type { Party } from '../party.model.ts';
import type { Relations } from '../relations/relations.ts';
import type { NameScreener } from '../screening/screening.ts';
import { kycNames, mostHistory, type HistoryWord, type KycModels, type KycRecord } from './kyc.model.ts';
import { stateOf, type Check, type CheckVerdict, type KycFacts } from './kyc.rules.ts';

/** Other parties whose applications name the same bank account; applications stand to the right of customers. */
export type SharingBankAccount = (partyId: string) => Promise<readonly string[]>;

/** A notice as a companion; the inbox stands to the right of customers. */
export type NoticePort = (
  notice: { partyId: string; title: string; text: string; href: string },
  key?: string,
) => Companion;

export interface KycDeps {
  customers: Pick<Customers, 'person' | 'names' | 'onProfileChange'>;
  identity: Pick<Identity, 'displayNames' | 'findUser'>;
  relations: Pick<Relations, 'between'>;
  screener: NameScreener;
  sharingBankAccount: SharingBankAccount;
  notice: NoticePort;
  /** Where a customer reads how far their check is. */
  ownPage: string;
}

export interface KycParts extends KycDeps {
  platform: Platform;
  models: KycModels;
  parties: Model<Party>;
}

export const system = 'system';

/** A change to a record and what is remembered of it. */
export interface Edit {
  change: Partial<
    Pick<KycRecord, 'checks' | 'screening' | 'decision' | 'reverifyOn' | 'taxIdIndex' | 'phoneIndex' | 'birthDate'>
  >;
  by: string;
  what: HistoryWord;
  about?: string;
  /** Beside the record, in the same transaction. */
  companions?: readonly Companion[];
}

export const factsOf = ({ checks, decision, reverifyOn }: KycRecord): KycFacts => ({
  checks,
  decision: decision?.verdict ?? null,
  reverifyOn,
});

export async function recordOf({ models }: KycParts, partyId: string): Promise<KycRecord | undefined> {
  return (await models.records.findOne({ _id: partyId }).lean<KycRecord>()) ?? undefined;
}

/** A customer, not somebody who only wrote to us; another one's page is not found either way. */
export async function customerOf({ parties }: KycParts, partyId: string): Promise<Party> {
  const kinds = operators({ $in: ['person', 'organisation'] as const });
  const party = await parties.findOne({ _id: partyId, kind: kinds }).lean<Party>();
  if (!party) throw notFound('Customer');
  return party;
}

/** A new record with nothing looked at yet; it is not written. */
export async function emptyRecord(parts: KycParts, partyId: string): Promise<KycRecord> {
  const { branchId } = await customerOf(parts, partyId);
  const at = bsonDate(parts.platform.clock.now());
  return {
    ...{ _id: partyId, branchId, state: 'pending', checks: {}, screening: null, decision: null, reverifyOn: null },
    ...{ warnedFor: null, taxIdIndex: null, phoneIndex: null, history: [], version: 0, createdAt: at, changedAt: at },
  };
}

/** The record with an edit, as it would be stored. */
function edited({ platform }: KycParts, facts: { record: KycRecord; edit: Edit; today: PlainDate }): KycRecord {
  const { record, edit, today } = facts;
  const at = bsonDate(platform.clock.now());
  const after = { ...record, ...edit.change };
  const entry = { at, by: edit.by, what: edit.what, about: edit.about ?? null };
  return {
    ...after,
    state: stateOf(factsOf(after), today),
    history: [...record.history, entry].slice(-mostHistory),
    version: record.version + 1,
    changedAt: at,
  };
}

/** The edit as companions, guarded by the record's version; a record of version 0 is new. */
export function editCompanions(
  parts: KycParts,
  facts: { record: KycRecord; edit: Edit; today: PlainDate },
): Companion[] {
  const { record, edit } = facts;
  const { _id, ...rest } = edited(parts, facts);
  const { version } = record;
  const written: Companion =
    version === 0
      ? { collection: kycNames.records, kind: 'insert', document: { _id, ...rest } }
      : { collection: kycNames.records, kind: 'update', filter: { _id, version }, change: { $set: rest } };
  const details: Record<string, string> = edit.about === undefined ? {} : { about: edit.about };
  const subject = { type: 'party', id: _id };
  const entry = parts.platform.audit.entry({ actor: edit.by, action: `kyc-${edit.what}`, subject, details });
  return [written, entry, ...(edit.companions ?? [])];
}

/** Writes an edit, or says that somebody else changed the record since it was read. */
export async function writeEdit(
  parts: KycParts,
  facts: { record: KycRecord; edit: Edit; today: PlainDate },
): Promise<'done' | 'moved'> {
  try {
    await commitTogether(parts.platform.database, editCompanions(parts, facts));
    return 'done';
  } catch (error) {
    const moved = isDuplicateKey(error) || (error instanceof Fault && error.kind === 'conflict');
    if (!moved) throw error;
    return 'moved';
  }
}

const tries = 12;
const mostPauseMs = 40;

/**
 * Reads the record and writes what `editOf` makes of it, again where somebody was quicker: for what must be noted
 * whatever else happened. Gives whether anything was written.
 */
export async function amend(
  parts: KycParts,
  partyId: string,
  editOf: (record: KycRecord, today: PlainDate) => Promise<Edit | undefined>,
): Promise<boolean> {
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const today = await parts.platform.bankDay.today();
    const record = (await recordOf(parts, partyId)) ?? (await emptyRecord(parts, partyId));
    const edit = await editOf(record, today);
    if (!edit) return false;
    if ((await writeEdit(parts, { record, edit, today })) === 'done') return true;
    await setTimeout(Math.random() * mostPauseMs);
  }
  throw new Fault('conflict', 'The identity check is being changed by others all the time');
}

export function newCheck(
  { platform }: KycParts,
  check: { verdict: CheckVerdict; by: string; today: PlainDate; evidence?: string },
): Check {
  const { verdict, by, today, evidence = null } = check;
  return { verdict, by, at: bsonDate(platform.clock.now()), on: dateText(today), evidence };
}
