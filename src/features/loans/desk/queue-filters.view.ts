import { formOf } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { QueueForm } from './desk.forms.ts';
import type { QueueFacts } from './queue-facts.view.ts';
import { sortOf } from './queue.service.ts';

/** The address of the queue with these filters; what is not set stays out of it. */
export function hrefOf(filters: Partial<QueueForm>): string {
  const set = Object.entries(filters).filter(
    ([name, value]) => value !== undefined && !(name === 'sort' && value === 'due'),
  );
  return `${paths.officer}?${new URLSearchParams(Object.fromEntries(set) as Record<string, string>).toString()}`;
}

const any = { value: '', text: 'Any' };

const options = {
  sort: [
    { value: 'due', text: 'Time limit, most urgent first' },
    { value: 'age', text: 'Age, oldest first' },
    { value: 'amount', text: 'Amount, largest first' },
  ],
  sla: [
    any,
    { value: 'late', text: 'Late' },
    { value: 'today', text: 'Due today' },
    { value: 'in-time', text: 'In time' },
  ],
  age: [
    any,
    { value: '1', text: 'Over 1 day' },
    { value: '3', text: 'Over 3 days' },
    { value: '7', text: 'Over 7 days' },
  ],
  level: [any, { value: 'officer', text: 'Any officer' }, { value: 'senior', text: 'Senior officers' }],
  contested: [any, { value: 'yes', text: 'Contested' }],
} as const;

const labels = { sla: 'Time limit', age: 'Age', level: 'Decided by', contested: 'Contested', with: 'On the desk of' };

/** The rarer filters, folded away until one is in use. */
export function filterFields({ filters, loads }: QueueFacts) {
  const { tab, product, sort } = filters;
  const values = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
  const own = tab === 'mine' || tab === 'unassigned';
  return {
    action: paths.officer,
    hidden: [{ name: 'tab', value: tab }, ...(product === undefined ? [] : [{ name: 'product', value: product }])],
    form: formOf({ ...values, sort: sortOf(tab, sort) }),
    open: [filters.sla, filters.age, filters.level, filters.contested, filters.with].some((one) => one !== undefined),
    selects: [
      { name: 'sort', label: 'Sort by', options: options.sort },
      { name: 'sla', label: labels.sla, options: options.sla },
      { name: 'age', label: labels.age, options: options.age },
      { name: 'level', label: labels.level, options: options.level },
      ...(own ? [] : [{ name: 'with', label: labels.with, options: [any, ...colleagues(loads)] }]),
      { name: 'contested', label: labels.contested, options: options.contested },
    ],
  };
}

function colleagues(loads: QueueFacts['loads']) {
  return loads.map(({ userId, name }) => ({ value: userId, text: name }));
}

/** Every filter in use, with the way to take it away. */
export function removableChips({ filters, loads }: QueueFacts) {
  const names = ['sla', 'age', 'level', 'with', 'contested'] as const;
  return names.flatMap((name) => {
    const value = filters[name];
    if (value === undefined) return [];
    const text =
      name === 'with'
        ? (loads.find(({ userId }) => userId === value)?.name ?? 'A colleague')
        : (options[name].find((option) => option.value === value)?.text ?? '');
    return [{ href: hrefOf({ ...filters, [name]: undefined }), text: `${labels[name]}: ${text}` }];
  });
}
