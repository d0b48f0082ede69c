import type { Formats } from '#core/format.ts';
import { toDecimalString } from '#core/money.ts';
import { emptyForm, formOf } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { rateBand } from '../underwriting.rules.ts';
import { mostReasons, rejectionReasons } from '../deciding/reasons.rules.ts';
import type { FileFacts } from './file-facts.view.ts';
import type { OfficerFile } from './file.service.ts';

/** The two forms of a decision; each can be sent as a recommendation to a second person too. */
export function decisionForms(file: OfficerFile, facts: FileFacts) {
  const { application, product, terms, authority } = file;
  const { failed, formats, key } = facts;
  const { currency } = application;
  const asked = {
    amount: terms ? toDecimalString(terms.amount, currency) : '',
    annualRate: terms?.annualRate ?? product.annualRate,
    instalments: terms ? String(terms.instalments) : '',
  };
  const band = rateBand(product.annualRate);
  const action = paths.officerApplication(application._id);
  return {
    ...{ key, currency, version: String(application.version) },
    authority: authorityText(file, formats),
    alone: authority.alone,
    final: application.contest !== null,
    approve: {
      action: `${action}/approve`,
      recommend: `${action}/recommend`,
      form: failed?.which === 'approve' ? failed.form : formOf(asked),
      unit: product.frequency.unit === 'month' && product.frequency.every === 1 ? 'months' : 'instalments',
      hints: {
        amount: `${formats.money(product.minAmount)} to ${formats.money(product.maxAmount)}`,
        annualRate: `${formats.rate(band.least)} to ${formats.rate(band.most)}; the product’s is ${formats.rate(product.annualRate)}`,
        instalments: `${product.minInstalments} to ${product.maxInstalments}`,
      },
    },
    reject: {
      action: `${action}/reject`,
      recommend: `${action}/recommend-decline`,
      form: failed?.which === 'reject' ? failed.form : emptyForm,
      selects: reasonSelects(failed?.which === 'reject' ? failed.form.values : {}),
    },
  };
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
  if (authority.alone) return `You can approve up to ${room} of this ${kind} loan by yourself.`;
  return authority.needed === 'two-seniors'
    ? `This is above what one person decides. Two senior officers decide together: recommend it, and another one follows or not. By yourself you can approve up to ${room}.`
    : `This is above your authority of ${room} for this customer. Recommend it, and a senior officer decides.`;
}
