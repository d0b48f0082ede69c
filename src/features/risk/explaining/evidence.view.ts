import { dateOf, type PlainDate } from '#core/calendar.ts';
import { counted, type Formats } from '#core/format.ts';
import { columnLabel, columnValue } from './columns.ts';
import type { Explained } from './explaining.service.ts';

/** Every value that the model read, where it came from, and how old it is. */
export function evidenceTable(
  { evidence, model }: Pick<Explained, 'evidence' | 'model'>,
  { formats, today }: { formats: Formats; today: PlainDate },
) {
  const read = model.inputs.flatMap(({ name }) => {
    const one = evidence[name];
    return one ? [{ name, ...one }] : [];
  });
  return {
    caption: 'What the model reads, and where it is from',
    captionHidden: true,
    columns: [
      { key: 'name', label: 'Input' },
      { key: 'value', label: 'Value', kind: 'num' },
      { key: 'source', label: 'From', hideSmall: true },
      { key: 'age', label: 'As of', hideSmall: true },
    ],
    rows: read.map(({ name, value, source, asOf, unscored }) => {
      const age = ageText(asOf, { formats, today });
      return {
        cells: {
          name: { text: columnLabel(name), subSmall: `${source}, ${age}` },
          value:
            value === null
              ? { text: unscored === undefined ? 'not known' : 'not scored', tone: 'muted' }
              : columnValue(name, value, formats),
          source,
          age,
        },
      };
    }),
  };
}

function ageText(asOf: string | null, { formats, today }: { formats: Formats; today: PlainDate }): string {
  if (asOf === null) return 'now';
  const { days } = dateOf(asOf).until(today, { largestUnit: 'day' });
  return days <= 0 ? 'today' : `${formats.date(asOf)}, ${counted(days, 'day')} old`;
}

/**
 * Why there is no score: the column that is in the way, and every other that is not known and that the model cannot do
 * without. Null where there is one.
 */
export function missingView({ judgement, model, evidence }: Pick<Explained, 'judgement' | 'model' | 'evidence'>) {
  const { fault } = judgement;
  if (!fault) return null;
  const missing = model.inputs.filter(
    ({ name, missing: when }) => when === 'refused' && (evidence[name]?.value ?? null) === null,
  );
  const unlearnt = missing.flatMap(({ name }) => evidence[name]?.unscored ?? []);
  if (missing.length > 0 && unlearnt.length === missing.length)
    return {
      title: 'Why',
      text: 'The model does not score this file. Nothing is wrong with it: the policy below was judged, and a person decides by that.',
      items: unlearnt,
    };
  return {
    title: 'What is missing',
    text:
      missing.length > 0
        ? 'The model could not score this file: answers that it cannot do without are missing. The policy below was judged all the same, and you can decide without a score.'
        : `The model could not score this file: ${columnLabel(fault.field)} ${fault.message}. The policy below was judged all the same, and you can decide without a score.`,
    items: missing.map(({ name }) => {
      const { source, unscored } = evidence[name] ?? {};
      if (unscored !== undefined) return unscored;
      return source === undefined ? columnLabel(name) : `${columnLabel(name)}: would come from ${source}`;
    }),
  };
}
