import type { PlainDate } from '#core/calendar.ts';
import type { Formats } from '#core/format.ts';
import { larger, moneyOf, smaller, toDecimalString, type Money } from '#core/money.ts';
import type { Result } from '#core/result.ts';
import type { ApprovalRequest } from '#features/approvals/index.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { Estimate, EstimateRefusal } from '../estimate.ts';
import { termsOfVersion, type ProductVersion } from '../product.model.ts';
import { differences, termText } from '../plain-words.ts';
import type { OpenDraft } from './drafts.service.ts';

export interface Sample {
  amount: Money;
  instalments: number;
}

interface CompareFacts {
  live: ProductVersion | undefined;
  draft: OpenDraft;
  /** The draft as a version that could be lent by. */
  asVersion: ProductVersion;
  estimate(product: ProductVersion, asked: Sample & { disbursedOn: PlainDate }): Result<Estimate, EstimateRefusal>;
  sample: Sample;
  sampleForm: FormState;
  pending: ApprovalRequest | undefined;
  form: FormState;
  key: string;
  today: PlainDate;
  formats: Formats;
}

/** In the middle of what both lend, so that the example can be worked out for both. */
export function usualSample(draft: ProductVersion, live: ProductVersion | undefined): Sample {
  const both = live ? [draft, live] : [draft];
  const least = both.map(({ minAmount }) => minAmount).reduce(larger);
  const most = both.map(({ maxAmount }) => maxAmount).reduce(smaller);
  const middle = ((least + most) / 2n / 100_000n) * 100_000n;
  const amount = middle >= least && middle <= most ? middle : least;
  return { amount: moneyOf(amount), instalments: Math.min(...both.map(({ maxInstalments }) => maxInstalments)) };
}

/** `/products/:code/compare`: what the draft says otherwise than the live version, and what a loan would cost. */
export function comparePage(facts: CompareFacts) {
  const { live, draft, pending, formats, form } = facts;
  const { code, terms } = draft;
  const changed = differences(live && termsOfVersion(live), terms, formats);
  const next = (live?.version ?? 0) + 1;
  return {
    title: `Compare ${terms.name}`,
    crumbs: [
      { text: 'Products', href: paths.products },
      { text: terms.name, href: live ? paths.product(code) : paths.productDraft(code) },
      { text: 'Compare' },
    ],
    head: {
      title: live ? `Draft against version ${live.version}` : `Draft of ${terms.name}`,
      sub: live ? `${terms.name}: only what would change` : 'A new product: everything it would say',
      ...(pending ? {} : { secondary: { href: paths.productDraft(code), text: 'Edit the draft' } }),
    },
    form,
    changes: changed.length === 0 ? null : changesTable(changed, live !== undefined),
    none: { title: 'Nothing would change', text: 'The draft says what the live version says.', action: undefined },
    example: exampleOf(facts),
    pending: pending && {
      kind: 'info',
      title: `${pending.maker.name} asked for publication on ${formats.instant(pending.at)}`,
      text: 'A second person decides.',
      link: { href: paths.approval(pending.id), text: 'Open the request' },
    },
    ask:
      pending || changed.length === 0
        ? null
        : {
            action: `${paths.productDraft(code)}/publication`,
            key: facts.key,
            version: String(draft.version),
            title: `Ask for version ${next}`,
            text: 'A second person approves it. New applications then go by it from that day on; applications and loans that are there keep their version.',
          },
  };
}

function changesTable(changed: ReturnType<typeof differences>, compared: boolean) {
  return {
    caption: 'What would change',
    captionHidden: true,
    columns: [
      { key: 'what', label: 'Term' },
      ...(compared ? [{ key: 'before', label: 'Live' }] : []),
      { key: 'after', label: 'Draft' },
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

function exampleOf(facts: CompareFacts) {
  const { live, asVersion, sample, formats, today } = facts;
  const cost = (product: ProductVersion) =>
    figuresOf(facts.estimate(product, { ...sample, disbursedOn: today }), formats);
  const before = live && cost(live);
  const after = cost(asVersion);
  return {
    title: `Example: ${formats.moneyWithCurrency(sample.amount)} over ${termText(asVersion, sample.instalments)}`,
    form: {
      ...facts.sampleForm,
      values: {
        amount: toDecimalString(sample.amount, formats.currency),
        instalments: String(sample.instalments),
        ...facts.sampleForm.values,
      },
    },
    action: paths.productComparison(facts.draft.code),
    currency: formats.currency,
    table: {
      caption: `Cost of the example, amounts in ${formats.currency}`,
      captionHidden: true,
      columns: [
        { key: 'what', label: 'Figure' },
        ...(before ? [{ key: 'before', label: 'Live', kind: 'num' }] : []),
        { key: 'after', label: 'Draft', kind: 'num' },
      ],
      rows: figureNames.map((name, index) => ({
        cells: { what: name, before: before?.[index] ?? '', after: after[index] ?? '' },
      })),
    },
  };
}

const figureNames = ['Instalment', 'Last instalment', 'Fees at payout', 'Interest in all', 'Repaid in all', 'APR'];

function figuresOf(cost: Result<Estimate, EstimateRefusal>, formats: Formats): string[] {
  if (!cost.ok) return figureNames.map((_, index) => (index === 0 ? 'Not lent' : '–'));
  const { instalment, lastInstalment, fee, totalInterest, totalRepaid, aprPercent } = cost.value;
  const amounts = [instalment, lastInstalment, fee, totalInterest, totalRepaid].map((amount) => formats.money(amount));
  return [...amounts, aprPercent === null ? 'Not available' : formats.rate(aprPercent)];
}
