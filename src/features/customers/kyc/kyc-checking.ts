import type { PlainDate } from '#core/calendar.ts';
import { Fault } from '#core/errors.ts';
import type { Companion } from '#platform/companion.ts';
import type { ProfileChange } from '../customers.service.ts';
import { duplicatesVerdict } from './duplicates.rules.ts';
import { findDuplicates } from './duplicates.service.ts';
import { declaredBirthDate, keptBirthDate } from './kyc-birth-date.ts';
import type { KycRecord } from './kyc.model.ts';
import {
  ageVerdict,
  checkOfDocument,
  documentEffect,
  doubtedBy,
  verdictOf,
  type CheckName,
  type Checks,
} from './kyc.rules.ts';
import { amend, editCompanions, newCheck, recordOf, system, type Edit, type KycParts } from './kyc-parts.ts';
import { screened } from './kyc-screening.ts';

/** What an application says of a person beside their profile; what is not given is taken from the profile. */
export interface Declared {
  fullName?: string;
  /** `1990-04-23`. */
  birthDate?: string;
  taxId?: string;
  phone?: string;
}

interface Start {
  partyId: string;
  by: string;
  declared?: Declared;
}

export async function start(parts: KycParts, order: Start): Promise<void> {
  await amend(parts, order.partyId, (record, today) => broughtUp(parts, { ...order, record, today }));
}

/** The checks that the bank makes by itself, as they are now; nothing where they already say so. */
async function broughtUp(
  parts: KycParts,
  facts: Start & { record: KycRecord; today: PlainDate },
): Promise<Edit | undefined> {
  const { record, by, declared = {} } = facts;
  const indexes = declaredIndexes(parts, record, declared);
  const [own, screening, kept] = await Promise.all([
    ownChecks(parts, facts),
    screeningOf(parts, facts),
    keptBirthDate(parts, record, declared.birthDate),
  ]);
  const checks: Checks = { ...record.checks, ...own, ...(screening ? { screening: screening.check } : {}) };
  const moved = indexes.taxIdIndex !== record.taxIdIndex || indexes.phoneIndex !== record.phoneIndex;
  if (record.version > 0 && !screening && !moved && !kept && Object.keys(own).length === 0) return undefined;
  return {
    change: { checks, ...indexes, ...kept, ...(screening ? { screening: screening.screening } : {}) },
    by,
    what: record.version === 0 ? 'started' : 'brought-up',
  };
}

function declaredIndexes({ platform: { vault } }: KycParts, record: KycRecord, { taxId, phone }: Declared) {
  return {
    taxIdIndex: taxId === undefined || taxId === '' ? record.taxIdIndex : vault.blindIndex('tax-id', taxId),
    phoneIndex: phone === undefined || phone === '' ? record.phoneIndex : vault.blindIndex('phone', phone),
  };
}

/** Age and duplicates, where they differ from what stands there; what a person has decided stays. */
async function ownChecks(
  parts: KycParts,
  { partyId, record, today, declared = {} }: Start & { record: KycRecord; today: PlainDate },
): Promise<Checks> {
  const { taxId, phone } = declared;
  const [person, duplicates] = await Promise.all([
    parts.customers.person(partyId),
    findDuplicates(parts, { partyId, ...(taxId ? { taxId } : {}), ...(phone ? { phone } : {}) }),
  ]);
  const age = ageVerdict(declared.birthDate ?? person.birthDate, today);
  const found: Checks = {};
  const ageIsOurs = (record.checks.age?.by ?? system) === system;
  if (ageIsOurs && age !== 'open' && age !== verdictOf(record.checks, 'age'))
    found.age = newCheck(parts, { verdict: age, by: system, today });
  const shared = duplicatesVerdict(duplicates);
  if (shared !== verdictOf(record.checks, 'duplicates'))
    found.duplicates = newCheck(parts, { verdict: shared, by: system, today });
  return found;
}

/** Screened where nobody has yet, or where nobody could: what was found stays until the name changes. */
async function screeningOf(
  parts: KycParts,
  { partyId, record, today, declared = {} }: Start & { record: KycRecord; today: PlainDate },
) {
  const verdict = verdictOf(record.checks, 'screening');
  if (verdict !== 'open' && verdict !== 'not-done') return undefined;
  const person = await parts.customers.person(partyId);
  const known = person.birthDate || (await declaredBirthDate(parts, record));
  const birthDate = (declared.birthDate ?? known) || undefined;
  const names = new Set([person.fullName, declared.fullName ?? person.fullName]);
  const people = [...names].map((fullName) => ({ fullName, birthDate }));
  const outcome = await screened(parts, { partyId, people, today });
  const same = verdict === 'not-done' && outcome?.check.verdict === 'not-done';
  return same ? undefined : outcome;
}

export async function noteDocument(
  parts: KycParts,
  note: { partyId: string; kind: string; documentId: string; verdict: 'verified' | 'rejected'; by: string },
): Promise<void> {
  const { partyId, documentId, verdict, by } = note;
  const name = checkOfDocument(note.kind);
  if (!name) return;
  const officer = await parts.identity.findUser(by);
  if (officer && (await parts.relations.between(officer, [partyId])))
    throw new Fault('forbidden', 'Nobody checks their own documents or those of a relative');
  if (verdict === 'verified' && !(await recordOf(parts, partyId))) await start(parts, { partyId, by });
  await amend(parts, partyId, (record, today) => {
    const effect = documentEffect(record.checks[name], { documentId, verdict });
    if (effect === 'nothing') return Promise.resolve(undefined);
    const { [name]: _former, ...others } = record.checks;
    const passed = { [name]: newCheck(parts, { verdict: 'passed', by, today, evidence: documentId }) };
    const checks = effect === 'pass' ? { ...others, ...passed } : others;
    const what = effect === 'pass' ? 'document-verified' : 'document-taken-back';
    return Promise.resolve({ change: { checks }, by, what, about: name } as const);
  });
}

export const bringUpTopic = 'kyc-bring-up';

/** What a change of the profile does to the check, in the same transaction: what it makes doubtful is open again. */
export async function profileChanged(parts: KycParts, change: ProfileChange): Promise<Companion[]> {
  const { partyId, actor, before, after } = change;
  const record = await recordOf(parts, partyId);
  if (!record) return [];
  const { unset, screenAgain, lookAgain } = doubtedBy(before, after);
  const doubted: CheckName[] = [
    ...unset,
    ...(screenAgain ? (['screening'] as const) : []),
    ...(lookAgain ? (['duplicates', 'age'] as const) : []),
  ];
  if (doubted.length === 0) return [];
  const kept = Object.entries(record.checks).filter(([name]) => !doubted.includes(name as CheckName));
  const checks = Object.fromEntries(kept) as Checks;
  const edit: Edit = { change: { checks }, by: actor, what: 'profile-changed', about: unset.join(' ') };
  const today = await parts.platform.bankDay.today();
  // Looked at again as soon as the change is there; a name is screened outside the transaction.
  const again = parts.platform.outbox.row({ topic: bringUpTopic, payload: { partyId } });
  return [...editCompanions(parts, { record, edit, today }), again];
}
