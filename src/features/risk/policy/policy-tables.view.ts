import type { Formats } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import type { PolicyContent, PolicyLimits } from './policy.ts';
import { grades } from './policy-content.ts';
import {
  asksText,
  factLabel,
  limitNames,
  limitText,
  lineText,
  reasonText,
  scopeText,
  spreadText,
  unknownText,
  type Difference,
  type PolicyNames,
} from './policy-words.ts';
import { bandsOf } from './pricing.ts';

export interface TableParts {
  names: PolicyNames;
  formats: Formats;
  /** Whether a rule leads to its form. */
  editing?: 'editing' | undefined;
}

/** A policy in plain words: its rules, prices and limits. */
export function policyTables(content: PolicyContent, parts: TableParts) {
  return {
    rules: rulesTable(content, parts),
    prices: pricesTable(content, parts),
    noPrices: {
      title: 'No prices',
      text: 'The rate of the product holds for every grade and term.',
      action: undefined,
    },
    limits: limitRows(content, parts),
  };
}

function rulesTable({ rules }: PolicyContent, { names, formats, editing }: TableParts) {
  return {
    caption: 'Rules',
    captionHidden: true,
    columns: [
      { key: 'rule', label: 'Looks at' },
      { key: 'asks', label: 'Vote' },
      { key: 'unknown', label: 'Where not known', hideSmall: true },
      { key: 'reason', label: 'Reason given', hideSmall: true },
    ],
    rows: rules.map((rule) => ({
      cells: {
        rule: {
          text: factLabel(rule.fact),
          sub: scopeText(rule, names),
          ...(editing ? { href: paths.riskPolicyRule(rule.code) } : {}),
        },
        asks: { text: asksText(rule, formats), subSmall: `${unknownText(rule)} where not known` },
        unknown: unknownText(rule),
        reason: { text: reasonText(rule, names), sub: rule.code },
      },
    })),
  };
}

function pricesTable({ pricing }: PolicyContent, { names, formats }: TableParts) {
  if (pricing.length === 0) return null;
  const bands = bandsOf(pricing);
  return {
    caption: 'Percentage points added to the rate of the product, by grade',
    captionHidden: true,
    columns: [
      { key: 'line', label: 'Product and term' },
      ...grades.map((grade) => ({ key: grade, label: grade, kind: 'num' })),
    ],
    rows: bands.map((band) => ({
      cells: {
        line: lineCell(lineText(band, { bands, names })),
        ...Object.fromEntries(
          grades.map((grade) => [grade, band.spreads[grade] ? spreadText(band.spreads[grade], formats) : '–']),
        ),
      },
    })),
  };
}

const lineCell = ({ product, band }: ReturnType<typeof lineText>) => ({ text: product, sub: band });

function limitRows({ limits }: PolicyContent, { formats }: TableParts) {
  return (Object.keys(limitNames) as (keyof PolicyLimits)[]).map((name) => ({
    label: limitNames[name],
    value: limitText(name, limits[name], formats),
  }));
}

/** What changes from one policy to another; null where nothing does. */
export function changesTable(changed: readonly Difference[], sides: { before: string; after: string }) {
  if (changed.length === 0) return null;
  return {
    caption: 'Changes',
    captionHidden: true,
    columns: [
      { key: 'what', label: 'Part' },
      { key: 'before', label: sides.before },
      { key: 'after', label: sides.after },
    ],
    rows: changed.map(({ section, label, before, after }) => ({
      cells: {
        what: { text: label, sub: section },
        before: before === '' ? 'Nothing' : before,
        after: after === '' ? 'Nothing' : after,
      },
    })),
  };
}
