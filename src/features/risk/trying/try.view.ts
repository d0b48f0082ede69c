import type { Formats } from '#core/format.ts';
import type { ProductVersion } from '#features/products/index.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { stages, type Stage } from '../models/shipped.ts';
import type { TryColumn, TrySection } from './try-columns.ts';
import { policyQuestions } from './try.forms.ts';

export const stageWords: Readonly<Record<Stage, { name: string; text: string }>> = {
  application: { name: 'Before a rate is offered', text: 'With an instalment that we work out at one fixed rate' },
  quoted: { name: 'With the rate offered', text: 'The offer’s own rate and instalment are inputs too' },
};

export interface TryFrame {
  stage: Stage;
  sections: readonly TrySection[];
  products: readonly ProductVersion[];
  form: FormState;
  formats: Formats;
}

/** `/risk/try`: the form of a stage's inputs; what was found stands above it, in `result`. */
export function tryPage<R>({ stage, sections, products, form, formats }: TryFrame, result: R | undefined) {
  const { currency } = formats;
  return {
    title: 'Try a score',
    crumbs: [{ text: 'Risk', href: paths.risk }, { text: 'Try a score' }],
    head: {
      title: 'Try a score',
      sub: 'Somebody who did not apply. Nothing that you enter is kept, and it decides nothing.',
      secondary: { href: paths.riskBatches, text: 'Score a file' },
    },
    form,
    action: paths.riskTry,
    stage,
    result,
    chips: stages.map((one) => ({
      text: stageWords[one].name,
      href: `${paths.riskTry}?stage=${one}`,
      current: one === stage,
    })),
    intro:
      result === undefined && Object.keys(form.errors).length === 0
        ? `${stageWords[stage].text}. The form begins with example values of nobody; change what you like.`
        : undefined,
    sections: sections.map(({ title, columns }) => ({
      title,
      controls: columns.map((column) => controlOf(column, currency)),
    })),
    policy: {
      products: [
        { value: '', text: 'None: the score alone' },
        ...products.map(({ code, name }) => ({ value: code, text: name })),
      ],
      questions: policyQuestions.map((question) => ({
        ...{ name: question.name, label: question.label },
        ...('hint' in question ? { hint: question.hint } : {}),
        ...('unit' in question ? { unit: question.unit === 'money' ? currency : question.unit } : {}),
        width: 'amount',
        inputmode: 'decimal',
        maxlength: 20,
      })),
    },
  };
}

const units = { percent: '%', months: 'months', years: 'years' } as const;

function controlOf({ input, label, as, hint }: TryColumn, currency: string) {
  const common = { name: input.name, label, ...(hint === undefined ? {} : { hint }) };
  if (input.type === 'category')
    return { ...common, component: 'select', options: input.categories.map((value) => ({ value, text: value })) };
  if (as === 'yes-no')
    return {
      ...{ ...common, component: 'select', width: 'short' },
      options: [
        { value: '0', text: 'No' },
        { value: '1', text: 'Yes' },
      ],
    };
  const unit = as === 'money' ? currency : as === 'number' || as === 'choice' ? undefined : units[as];
  return {
    ...{ ...common, component: 'field', width: 'amount', inputmode: 'decimal', maxlength: 30 },
    ...(unit === undefined ? {} : { unit }),
  };
}
