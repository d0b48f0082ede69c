import type { Formats } from '#core/format.ts';
import { termText, type ProductVersion } from '#features/products/index.ts';
import { paths } from '#web/paths.ts';
import type { Application } from './application.model.ts';
import { missingSections, neededSections, sectionNames, type SectionName } from './application-sections.ts';
import { sectionTitles, stateBadges } from './application-texts.ts';
import { next } from './application-states.ts';

/** A place in the walk through an application. */
export type Step = SectionName | 'review';

interface Task {
  text: string;
  href?: string;
  state: 'done' | 'todo' | 'check' | 'locked' | 'not-needed';
  current?: boolean;
}

const reviewTitle = 'Review and send';
const stepTitle = (step: Step) => (step === 'review' ? reviewTitle : sectionTitles[step]);
const inSentence = (title: string) => title.charAt(0).toLowerCase() + title.slice(1);
const href = (application: Application, step: Step) => paths.applicationSection(application._id, step);

function stepsOf(application: Application): Step[] {
  return [...neededSections(application), 'review'];
}

/** The task list; `wrong` marks the step whose form has errors. */
export function tasks(application: Application, at?: { current: Step; wrong: boolean }): Task[] {
  const complete = missingSections(application).length === 0;
  const mark = (step: Step) => (at?.current === step ? { current: true } : {});
  const sections = sectionNames.map((name): Task => {
    const text = sectionTitles[name];
    if (name === 'property' && !application.secured) return { text, state: 'not-needed' };
    const answered = application.sections[name] === null ? 'todo' : 'done';
    const state = at?.current === name && at.wrong ? 'check' : answered;
    return { text, href: href(application, name), state, ...mark(name) };
  });
  const review: Task = complete
    ? { text: reviewTitle, href: href(application, 'review'), state: 'todo', ...mark('review') }
    : { text: reviewTitle, state: 'locked' };
  return [...sections, review];
}

export function progress(application: Application): { text: string; sentence: string } {
  const needed = neededSections(application).length;
  const done = needed - missingSections(application).length;
  return { text: `${done} of ${needed} done`, sentence: `Your application: ${done} of ${needed} sections done` };
}

/** The first step that is still to do. */
export function nextToDo(application: Application): { href: string; text: string } {
  const step = missingSections(application)[0] ?? 'review';
  return { href: href(application, step), text: `Go to ${inSentence(stepTitle(step))}` };
}

/** The step after a section: where "Save and go to …" leads. */
export function stepAfter(application: Application, section: SectionName): { step: Step; text: string } {
  const steps = stepsOf(application);
  const step = steps[steps.indexOf(section) + 1] ?? 'review';
  // Review opens when everything is answered; until then the last section leads back to what is missing.
  const open = missingSections(application).filter((name) => name !== section);
  const target = step === 'review' ? (open[0] ?? 'review') : step;
  return { step: target, text: `Save and go to ${inSentence(stepTitle(target))}` };
}

/** The frame around every step: heading, rail, where it leads. */
export function stepFrame(application: Application, at: { current: Step; wrong: boolean }, formats: Formats) {
  const steps = stepsOf(application);
  const index = steps.indexOf(at.current);
  const before = steps[index - 1];
  const saved = formats.instant(application.changedAt);
  return {
    title: stepTitle(at.current),
    sub: `Application ${application.reference}, step ${index + 1} of ${steps.length}. Saved ${saved}; you can leave and come back.`,
    crumbs: crumbs(application, stepTitle(at.current)),
    steps: tasks(application, at),
    progress: progress(application),
    version: String(application.version),
    action: href(application, at.current),
    overview: { href: paths.application(application._id), text: 'All sections' },
    back: before
      ? { href: href(application, before), text: `Back to ${inSentence(stepTitle(before))}` }
      : { href: paths.application(application._id), text: 'Back to all sections' },
  };
}

export function crumbs(application: Application, last?: string) {
  const here = { text: application.productName, href: paths.application(application._id) };
  const first = { text: 'Loans', href: paths.loans };
  return last === undefined ? [first, { text: application.productName }] : [first, here, { text: last }];
}

/** The page of a draft: what is done, what is to do, how to stop. */
export function draftPage(application: Application, formats: Formats) {
  return {
    title: application.productName,
    crumbs: crumbs(application),
    sub: `Application ${application.reference}. Saved ${formats.instant(application.changedAt)}; you can leave and come back.`,
    badge: stateBadges.draft,
    steps: tasks(application),
    progress: progress(application),
    next: nextToDo(application),
    withdraw: withdrawForm(application),
  };
}

export function withdrawForm(application: Application): { action: string; version: string } | undefined {
  if (next(application.state, 'withdraw') === undefined) return undefined;
  return { action: paths.applicationSection(application._id, 'withdraw'), version: String(application.version) };
}

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
        { label: 'Security', value: product.secured ? 'The property' : 'None' },
      ],
      button: draft
        ? `Continue application ${draft.reference}`
        : `Apply for a ${product.name.charAt(0).toLowerCase()}${product.name.slice(1)}`,
    };
  });
}
