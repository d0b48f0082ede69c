import { formatsIn, type Formats } from '#core/format.ts';
import { toDecimalString } from '#core/money.ts';
import type { Actor } from '#core/roles.ts';
import { emptyForm, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { reaching, whenText } from '../key-facts/tranches.view.ts';
import { planOf } from '../offer/tranche-plan.ts';
import { explainLedger } from '../underwriting/underwriting-refusals.ts';
import { stateBadges } from '../applying/application-texts.ts';
import { destinationText } from './payout-approval.ts';
import { mostPlanRows } from './payout.forms.ts';
import type { PayoutFile } from './payouts.service.ts';

interface Facts {
  actor: Actor;
  /** A fresh key for asking. */
  key: string;
  formats: Formats;
  /** What was sent and refused, and by which form of the panel. */
  sent?: { which: 'ask' | 'met' | 'plan'; form: FormState } | undefined;
}

/** The panel of an officer's file about the payout: `views/officer/file/payout.ejs`. Null before there is an offer. */
export function filePayout(file: PayoutFile, facts: Facts) {
  const { application, blocks, conflict } = file;
  const { offer, state } = application;
  if (offer === null) return null;
  const formats = formatsIn(application.currency, facts.formats);
  const isWaiting = state === 'accepted' || state === 'part-disbursed';
  const mayAct = conflict === undefined;
  return {
    title: 'Payout',
    form: facts.sent?.form ?? emptyForm,
    note: stateBadges[state].text,
    facts: [
      { label: 'Loan', value: formats.moneyWithCurrency(offer.amount) },
      { label: 'Kept back from the first part', value: formats.money(offer.fee) },
      { label: 'Goes to', value: destinationText(application) },
      ...signedRows(file, formats),
    ],
    conflict: conflict ?? null,
    parts: partRows(file, formats),
    conditions: conditionRows(file, { ...facts, formats, open: mayAct && (isWaiting || state === 'offered') }),
    blocks: blocks.map(({ staff }) => staff),
    refusal: refusalOf(file, formats),
    pending: file.pending && {
      text: `${file.pending.by} asked for the payout. A second person decides.`,
      link: { href: paths.approval(file.pending.id), text: 'Open the request' },
    },
    ask: isWaiting && mayAct && blocks.length === 0 && !file.pending ? askOf(file, { ...facts, formats }) : null,
    plan: state === 'offered' && mayAct && file.mostParts > 1 ? planForm(file, { ...facts, formats }) : null,
  };
}

function signedRows({ application }: PayoutFile, formats: Formats) {
  const { acceptance } = application;
  if (!acceptance) return [];
  return [
    { label: 'Signed', value: formats.instant(acceptance.at) },
    ...acceptance.documents.map(({ kind, sha256 }) => ({
      label: { 'key-facts': 'Key facts', 'sanction-letter': 'Sanction letter', agreement: 'Agreement' }[kind],
      value: `${sha256.slice(0, 16)}…`,
    })),
  ];
}

const sentOnTexts: Record<string, string> = {
  kept: 'kept here; could not be sent on',
  pending: 'on its way to the other bank',
  settled: 'at the other bank',
  returned: 'came back from the other bank and is on the account here',
  refused: 'refused by the rail and is on the account here',
};

function partRows({ application, sentOn }: PayoutFile, formats: Formats) {
  const { offer, tranches } = application;
  if (offer === null) return [];
  return planOf({ tranches, offer }).map((part) => {
    const on = part.paid ? `Paid out on ${formats.date(part.paid.on)}` : 'To come';
    const sent = sentOn.get(part.n);
    return {
      label: `Part ${part.n}: ${whenText(part)}`,
      value: `${formats.money(part.amount)}, ${formats.money(reaching(part, offer.fee))} to the borrower. ${on}${sent === undefined ? '' : `; ${sentOnTexts[sent] ?? sent}`}`,
    };
  });
}

function conditionRows({ application, notes }: PayoutFile, facts: Facts & { open: boolean }) {
  const { _id, version, conditions } = application;
  return conditions.map(({ id, text, met }) => ({
    id,
    text,
    badge: met ? { kind: 'ok', text: 'Met' } : { kind: 'alert', text: 'Open' },
    note: met ? `${facts.formats.instant(met.at)}. ${notes.get(id) ?? ''}` : '',
    form:
      met === null && facts.open
        ? {
            action: `${paths.officerPayout(_id)}/met`,
            version: String(version),
            // Only the row that was sent shows what was wrong with it.
            state:
              facts.sent?.which === 'met' && facts.sent.form.values.conditionId === id ? facts.sent.form : emptyForm,
          }
        : null,
  }));
}

function refusalOf({ lastRefusal }: PayoutFile, formats: Formats) {
  return lastRefusal ? `The last try was refused. ${explainLedger(lastRefusal, formats)} No money has moved.` : null;
}

function askOf({ application }: PayoutFile, { key, formats, sent }: Facts) {
  const { offer, tranches, currency, _id, version } = application;
  const part = offer && planOf({ tranches, offer }).find(({ paid }) => paid === null);
  if (!part) return null;
  return {
    action: `${paths.officerPayout(_id)}/ask`,
    hidden: [
      { name: 'key', value: key },
      { name: 'version', value: String(version) },
      { name: 'n', value: String(part.n) },
      { name: 'amount', value: toDecimalString(part.amount, currency) },
    ],
    form: sent?.which === 'ask' ? sent.form : emptyForm,
    text: `Part ${part.n}: ${whenText(part)}. A second person with the right to pay out approves it; you cannot do both.`,
    button: `Ask to pay out ${formats.money(part.amount)}`,
  };
}

function planForm({ application, mostParts }: PayoutFile, { sent }: Facts) {
  const { offer, tranches, currency, _id, version } = application;
  const rows = Math.min(mostParts, mostPlanRows);
  const plan = offer ? planOf({ tranches, offer }) : [];
  const kept = Object.fromEntries(
    plan.flatMap(({ n, amount, stage }) => [
      [`amount${n}`, toDecimalString(amount, currency)],
      [`stage${n}`, stage],
    ]),
  );
  return {
    action: `${paths.officerPayout(_id)}/plan`,
    version: String(version),
    form: sent?.which === 'plan' ? sent.form : { values: kept, errors: {} },
    text: `Up to ${rows} parts. The borrower reads the plan in the papers and has to open the offer again after a change.`,
    unit: currency,
    rows: Array.from({ length: rows }, (_, index) => index + 1),
  };
}

/** `/officer/applications/:id/payout`: the panel as a page, also for those who do not work on files. */
export function payoutPage(file: PayoutFile, facts: Facts) {
  const { _id, reference, productName } = file.application;
  const panel = filePayout(file, facts);
  return {
    title: 'Payout',
    crumbs: [{ text: 'Approvals', href: paths.approvals }, { text: `${productName} ${reference}` }, { text: 'Payout' }],
    head: {
      title: `Payout of ${productName.toLowerCase()} ${reference}`,
      sub: panel ? panel.note : 'There is no offer yet.',
      ...(facts.actor.roles.some((role) => role === 'officer' || role === 'senior-officer')
        ? { secondary: { href: paths.officerApplication(_id), text: 'The whole file' } }
        : {}),
    },
    form: facts.sent?.form ?? emptyForm,
    panel,
  };
}
