import type { Formats } from '#core/format.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { aboutText } from './about.view.ts';
import type { BorrowerQuestions, OpenedQuestion } from './answering.service.ts';
import { longestText } from './desk.forms.ts';

/** What the borrower can still answer; none while nobody waits for an answer. */
export function openOnes({ application, questions }: BorrowerQuestions): OpenedQuestion[] {
  return application.state === 'asked' ? questions.filter(({ state }) => state === 'open') : [];
}

/** `/loans/apply/:id/questions`: what we ask, why, and what happens next. */
export function questionsPage(found: BorrowerQuestions, { formats, form }: { formats: Formats; form: FormState }) {
  const { application, questions } = found;
  const { _id, reference, version } = application;
  const open = openOnes(found);
  const earlier = questions.filter(({ id }) => !open.some((one) => one.id === id));
  const back = paths.application(_id);
  return {
    title: 'Questions for you',
    crumbs: [
      { text: 'Loans', href: paths.loans },
      { text: `Application ${reference}`, href: back },
      { text: 'Questions' },
    ],
    head: {
      title:
        open.length === 0 ? 'Nothing to answer' : open.length === 1 ? 'We have a question' : 'We have some questions',
      sub: open.length === 0 ? 'We do not wait for an answer from you.' : `About your application ${reference}`,
    },
    form,
    answer:
      open.length === 0
        ? null
        : {
            action: paths.applicationQuestions(_id),
            version: String(version),
            maxlength: longestText,
            questions: open.map((question, index) => ({
              name: `answer${index + 1}`,
              label: question.text,
              hint: `Asked ${formats.instant(question.at)}${aboutText(question.about, ', about ')}`,
            })),
            button: open.length === 1 ? 'Send the answer' : 'Send the answers',
          },
    earlier: earlier.map((question) => ({
      question: question.text,
      sub: `Asked ${formats.instant(question.at)}${aboutText(question.about, ', about ')}`,
      answer: question.answer ?? 'Not answered. We went on without it.',
      answered: question.answer !== null,
    })),
    back: { href: back, text: 'Back to your application' },
  };
}
