import type { Formats } from '#core/format.ts';
import { may } from '#core/roles.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { duplicateVerdicts } from './duplicates.rules.ts';
import type { KycActor } from './kyc-deciding.ts';
import type { KycFile } from './kyc-reading.ts';
import { longestReason } from './kyc.forms.ts';
import { askReasons, checkNames, isSettled, risks, verdictOf, type CheckName } from './kyc.rules.ts';
import {
  askTexts,
  checkTexts,
  duplicateKinds,
  duplicateTexts,
  happened,
  levelTexts,
  riskTexts,
  sharedTexts,
  stateBadges,
  verdictBadges,
} from './kyc-texts.ts';
import { mostDuplicates } from './duplicates.service.ts';

interface Facts {
  found: KycFile;
  actor: KycActor;
  form: FormState;
  formats: Formats;
}

/** `/staff/customers/:partyId/kyc`. */
export function kycFilePage(facts: Facts) {
  const { found, form } = facts;
  const title = `Identity check of ${found.name}`;
  return {
    title,
    crumbs: [{ href: paths.staffKycList, text: 'Identity checks' }, { text: found.name }],
    head: { title, badge: stateBadges[found.standing.state], sub: subOf(facts) },
    form,
    blocked: blockedText(facts),
    checks: checksTable(facts),
    screening: found.conflict ? undefined : screeningOf(facts),
    duplicates: found.conflict ? undefined : duplicatesOf(facts),
    work: workOf(facts),
    timeline: found.conflict ? [] : historyOf(facts),
  };
}

function subOf({ found, formats }: Facts): string {
  const { standing } = found;
  const until = standing.state === 'verified' && standing.reverifyOn !== null;
  return [
    bornText(found, formats),
    levelTexts[standing.level],
    ...(until ? [`until ${formats.date(standing.reverifyOn ?? '')}`] : []),
  ].join(' · ');
}

/** The profile is filled in later than an application, or never; where both speak, an officer has to see both. */
function bornText({ birthDate, declaredBirthDate }: KycFile, formats: Formats): string {
  const declared = declaredBirthDate === '' ? '' : formats.date(declaredBirthDate);
  if (birthDate === '') return declared === '' ? 'Birth date not given' : `Born ${declared}, as the application says`;
  const born = `Born ${formats.date(birthDate)}`;
  return declared === '' || declaredBirthDate === birthDate ? born : `${born}; the application says ${declared}`;
}

function blockedText({ found, actor }: Facts): string | undefined {
  if (found.conflict === 'self') return 'This is your own file. You see how it stands; somebody else decides.';
  if (found.conflict === 'relative')
    return 'You are related to this customer. You see how it stands; somebody else decides.';
  return may(actor, 'kyc:decide') ? undefined : 'You may read this check. Officers and compliance decide on it.';
}

/** What somebody may know of their own or a relative's file: not whom they look like, nor whom they share with. */
export const ownChecks: readonly CheckName[] = ['identity', 'address', 'age'];

function checksTable({ found, formats }: Facts) {
  const { checks } = found.standing;
  const shown = found.conflict ? ownChecks : checkNames;
  const evidence = (text: string | null | undefined) =>
    text === 'original-seen' ? 'Original seen at the bank' : text ? 'Uploaded document' : '';
  return {
    caption: 'Checks',
    captionHidden: true,
    columns: [
      { key: 'check', label: 'Check' },
      { key: 'result', label: 'Result' },
      { key: 'by', label: 'By', hideSmall: true },
      { key: 'evidence', label: 'Rests on', hideSmall: true },
    ],
    rows: shown.map((name) => {
      const check = checks[name];
      const by = check ? (found.users.get(check.by) ?? 'Somebody') : '';
      return {
        cells: {
          check: { text: checkTexts[name], subSmall: check ? `${by}, ${formats.date(check.on)}` : '' },
          result: { badge: verdictBadges[verdictOf(checks, name)] },
          by: { text: by, sub: check ? formats.instant(check.at) : '' },
          evidence: evidence(check?.evidence),
        },
      };
    }),
  };
}

function screeningOf({ found, actor, formats }: Facts) {
  const { record, hits, reasons, partyId, standing } = found;
  const screening = record?.screening;
  if (!record || !screening) return undefined;
  const decides = may(actor, 'kyc:decide') && verdictOf(standing.checks, 'screening') === 'review';
  const mayJudge = decides && (!screening.strong || may(actor, 'kyc:judge-strong'));
  const base = paths.staffKyc(partyId);
  return {
    said: `${screening.said} ${formats.instant(screening.at)}.`,
    tone: screening.result === 'clear' ? 'success' : 'warn',
    hits: hits.map(({ name, entry, agreed }) => ({
      label: `Entry ${entry}`,
      value: `${name} (${agreed === 'name' ? 'the name only' : 'name and birth date'})`,
    })),
    judged: screening.judged
      ? `${screening.judged.verdict === 'cleared' ? 'Cleared as another person' : 'Confirmed as the same person'} by ${found.users.get(screening.judged.by) ?? 'a colleague'}: ${reasons.screening}`
      : undefined,
    waiting: decides && !mayJudge ? 'More than the name agrees: a senior officer or compliance decides.' : undefined,
    judge: mayJudge
      ? {
          action: `${base}/match`,
          maxlength: longestReason,
          options: [
            { value: 'cleared', text: 'Another person', sub: 'The match is cleared and the check passes.' },
            { value: 'confirmed', text: 'The same person', sub: 'The check fails. Nothing may be paid out.' },
          ],
        }
      : undefined,
    again: may(actor, 'kyc:decide') ? { action: `${base}/screen` } : undefined,
    version: String(record.version),
  };
}

function duplicatesOf({ found, actor }: Facts) {
  const { duplicates, record, partyId } = found;
  const choose = { value: '', text: 'Choose one' };
  const table = {
    caption: 'Customers who share something',
    captionHidden: true,
    columns: [
      { key: 'customer', label: 'Customer' },
      { key: 'shares', label: 'Shares' },
      { key: 'verdict', label: 'Decided' },
    ],
    rows: duplicates.map((one) => ({
      cells: {
        customer: { text: one.name, href: paths.staffKyc(one.partyId) },
        shares: one.shares.map((value) => sharedTexts[value]).join(', '),
        verdict: one.verdict
          ? { badge: { kind: duplicateKinds[one.verdict], text: duplicateTexts[one.verdict] }, sub: one.reason }
          : { badge: verdictBadges.open },
      },
    })),
  };
  const form = record && may(actor, 'kyc:decide') && duplicates.length > 0;
  return {
    table: duplicates.length > 0 ? table : undefined,
    note: duplicates.length >= mostDuplicates ? `The first ${mostDuplicates} are shown.` : undefined,
    judge: form
      ? {
          action: `${paths.staffKyc(partyId)}/duplicates`,
          version: String(record.version),
          maxlength: longestReason,
          others: [choose, ...duplicates.map((one) => ({ value: one.partyId, text: one.name }))],
          verdicts: [choose, ...duplicateVerdicts.map((value) => ({ value, text: duplicateTexts[value] }))],
        }
      : undefined,
  };
}

function workOf({ found, actor }: Facts) {
  if (found.conflict || !may(actor, 'kyc:decide')) return undefined;
  const { record, partyId, standing, renewing } = found;
  const base = paths.staffKyc(partyId);
  if (!record)
    return { start: `${base}/start`, verify: undefined, check: undefined, again: undefined, reject: undefined };
  const open = checkNames.filter((name) => !isSettled(standing.checks, name));
  const maySign = standing.state === 'pending' || standing.state === 'expired' || renewing;
  const unscreened = verdictOf(standing.checks, 'screening') === 'not-done';
  return {
    start: undefined,
    version: String(record.version),
    verify: maySign
      ? {
          action: `${base}/verify`,
          missing:
            open.length > 0
              ? `Still open: ${open.map((name) => checkTexts[name].toLowerCase()).join(', ')}.`
              : undefined,
          warning: unscreened
            ? 'Nobody has screened the name. You verify without it, and the file says so.'
            : undefined,
          risks: risks.map((value) => ({ value, text: riskTexts[value] })),
        }
      : undefined,
    check: standing.state === 'rejected' ? undefined : { action: `${base}/checks` },
    again: {
      action: `${base}/again`,
      reasons: [{ value: '', text: 'Choose one' }, ...askReasons.map((value) => ({ value, text: askTexts[value] }))],
    },
    reject: standing.state === 'rejected' ? undefined : { action: `${base}/reject`, maxlength: longestReason },
    rejected: standing.state === 'rejected' ? found.reasons.decision : undefined,
  };
}

function historyOf({ found, formats }: Facts) {
  const entries = (found.record?.history ?? []).toReversed();
  return entries.map(({ at, by, what, about }) => ({
    text: `${found.users.get(by) ?? 'Somebody'} ${happened[what]}${about ? ` (${about})` : ''}`,
    time: formats.instant(at),
    datetime: at.toISOString(),
    state: 'past',
  }));
}
