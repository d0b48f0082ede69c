import { counted, type Formats } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import type { Decision } from '../../applying/application.model.ts';
import { rejectionReason } from '../deciding/reasons.rules.ts';
import { reasonSentence } from '../adverse/adverse.rules.ts';
import type { FileFacts } from './file-facts.view.ts';
import type { OfficerFile } from './file.service.ts';
import { owes } from './people-on-file.ts';

type Facts = Pick<FileFacts, 'actor' | 'formats'>;

const reasonsOf = ({ reasons, reason }: Decision) =>
  (reasons ?? (reason === null ? [] : [reason])).flatMap((code) => rejectionReason(code) ?? []);

/** What was decided; the decision that was contested stands below it, or alone while the file waits again. */
export function outcomeOf(file: OfficerFile, facts: Facts) {
  const { application, note, earlierNote, contestText } = file;
  const { decision, contest } = application;
  return {
    now: decision ? decisionCard(file, facts, { decision, note }) : null,
    contest: contest
      ? {
          at: facts.formats.instant(contest.at),
          text: contestText ?? '',
          earlier: decisionCard(file, facts, { decision: contest.against, note: earlierNote }),
        }
      : null,
  };
}

function decisionCard(
  file: OfficerFile,
  { actor, formats }: Facts,
  { decision, note }: { decision: Decision; note: string | null },
) {
  const name = (id: string) => (id === actor.userId ? 'you' : (file.names.get(id) ?? 'an officer'));
  const reasons = reasonsOf(decision);
  const together = file.people.filter(owes).length > 1;
  const sentences = reasons.map(({ code }) => reasonSentence(code, { aboutAnother: false, together }));
  const what = decision.outcome === 'approved' ? 'Approved' : 'Rejected';
  return {
    title: `${what} by ${name(decision.by)}`,
    rows: [
      { label: 'Decided', value: formats.instant(decision.at) },
      ...(decision.proposedBy === undefined ? [] : [{ label: 'Recommended by', value: name(decision.proposedBy) }]),
      ...reasons.map(({ label }, index) => ({ label: index === 0 ? 'Reason' : `Reason ${index + 1}`, value: label })),
      ...(decision.outcome === 'approved' ? offerRows(file, formats) : []),
    ],
    told: reasons.length === 0 ? null : `The borrower was told: ${sentences.join(' ')}`,
    note,
  };
}

function offerRows({ application, agreed, loan }: OfficerFile, formats: Formats) {
  const { offer } = application;
  if (!offer) return [];
  return [
    { label: 'Amount', value: formats.moneyWithCurrency(offer.amount) },
    { label: 'Rate', value: formats.rate(offer.annualRate) },
    { label: 'Term', value: counted(offer.instalments, 'instalment') },
    { label: 'The offer ends', value: formats.date(offer.validUntil) },
    ...agreed.conditions.map(({ text, met }, index) => ({
      label: `Condition ${index + 1}, ${met ? 'met' : 'open'}`,
      value: text,
    })),
    ...(loan ? [{ label: 'Loan', value: loan.number, href: paths.staffLoan(loan._id) }] : []),
  ];
}

/** What waits for a second person. */
export function proposalOf({ proposal, agreed }: OfficerFile, { actor, formats }: Facts) {
  if (!proposal) return null;
  const { request, payload } = proposal;
  const who = request.maker.userId === actor.userId ? 'You' : request.maker.name;
  const what = payload.outcome === 'approve' ? 'to approve' : 'to reject';
  return {
    title: `${who} recommended ${what}`,
    rows: [
      { label: 'Recommended', value: request.title },
      { label: 'Asked', value: formats.instant(request.at) },
      ...(payload.outcome === 'approve'
        ? [
            { label: 'Rate', value: formats.rate(payload.annualRate) },
            { label: 'Term', value: counted(payload.instalments, 'instalment') },
          ]
        : []),
      ...agreed.conditions.map(({ text }, index) => ({ label: `Condition ${index + 1}`, value: text })),
    ],
    why: request.reason,
    link: { href: paths.approval(request.id), text: who === 'You' ? 'See the request' : 'Decide on it' },
  };
}
