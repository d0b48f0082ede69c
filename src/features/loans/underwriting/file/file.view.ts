import { formatsIn, type Formats } from '#core/format.ts';
import { emptyForm } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { answerRows, type AnswerRow } from '../../applying/application-review.view.ts';
import { sectionTitles } from '../../applying/application-texts.ts';
import type { ApplicationState } from '../../applying/application-states.ts';
import { explainDecision } from '../underwriting-refusals.ts';
import { affordabilityCard } from './affordability.view.ts';
import { creditCard } from './credit.view.ts';
import { decisionForms } from './decision.view.ts';
import { keyFigures } from './key-figures.view.ts';
import type { OfficerFile } from './file.service.ts';
import { outcomeOf, proposalOf } from './outcome.view.ts';
import { ownHistoryCard } from './own-history.view.ts';
import type { FileFacts } from './file-facts.view.ts';
import { warningsOf } from './warnings.view.ts';

/** A state as staff read it. */
const badges: Record<
  ApplicationState,
  { kind: 'ok' | 'alert' | 'critical' | 'info' | 'neutral'; text: string; icon?: string }
> = {
  draft: { kind: 'neutral', text: 'Draft' },
  submitted: { kind: 'info', text: 'To decide', icon: 'clock' },
  asked: { kind: 'neutral', text: 'Waiting for the borrower', icon: 'clock' },
  returned: { kind: 'neutral', text: 'Given back', icon: 'clock' },
  proposed: { kind: 'alert', text: 'Recommended', icon: 'clock' },
  offered: { kind: 'info', text: 'Offered', icon: 'clock' },
  rejected: { kind: 'neutral', text: 'Rejected' },
  withdrawn: { kind: 'neutral', text: 'Withdrawn' },
  declined: { kind: 'neutral', text: 'Offer declined' },
  expired: { kind: 'neutral', text: 'Offer expired' },
  accepted: { kind: 'alert', text: 'To pay out' },
  'part-disbursed': { kind: 'ok', text: 'Partly paid out' },
  disbursed: { kind: 'ok', text: 'Paid out' },
  cancelled: { kind: 'neutral', text: 'Cancelled' },
};

/** Labels that are written to the borrower, as staff read them. */
const staffWords: Record<string, string> = {
  'People who depend on you': 'Dependants',
  'I own it alone': 'Sole owner',
  'I own it with somebody': 'Joint owner',
  'I am buying it with this loan': 'Bought with this loan',
};

export function filePage(file: OfficerFile, given: FileFacts) {
  const { application, applicant, terms } = file;
  const facts = { ...given, formats: formatsIn(application.currency, given.formats) };
  const { formats } = facts;
  const decidable = file.decidable.ok;
  const sent = application.submittedAt ? `, sent ${formats.instant(application.submittedAt)}` : '';
  return {
    title: `Application ${application.reference}`,
    crumbs: [{ text: 'Queue', href: paths.officer }, { text: application.reference }],
    head: {
      title: terms ? `${application.productName}, ${formats.money(terms.amount)}` : application.productName,
      sub: `Application ${application.reference}, ${applicant}${sent}`,
      badge: badges[application.state],
      ...(decidable ? { action: { href: '#decision', text: 'Go to the decision' } } : {}),
    },
    form: facts.failed?.form ?? emptyForm,
    places: placesOf(file, decidable),
    figures: keyFigures(file, formats),
    affordability: file.figures && affordabilityCard(file, formats),
    credit: creditCard(file, formats),
    own: ownHistoryCard(file, formats),
    sections: file.sections.map((section) => ({
      title: sectionTitles[section.section],
      rows: answerRows(section, formats).map(forStaff),
    })),
    warnings: warningsOf(file),
    decision: decidable ? decisionForms(file, facts) : null,
    blocked: blockedOf(file, formats),
    proposal: proposalOf(file, facts),
    outcome: outcomeOf(file, facts),
  };
}

/** Where everything stands on the page, in the order in which it is read. */
function placesOf({ application, figures }: OfficerFile, decidable: boolean) {
  return [
    ...(figures ? [{ href: '#affordability', text: 'Affordability' }] : []),
    { href: '#score', text: 'Score and policy' },
    { href: '#credit', text: 'Credit history' },
    { href: '#own', text: 'History with us' },
    { href: '#answers', text: 'Answers' },
    { href: '#h-file-people', text: 'People' },
    { href: '#h-documents', text: 'Documents' },
    { href: '#h-file-kyc', text: 'Identity' },
    ...(application.contest ? [{ href: '#contest', text: 'Contest' }] : []),
    ...(decidable ? [{ href: '#decision', text: 'Decision' }] : []),
    { href: '#work', text: 'Work and notes' },
  ];
}

function forStaff({ label, value }: AnswerRow): AnswerRow {
  return { label: staffWords[label] ?? label, value: staffWords[value] ?? value };
}

/** Why this officer cannot decide on a file that waits. */
function blockedOf({ application, decidable }: OfficerFile, formats: Formats): string | null {
  if (decidable.ok || application.state !== 'submitted') return null;
  return explainDecision(decidable.refusal, formats).text.replace(' Nothing was changed.', '');
}
