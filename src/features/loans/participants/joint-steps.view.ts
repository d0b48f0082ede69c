import { formatsIn, type Formats } from '#core/format.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { answerRows } from '../applying/application-review.view.ts';
import type { SectionInput } from '../applying/application-sections.ts';
import { sectionTitles } from '../applying/application-texts.ts';
import { jointCrumbs, loanRows } from './joint-loan.view.ts';
import type { PapersTask } from './joint.pages.ts';
import type { PersonSection } from './participant.model.ts';
import { missingOf, personSections, roleWords } from './participant-parts.ts';
import { consentText, roleMeanings } from './participant-texts.ts';
import type { JointLoan, JointView } from './joint-reading.ts';
import type { PersonAnswers } from './reading.ts';

export type JointStep = PersonSection | 'confirm';
const stepTitle = (step: JointStep) => (step === 'confirm' ? 'Check and agree' : sectionTitles[step]);
const inSentence = (title: string) => title.charAt(0).toLowerCase() + title.slice(1);

type Open = Pick<JointView, 'record' | 'participant'> & { loan: JointLoan; papers: PapersTask | undefined };

/** What there is to do for a participant, in order. */
export function jointTasks({ record, participant, papers }: Open, at?: { current: JointStep; wrong: boolean }) {
  const missing = missingOf(record);
  const mark = (step: JointStep) => (at?.current === step ? { current: true } : {});
  const sections = personSections.map((name) => {
    const state = missing.includes(name) ? 'todo' : 'done';
    const shown = at?.current === name && at.wrong ? 'check' : state;
    return { text: sectionTitles[name], href: paths.jointStep(record._id, name), state: shown, ...mark(name) };
  });
  const documents = papers ? [{ text: 'Documents', href: papers.href, state: papers.state }] : [];
  const done = participant.state === 'complete' ? 'done' : 'todo';
  const confirm =
    missing.length === 0
      ? { text: stepTitle('confirm'), href: paths.jointStep(record._id, 'confirm'), state: done, ...mark('confirm') }
      : { text: stepTitle('confirm'), state: 'locked' };
  return [...sections, ...documents, confirm];
}

/** What a participant does next. */
export function nextStep(record: Open['record']): { href: string; text: string } {
  const step = missingOf(record)[0] ?? 'confirm';
  return {
    href: paths.jointStep(record._id, step),
    text: step === 'confirm' ? stepTitle(step) : `Go to ${inSentence(stepTitle(step))}`,
  };
}

function progressOf({ record, participant }: Open) {
  const all = personSections.length + 1;
  const done = personSections.length - missingOf(record).length + (participant.state === 'complete' ? 1 : 0);
  return { text: `${done} of ${all} done`, sentence: `Your part: ${done} of ${all} done` };
}

/** Where "Save and go to …" leads from a section. */
export function stepAfter(record: Open['record'], section: PersonSection): JointStep {
  const missing = missingOf(record).filter((name) => name !== section);
  const later = missing.find((name) => personSections.indexOf(name) > personSections.indexOf(section));
  return later ?? missing[0] ?? 'confirm';
}

function frame(view: Open, current: JointStep, form: FormState) {
  const { participant, loan, record } = view;
  const wrong = Object.keys(form.errors).length > 0;
  return {
    title: stepTitle(current),
    sub: `${loan.productName} for ${loan.applicantName}. The applicant sees none of your answers.`,
    crumbs: jointCrumbs(stepTitle(current), participant.id),
    steps: jointTasks(view, { current, wrong }),
    progress: progressOf(view),
    version: String(record.version),
    action: paths.jointStep(participant.id, current),
    overview: { href: paths.jointLoan(participant.id), text: 'Your part' },
    back: { href: paths.jointLoan(participant.id), text: 'Back to your part' },
    form,
  };
}

/** A section's page; `own` is what the section's own form needs, the same as on an application. */
export function jointSectionPage(
  view: Open,
  at: { section: PersonSection; form: FormState; own: Record<string, unknown> },
) {
  const after = stepAfter(view.record, at.section);
  return {
    ...frame(view, at.section, at.form),
    section: at.section,
    currency: view.loan.currency,
    saveText: `Save and go to ${inSentence(stepTitle(after))}`,
    ...at.own,
  };
}

/** Every section's answers, with the way back to each. */
function cards(view: Open, answers: PersonAnswers, formats: Formats) {
  return personSections.map((section) => {
    // The section's name and its answers are one pair, which the compiler cannot see through the union.
    const input = { section, answers: answers[section] } as SectionInput;
    return {
      id: `h-${section}`,
      title: sectionTitles[section],
      href: paths.jointStep(view.participant.id, section),
      rows: answers[section] ? answerRows(input, formats) : [],
    };
  });
}

/** `/loans/joint/:id/confirm`: the loan, the answers, what it means, and the declarations. */
export function confirmPage(view: Open, facts: { answers: PersonAnswers; form: FormState; formats: Formats }) {
  const { participant, loan, record } = view;
  const { role } = participant;
  const formats = formatsIn(loan.currency, facts.formats);
  const missing = missingOf(record);
  return {
    ...frame(view, 'confirm', facts.form),
    rows: loanRows(loan, formats),
    cards: cards(view, facts.answers, formats),
    means: { title: `What it means to be ${roleWords[role]}`, items: roleMeanings[role] },
    terms: loan.termsKey ?? '',
    open: missing.length === 0 && loan.termsKey !== undefined && participant.state === 'joined',
    closed: closedText(view, missing.length > 0),
    consents: [
      { name: 'truthful', label: consentText('truthful', role) },
      { name: 'creditBureau', label: consentText('credit-bureau', role) },
      { name: 'liability', label: consentText('liability', role) },
    ],
    marketing: { name: 'marketing', label: consentText('marketing', role) },
    button: `Agree to be ${roleWords[role]}`,
  };
}

function closedText({ loan, participant }: Open, incomplete: boolean): string {
  if (participant.state === 'complete') return 'You have answered everything and agreed. There is nothing to do here.';
  if (incomplete) return 'Some sections are not answered yet. You can agree as soon as they are.';
  return loan.termsKey === undefined
    ? 'The applicant has not said yet how much they want to borrow. We show it here as soon as they have, and then you can agree.'
    : '';
}
