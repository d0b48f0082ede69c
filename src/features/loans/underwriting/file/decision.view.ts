import type { Formats } from '#core/format.ts';
import { toDecimalString, zero } from '#core/money.ts';
import { RateDecimal } from '#core/rate.ts';
import { explaining } from '#features/risk/index.ts';
import { formOf, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { creditFigures } from '../../bureau/credit.rules.ts';
import { leastScoreOf } from '../adverse/adverse.rules.ts';
import { suggestedReasons } from '../adverse/suggesting.rules.ts';
import type { GridPrice } from '../pricing.rules.ts';
import { rateBand } from '../underwriting.rules.ts';
import { mostReasons, rejectionReasons } from '../deciding/reasons.rules.ts';
import type { FileFacts } from './file-facts.view.ts';
import type { OfficerFile } from './file.service.ts';
import { priceSentence } from './pricing.view.ts';

/** The two forms of a decision; each can be sent as a recommendation to a second person too. */
export function decisionForms(file: OfficerFile, facts: FileFacts) {
  const { application, product, terms, authority, price } = file;
  const { failed, formats, key } = facts;
  const { currency } = application;
  const asked = {
    amount: terms ? toDecimalString(terms.amount, currency) : '',
    annualRate: price.annualRate,
    instalments: terms ? String(terms.instalments) : '',
  };
  const band = rateBand(product.annualRate);
  const action = paths.officerApplication(application._id);
  return {
    ...{ key, currency, version: String(application.version) },
    authority: authorityText(file, formats),
    alone: authority.alone,
    // Whether a smaller amount could be approved by one person; the product has a least one.
    some: authority.room >= product.minAmount,
    final: application.contest !== null,
    approve: {
      action: `${action}/approve`,
      recommend: `${action}/recommend`,
      form: failed?.which === 'approve' ? failed.form : formOf(asked),
      unit: product.frequency.unit === 'month' && product.frequency.every === 1 ? 'months' : 'instalments',
      hints: {
        amount: `${formats.money(product.minAmount)} to ${formats.money(product.maxAmount)}`,
        annualRate: `${priceSentence(price, formats)} ${deviation(price)} From ${formats.rate(band.least)} to ${formats.rate(band.most)}.`,
        instalments: `${product.minInstalments} to ${product.maxInstalments}`,
      },
    },
    reject: {
      action: `${action}/reject`,
      recommend: `${action}/recommend-decline`,
      ...rejectStart(file, failed?.which === 'reject' ? failed.form : undefined),
    },
  };
}

/** Which rates need no word, and that every other one does. */
function deviation(price: GridPrice): string {
  return price.kind === 'grid'
    ? 'You may also lend at the product’s rate; any other rate needs a note.'
    : 'Any other rate needs a note.';
}

/** What was typed and refused, or the reasons that the assessment has itself: the officer keeps or changes them. */
function rejectStart(file: OfficerFile, refused: FormState | undefined) {
  const picked = refused ? [] : suggestionOf(file);
  const name = (index: number) => (index === 0 ? 'reason' : `reason${index + 1}`);
  const form = refused ?? formOf(Object.fromEntries(picked.map((code, index) => [name(index), code])));
  const told = 'The borrower is told the true reasons in plain words, at most four.';
  return {
    form,
    selects: reasonSelects(form.values),
    hint: picked.length === 0 ? told : `${told} Picked from the assessment: change what is not your reason.`,
  };
}

function suggestionOf({ judgement, reports, evidence }: OfficerFile) {
  const { verdict, assessment } = judgement;
  return suggestedReasons({
    policy: verdict,
    model: {
      weak: assessment !== null && assessment.approvalProbability < 0.5,
      reasons: explaining.toldReasons(assessment, evidence).map(({ code }) => code),
    },
    reports: [...reports.values()].map(({ report }) => ({ score: report.score, figures: creditFigures(report) })),
    leastScore: leastScoreOf(verdict.votes.map(({ rule }) => rule)),
    owing: owingOf(judgement),
  });
}

/** The policy's exposure has this loan in it. */
function owingOf({ facts: { exposure, amount } }: OfficerFile['judgement']): boolean {
  if (typeof exposure === 'string' || typeof amount === 'string') return false;
  return new RateDecimal(exposure.known).comparedTo(new RateDecimal(amount.known)) > 0;
}

const options = rejectionReasons.map(({ code, label }) => ({ value: code, text: label }));

/** The first is needed; the others stand folded until one of them is used. */
function reasonSelects(values: Record<string, string>) {
  const more = Array.from({ length: mostReasons - 1 }, (_, index) => ({
    name: `reason${index + 2}`,
    label: `Reason ${index + 2} (optional)`,
  }));
  return {
    first: { options: [{ value: '', text: 'Choose a reason' }, ...options] },
    more: {
      list: more,
      open: more.some(({ name }) => (values[name] ?? '') !== ''),
      options: [{ value: '', text: 'No other reason' }, ...options],
    },
  };
}

function authorityText({ authority, application }: OfficerFile, formats: Formats): string {
  const kind = application.secured ? 'secured' : 'unsecured';
  const room = formats.moneyWithCurrency(authority.room);
  const spent = authority.room === zero;
  if (authority.alone) return `You can approve up to ${room} of this ${kind} loan by yourself.`;
  return authority.needed === 'two-seniors'
    ? `This is above what one person decides. Two senior officers decide together: recommend it, and another one follows or not. ${spent ? 'By yourself you can approve nothing more for this customer.' : `By yourself you can approve up to ${room}.`}`
    : `${spent ? 'What this customer owes us already is all that you may lend by yourself.' : `You can approve up to ${room} for this customer by yourself, and this is more.`} Recommend it, and a senior officer decides.`;
}
