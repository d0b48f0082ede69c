import { describe, expect, it } from 'vitest';
import { loadShippedModels } from '#features/risk/index.ts';
import { trySections } from '#features/risk/trying/try-columns.ts';
import { readTyped } from '#features/risk/trying/try-values.ts';

const { models } = loadShippedModels();
const columns = trySections(models.quoted.inputs).flatMap((section) => section.columns);

function column(name: string) {
  const found = columns.find(({ input }) => input.name === name);
  if (!found) throw new Error(`There is no ${name}`);
  return found;
}

const read = (name: string, typed: string) => {
  const value = readTyped(column(name), typed);
  return value.ok ? value.value : 'refused';
};

describe('what is typed into the form of a score', () => {
  it('is asked for once for every input of each model, under a known section', () => {
    for (const { inputs } of Object.values(models)) {
      const sections = trySections(inputs);
      const asked = sections.flatMap((section) => section.columns.map(({ input }) => input.name));
      expect(asked.toSorted()).toEqual(inputs.map(({ name }) => name).toSorted());
      expect(sections.map(({ title }) => title)).not.toContain('Other inputs');
    }
  });

  it('is asked plainly for where a model has a column that the page does not know', () => {
    const strange = [
      { name: 'Derogatories', type: 'number', missing: 'learnt' },
      { name: 'CreditScore', type: 'category', categories: ['good', 'bad'], missing: 'refused' },
    ] as const;
    const [section] = trySections(
      strange.map((one) => ('categories' in one ? { ...one, categories: [...one.categories] } : one)),
    );
    expect(section?.title).toBe('Other inputs');
    expect(section?.columns.map(({ as }) => as)).toEqual(['number', 'choice']);
    const [derogatories] = section?.columns ?? [];
    expect(derogatories && readTyped(derogatories, '')).toEqual({ ok: true, value: null });
  });

  it('is a percentage read by its decimal point', () => {
    for (const [typed, value] of [
      ['28.4', 0.284],
      ['29', 0.29],
      ['0.7', 0.007],
      ['100', 1],
      ['57', 0.57],
    ] as const)
      expect(read('DebtToIncomeRatio', typed), typed).toBe(value);
  });

  it('may have thousands, a sign and a decimal point, and nothing else', () => {
    expect([read('NetWorth', '-1,250.5'), read('AnnualIncome', ' 72,000 '), read('JobTenure', '.5')]).toEqual([
      -1250.5, 72000, 0.5,
    ]);
    for (const typed of [
      '',
      '1e3',
      '7,2000',
      '0x10',
      '1 000',
      '٣',
      'NaN',
      'Infinity',
      '=1',
      '9'.repeat(31),
      '1.2.3',
      '--1',
      'null',
    ])
      expect(read('AnnualIncome', typed), typed).toBe('refused');
    expect([read('CreditScore', '299.99'), read('CreditScore', '850'), read('CreditScore', '850.01')]).toEqual([
      'refused',
      850,
      'refused',
    ]);
    expect([read('EmploymentStatus', 'employed'), read('EmploymentStatus', 'Employed')]).toEqual([
      'refused',
      'Employed',
    ]);
  });
});
