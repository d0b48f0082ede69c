import { formatsIn, type Formats } from '#core/format.ts';
import { toDecimalString } from '#core/money.ts';
import type { Actor } from '#core/roles.ts';
import { emptyForm, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { whenText } from '../key-facts/tranches.view.ts';
import { explainLedger } from '../underwriting/underwriting-refusals.ts';
import { destinationText } from './payout-approval.ts';
import { mostPlanRows } from './payout.forms.ts';
import { blockTexts, feeRows, nextOf, partRows, standingOf } from './payout-words.view.ts';
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
    note: standingOf(state),
    next: nextOf(file),
    facts: [
      { label: 'Loan', value: formats.moneyWithCurrency(offer.amount) },
      ...feeRows(file, formats),
      {
        label: 'Goes to',
        value: application.acceptance ? destinationText(application) : 'The borrower chooses when they sign',
      },
      ...signedRows(file, formats),
    ],
    conflict: conflict ?? null,
    parts: partRows(file, formats),
    conditions: conditionRows(file, { ...facts, formats, open: mayAct && (isWaiting || state === 'offered') }),
    blocks: blockTexts(blocks),
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
  const { acceptance, _id } = application;
  if (!acceptance) return [];
  return [
    { label: 'Signed', value: formats.instant(acceptance.at) },
    ...acceptance.documents.map(({ kind, sha256 }) => ({
      label: { 'key-facts': 'Key facts', 'sanction-letter': 'Sanction letter', agreement: 'Agreement' }[kind],
      value: `${sha256.slice(0, 16)}…`,
      href: paths.signedPaper(_id, kind),
    })),
  ];
}

function conditionRows({ application, words, notes }: PayoutFile, facts: Facts & { open: boolean }) {
  const { _id, version } = application;
  return words.conditions.map(({ id, text, met }) => ({
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

function askOf({ application, words }: PayoutFile, { key, formats, sent }: Facts) {
  const { currency, _id, version } = application;
  const part = words.plan.find(({ paid }) => paid === null);
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
    text: `${words.plan.length > 1 ? `Part ${part.n}: ${whenText(part)}` : 'All of the loan at once'}. A second person with the right to pay out approves it; you cannot do both.`,
    button: `Ask to pay out ${formats.money(part.amount)}`,
  };
}

function planForm({ application, words, mostParts }: PayoutFile, { sent }: Facts) {
  const { currency, _id, version } = application;
  const rows = Math.min(mostParts, mostPlanRows);
  const kept = Object.fromEntries(
    words.plan.flatMap(({ n, amount, stage }) => [
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
  const isOfficer = facts.actor.roles.some((role) => role === 'officer' || role === 'senior-officer');
  return {
    title: 'Payout',
    crumbs: isOfficer
      ? [
          { text: 'Queue', href: paths.officer },
          { text: reference, href: paths.officerApplication(_id) },
          { text: 'Payout' },
        ]
      : [{ text: 'Approvals', href: paths.approvals }, { text: `${productName} ${reference}` }, { text: 'Payout' }],
    head: {
      title: `Payout of ${productName.toLowerCase()} ${reference}`,
      ...(panel ? {} : { sub: 'There is no offer yet.' }),
      ...(isOfficer ? { secondary: { href: paths.officerApplication(_id), text: 'The whole file' } } : {}),
    },
    form: facts.sent?.form ?? emptyForm,
    panel,
  };
}
