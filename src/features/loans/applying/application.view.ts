import type { Formats } from '#core/format.ts';
import { termText, type ProductVersion } from '#features/products/index.ts';
import { paths } from '#web/paths.ts';
import type { Application } from './application.model.ts';
import type { Progress } from './application-progress.ts';
import { neededSections, type SectionName } from './application-sections.ts';
import { sectionTitles, stateBadges } from './application-texts.ts';
import { next } from './application-states.ts';

/** A place in the walk through an application that the borrower answers. */
export type Step = SectionName | 'people' | 'documents' | 'review';

interface Task {
  text: string;
  href?: string;
  state: 'done' | 'doing' | 'todo' | 'optional' | 'check' | 'locked';
  current?: boolean;
}

const reviewTitle = 'Review and send';
const stepTitles: Record<Step, string> = {
  ...sectionTitles,
  people: 'People who apply with you',
  documents: 'Documents',
  review: reviewTitle,
};
const inSentence = (title: string) => title.charAt(0).toLowerCase() + title.slice(1);
const href = (application: Application, step: Step) => paths.applicationSection(application._id, step);

/** The steps of this application in the order they are walked through. */
function stepsOf(application: Application, { taking, papers }: Progress): Step[] {
  const others: Step[] = [
    ...(taking === undefined ? [] : ['people' as const]),
    ...(papers ? ['documents' as const] : []),
  ];
  return [...neededSections(application), ...others, 'review'];
}

const isComplete = ({ sections, people, documents }: Progress) =>
  sections.length + people.length + documents.length === 0;

function stateOf(step: Step, progress: Progress): Task['state'] {
  switch (step) {
    case 'review':
      return isComplete(progress) ? 'todo' : 'locked';
    case 'people':
      if (progress.people.length > 0) return progress.taking === 0 ? 'todo' : 'doing';
      return progress.taking === 0 ? 'optional' : 'done';
    case 'documents':
      return progress.documents.length > 0 ? 'todo' : 'done';
    default:
      if (progress.unfinished.includes(step)) return 'doing';
      return progress.sections.includes(step) ? 'todo' : 'done';
  }
}

/** The task list; `wrong` marks the step whose form has errors. */
export function tasks(application: Application, known: Progress, at?: { current: Step; wrong: boolean }): Task[] {
  return stepsOf(application, known).map((step): Task => {
    const current = at?.current === step;
    const state = current && at.wrong ? 'check' : stateOf(step, known);
    const place = state === 'locked' ? {} : { href: href(application, step) };
    return { text: stepTitles[step], ...place, state, ...(current ? { current } : {}) };
  });
}

/** How much is done of what must be; somebody else, or a paper, that may be left out does not count. */
export function progressText(application: Application, known: Progress): { text: string; sentence: string } {
  const counted = tasks(application, known).filter(({ text, state }) => text !== reviewTitle && state !== 'optional');
  const done = counted.filter(({ state }) => state === 'done').length;
  const text = `${done} of ${counted.length} done`;
  return { text, sentence: `Your application: ${done} of ${counted.length} parts done` };
}

/** The first step that is still to do. */
export function nextToDo(application: Application, known: Progress): { href: string; text: string } {
  const step = firstToDo(application, known);
  return { href: href(application, step), text: `Go to ${inSentence(stepTitles[step])}` };
}

function firstToDo(application: Application, known: Progress): Step {
  const open: Task['state'][] = ['todo', 'doing'];
  return stepsOf(application, known).find((step) => open.includes(stateOf(step, known))) ?? 'review';
}

/** The step after a section: where "Save and go to …" leads. */
export function stepAfter(
  application: Application,
  known: Progress,
  section: SectionName,
): { step: Step; text: string } {
  // The section counts as saved by then.
  const then = {
    ...known,
    sections: known.sections.filter((name) => name !== section),
    unfinished: known.unfinished.filter((name) => name !== section),
  };
  const steps = stepsOf(application, then);
  const step = steps[steps.indexOf(section) + 1] ?? 'review';
  // Review opens when everything is there; until then the last step leads back to what is missing.
  const target = step === 'review' ? firstToDo(application, then) : step;
  return { step: target, text: `Save and go to ${inSentence(stepTitles[target])}` };
}

/** The frame around every step: heading, rail, where it leads. */
export function stepFrame(
  application: Application,
  at: { known: Progress; current: Step; wrong: boolean },
  formats: Formats,
) {
  const { known, current } = at;
  const steps = stepsOf(application, known);
  const before = steps[steps.indexOf(current) - 1];
  return {
    title: stepTitles[current],
    sub: `Application ${application.reference}${current === 'review' ? ', the last step' : ''}. ${savedText(application, formats)}`,
    crumbs: crumbs(application, stepTitles[current]),
    steps: tasks(application, known, at),
    progress: progressText(application, known),
    words: wordsAlert(known),
    version: String(application.version),
    action: href(application, current),
    overview: { href: paths.application(application._id), text: 'All sections' },
    back: before
      ? { href: href(application, before), text: `Back to ${inSentence(stepTitles[before])}` }
      : { href: paths.application(application._id), text: 'Back to all sections' },
  };
}

function savedText({ changedAt, createdAt }: Application, formats: Formats): string {
  if (changedAt.getTime() === createdAt.getTime()) return 'You can leave and come back, on any device';
  return `Saved ${formats.instant(changedAt)}; you can leave and come back, on any device`;
}

/** What the officer wrote who gave the application back. */
function wordsAlert({ words }: Progress) {
  return words === undefined
    ? null
    : { kind: 'warn', title: 'A loan officer asks you to change something', text: words };
}

export function crumbs(application: Application, last?: string) {
  const here = { text: application.productName, href: paths.application(application._id) };
  const first = { text: 'Loans', href: paths.loans };
  return last === undefined ? [first, { text: application.productName }] : [first, here, { text: last }];
}

/** The page of an application that the borrower answers: what is done, what is to do, how to stop. */
/** `proof` is the line of the bank account's proof, which may come at any time before the money. */
export function draftPage(application: Application, facts: { known: Progress; proof: Task; formats: Formats }) {
  const { known, proof, formats } = facts;
  const list = tasks(application, known);
  const bank = list.findIndex(({ text }) => text === sectionTitles.bank);
  return {
    title: application.productName,
    crumbs: crumbs(application),
    sub: `Application ${application.reference}. ${savedText(application, formats)}`,
    badge: stateBadges[application.state],
    steps: list.toSpliced(bank + 1, 0, proof),
    progress: progressText(application, known),
    words: wordsAlert(known),
    next: nextToDo(application, known),
    withdraw: withdrawForm(application),
  };
}

export function withdrawForm(application: Application): { action: string; version: string } | undefined {
  if (next(application.state, 'withdraw') === undefined) return undefined;
  return { action: paths.applicationSection(application._id, 'withdraw'), version: String(application.version) };
}

const securityTexts: Record<ProductVersion['security'], string> = {
  none: 'None',
  property: 'The property',
  vehicle: 'The vehicle',
};

/** The products to choose from, with the terms that decide between them. */
export function productCards(
  products: readonly ProductVersion[],
  drafts: readonly Application[],
  formats: Formats,
): object[] {
  return products.map((product) => {
    const draft = drafts.find((application) => application.productCode === product.code);
    return {
      code: product.code,
      name: product.name,
      summary: product.summary,
      rows: [
        { label: 'Amount', value: `${formats.money(product.minAmount)} to ${formats.money(product.maxAmount)}` },
        { label: 'Term', value: `${product.minInstalments} to ${termText(product, product.maxInstalments)}` },
        { label: 'Interest a year', value: `${formats.rate(product.annualRate)} ${product.rate.kind}` },
        { label: 'Fee, kept back at payout', value: formats.rate(product.feePercent) },
        { label: 'Security', value: securityTexts[product.security] },
      ],
      button: draft
        ? `Continue application ${draft.reference}`
        : `Apply for a ${product.name.charAt(0).toLowerCase()}${product.name.slice(1)}`,
    };
  });
}
