import { dateText, type PlainDate } from '#core/calendar.ts';
import { may, type Actor } from '#core/roles.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { bsonDate } from '#platform/clock.ts';
import { duplicatesVerdict } from './duplicates.rules.ts';
import { findDuplicates } from './duplicates.service.ts';
import { declaredBirthDate } from './kyc-birth-date.ts';
import { kycNames, type KycRecord } from './kyc.model.ts';
import {
  decideVerify,
  reverifyDate,
  verdictOf,
  type AskReason,
  type CheckName,
  type Checks,
  type DecideRefusal,
  type Risk,
} from './kyc.rules.ts';
import { factsOf, newCheck, recordOf, system, writeEdit, type Edit, type KycParts } from './kyc-parts.ts';
import { screened, screeningWords } from './kyc-screening.ts';
import { askedAgainNotice, rejectedNotice, verifiedNotice } from './kyc-notices.ts';

export type KycActor = Pick<Actor, 'userId' | 'partyId' | 'roles'>;

/** What a decision is about: the version is that of the page it was made on. */
export interface KycOrder {
  actor: KycActor;
  partyId: string;
  version: number;
}

export type Decided = Result<'done', DecideRefusal>;
export type EditOf = (record: KycRecord, today: PlainDate) => Promise<Result<Edit, DecideRefusal>>;

/** The one way a person decides: never on themselves or a relative, and only on what they were shown. */
export async function decide(parts: KycParts, { actor, partyId, version }: KycOrder, editOf: EditOf): Promise<Decided> {
  const conflict = await parts.relations.between(actor, [partyId]);
  if (conflict) return refuse({ code: conflict === 'self' ? 'own-file' : 'relative' });
  const [record, today] = await Promise.all([recordOf(parts, partyId), parts.platform.bankDay.today()]);
  if (record?.version !== version) return refuse({ code: 'moved' });
  const edit = await editOf(record, today);
  if (!edit.ok) return edit;
  const written = await writeEdit(parts, { record, edit: edit.value, today });
  return written === 'done' ? ok('done') : refuse({ code: 'moved' });
}

export function verify(parts: KycParts, order: KycOrder & { risk: Risk }): Promise<Decided> {
  const { risk, actor, partyId } = order;
  return decide(parts, order, async (record, today) => {
    // Somebody with the same tax id may have come since the check was made.
    const shared = duplicatesVerdict(await findDuplicates(parts, { partyId }));
    const fresh = newCheck(parts, { verdict: shared, by: system, today });
    const same = verdictOf(record.checks, 'duplicates') === shared;
    const looked = same ? record : { ...record, checks: { ...record.checks, duplicates: fresh } };
    const decided = decideVerify(factsOf(looked), today);
    if (!decided.ok) return decided;
    const reverifyOn = dateText(reverifyDate(today, risk));
    const at = { at: bsonDate(parts.platform.clock.now()), on: dateText(today) };
    return ok({
      change: {
        checks: decided.value,
        decision: { verdict: 'verified', by: actor.userId, ...at, risk, reason: null },
        reverifyOn,
      },
      by: actor.userId,
      what: 'verified',
      about: verdictOf(decided.value, 'screening') === 'not-done' ? `${risk} risk, not screened` : `${risk} risk`,
      companions: [parts.notice(verifiedNotice(parts, { partyId, reverifyOn }))],
    });
  });
}

export function reject(parts: KycParts, order: KycOrder & { reason: string }): Promise<Decided> {
  const { actor, partyId } = order;
  return decide(parts, order, async (record, today) => {
    if (record.decision?.verdict === 'rejected') return refuse({ code: 'rejected-already' });
    const place = { collection: kycNames.records, document: partyId, field: 'decision.reason' };
    const reason = await parts.platform.vault.seal(partyId, place, order.reason);
    const at = { at: bsonDate(parts.platform.clock.now()), on: dateText(today) };
    return ok({
      change: {
        decision: { verdict: 'rejected', by: actor.userId, ...at, risk: null, reason },
        reverifyOn: null,
      },
      by: actor.userId,
      what: 'rejected',
      companions: [parts.notice(rejectedNotice(parts, partyId))],
    });
  });
}

export function askAgain(parts: KycParts, order: KycOrder & { reason: AskReason }): Promise<Decided> {
  const { actor, partyId, reason } = order;
  return decide(parts, order, (record) => {
    const { identity: _identity, address: _address, ...checks } = record.checks;
    return Promise.resolve(
      ok({
        change: { checks, decision: null, reverifyOn: null },
        by: actor.userId,
        what: 'asked-again',
        about: reason,
        companions: [parts.notice(askedAgainNotice(parts, { partyId, reason }))],
      }),
    );
  });
}

/** An original that was seen at the bank; the other checks have their own way. */
export function noteCheck(
  parts: KycParts,
  order: KycOrder & { check: Extract<CheckName, 'identity' | 'address' | 'age'>; verdict: 'passed' | 'failed' },
): Promise<Decided> {
  const { actor, check: name, verdict } = order;
  const by = actor.userId;
  return decide(parts, order, (record, today) => {
    const check = newCheck(parts, { verdict, by, today, evidence: 'original-seen' });
    const checks: Checks = { ...record.checks, [name]: check };
    const what = verdict === 'passed' ? 'check-passed' : 'check-failed';
    return Promise.resolve(ok({ change: { checks }, by, what, about: name }));
  });
}

export function judgeMatch(
  parts: KycParts,
  order: KycOrder & { verdict: 'cleared' | 'confirmed'; reason: string },
): Promise<Decided> {
  const { actor, partyId, verdict } = order;
  const by = actor.userId;
  return decide(parts, order, async (record, today) => {
    const { screening, checks } = record;
    if (screening?.result !== 'possible-match' || verdictOf(checks, 'screening') !== 'review')
      return refuse({ code: 'nothing-to-decide' });
    if (screening.strong && !may(actor, 'kyc:judge-strong')) return refuse({ code: 'not-allowed' });
    const place = { collection: kycNames.records, document: partyId, field: 'screening.reason' };
    const reason = await parts.platform.vault.seal(partyId, place, order.reason);
    const judged = { verdict, by, at: bsonDate(parts.platform.clock.now()), reason };
    const check = newCheck(parts, { verdict: verdict === 'cleared' ? 'passed' : 'failed', by, today });
    return ok({
      change: { screening: { ...screening, judged }, checks: { ...checks, screening: check } },
      by,
      what: verdict === 'cleared' ? 'match-cleared' : 'match-confirmed',
    });
  });
}

export function screenAgain(parts: KycParts, order: KycOrder): Promise<Decided> {
  const { actor, partyId } = order;
  return decide(parts, order, async (record, today) => {
    // What a senior officer or compliance has confirmed is not undone by asking once more.
    const confirmed = verdictOf(record.checks, 'screening') === 'failed';
    if (confirmed && !may(actor, 'kyc:judge-strong')) return refuse({ code: 'not-allowed' });
    const person = await parts.customers.person(partyId);
    const birthDate = person.birthDate || (await declaredBirthDate(parts, record));
    const people = [{ fullName: person.fullName, birthDate: birthDate === '' ? undefined : birthDate }];
    const outcome = await screened(parts, { partyId, people, today });
    if (!outcome) return refuse({ code: 'not-reached' });
    return ok({
      change: { screening: outcome.screening, checks: { ...record.checks, screening: outcome.check } },
      by: actor.userId,
      what: screeningWords[outcome.screening.result],
    });
  });
}
