import type { Formats } from '#core/format.ts';
import type { ApprovalRequest } from '#features/approvals/index.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { BaseRate } from '../base-rates/base-rate.model.ts';
import { mostBuckets, mostFees } from '../product-terms.ts';
import type { Control } from './draft-controls.view.ts';
import { formSections } from './draft-fields.view.ts';
import { bucketControls, feeControls } from './draft-rows.view.ts';
import type { OpenDraft } from './drafts.service.ts';

interface DraftFacts {
  code: string;
  name: string;
  draft: OpenDraft | undefined;
  pending: ApprovalRequest | undefined;
  form: FormState;
  baseRates: readonly BaseRate[];
  formats: Formats;
}

/** `/products/:code/draft`: every field of the next version, in one column. */
export function draftPage(facts: DraftFacts) {
  const { code, name, draft, pending, form, formats } = facts;
  const latest = new Map(facts.baseRates.map((rate) => [rate.code, rate.name]));
  const baseRates = [...latest].map(([value, text]) => ({ value, text: `${text} (${value})` }));
  return {
    title: `Draft of ${name}`,
    crumbs: [{ text: 'Products', href: paths.products }, { text: name, href: paths.product(code) }, { text: 'Draft' }],
    head: {
      title: `Draft of ${name}`,
      sub: draft
        ? `Saved by ${draft.changedBy.name} on ${formats.instant(draft.changedAt)}`
        : 'Not saved yet. Nobody outside staff sees a draft',
      ...(draft ? { secondary: { href: paths.productComparison(code), text: 'Compare with live' } } : {}),
    },
    form,
    action: paths.productDraft(code),
    discard: draft && !pending ? { action: `${paths.productDraft(code)}/discard` } : null,
    locked: pending
      ? {
          kind: 'info',
          title: 'This draft waits for a second person',
          text: 'It can be changed again when the request is decided or withdrawn.',
          link: { href: paths.approval(pending.id), text: 'Open the request' },
        }
      : null,
    version: form.values.version ?? '0',
    sections: formSections({ currency: formats.currency, baseRates }),
    fees: rowsOf(mostFees, 'Fee', { form, controls: feeControls, used: (row) => form.values[`fee${row}Code`] }),
    buckets: rowsOf(mostBuckets, 'Bucket', {
      form,
      controls: bucketControls,
      used: (row) => form.values[`bucket${row}Code`],
    }),
  };
}

interface Row {
  legend: string;
  controls: Control[];
}

/** Rows that hold something and one empty one; the others are folded away until they are needed or wrong. */
function rowsOf(
  most: number,
  noun: string,
  facts: { form: FormState; controls: (row: number) => Control[]; used: (row: number) => string | undefined },
) {
  const { form, controls, used } = facts;
  const numbers = Array.from({ length: most }, (_, index) => index + 1);
  const lastUsed = numbers.findLast((row) => (used(row) ?? '') !== '') ?? 0;
  const rows = numbers.map((row): Row => ({ legend: `${noun} ${row}`, controls: controls(row) }));
  const folded = rows.slice(lastUsed + 1);
  const wrong = folded.some((row) => row.controls.some(({ name }) => form.errors[name] !== undefined));
  return { shown: rows.slice(0, lastUsed + 1), folded, open: wrong };
}
