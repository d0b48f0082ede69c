import type { Formats } from '#core/format.ts';
import { plus, zero } from '#core/money.ts';
import { loanName, partyItems } from './document-frame.ts';
import type { DocumentPlace } from './document-place.view.ts';
import type { InterestCertificate, NoDues } from './documents.service.ts';

/** `/loans/:id/interest-certificate`: what was paid in a calendar year. */
export function interestPage(
  certificate: InterestCertificate,
  { place, years, formats }: { place: DocumentPlace; years: readonly number[]; formats: Formats },
) {
  const { year, loan } = certificate;
  const path = `${place.href}/interest-certificate`;
  return {
    title: interestTitle(year),
    crumbs: [...place.crumbs, { text: 'Interest certificate' }],
    head: {
      title: interestTitle(year),
      sub: loanName(loan),
      action: { href: `${path}.pdf?year=${year}`, text: 'Download PDF' },
      secondary: place.back,
    },
    years: years.map((one) => ({ text: String(one), href: `${path}?year=${one}`, current: one === year })),
    figures: interestFigures(certificate, formats),
    sentence: interestSentence(certificate, formats),
    items: interestItems(certificate, formats),
  };
}

/** The years to choose from, with what was wrong with the one that was asked for. */
export function yearsPage(facts: { place: DocumentPlace; years: readonly number[]; about: string }) {
  const { place, years, about } = facts;
  const path = `${place.href}/interest-certificate`;
  return {
    title: 'Interest certificate',
    crumbs: [...place.crumbs, { text: 'Interest certificate' }],
    head: { title: 'Interest certificate', sub: about, secondary: place.back },
    years: years.map((one) => ({ text: String(one), href: `${path}?year=${one}`, current: false })),
    alert: {
      kind: 'warn',
      title: 'Choose a year of the loan',
      text: `There is a certificate for ${yearsText(years)}.`,
    },
  };
}

function yearsText(years: readonly number[]): string {
  const [last] = years;
  const first = years.at(-1);
  if (last === first) return String(last);
  return years.length === 2 ? `${first} and ${last}` : `every year from ${first} to ${last}`;
}

export function interestTitle(year: number): string {
  return `Interest certificate ${year}`;
}

export function interestFigures({ paid, outstanding, period }: InterestCertificate, formats: Formats) {
  return [
    { label: 'Interest paid', value: formats.money(paid.interest), note: formats.currency },
    { label: 'Principal repaid', value: formats.money(plus(paid.principal, paid.ahead)), note: formats.currency },
    { label: 'Outstanding principal', value: formats.money(outstanding), note: `on ${formats.date(period.to)}` },
  ];
}

export function interestSentence({ period, isFinal, borrower, loan }: InterestCertificate, formats: Formats): string {
  const who = borrower === '' ? 'the borrower' : borrower;
  const days = `from ${formats.date(period.from)} to ${formats.date(period.to)}`;
  const so = isFinal ? '' : ' The year is not over: later payments are not in these figures.';
  return `We certify what ${who} paid for ${loanName(loan)} ${days}. Amounts count in the year in which they were used for the loan.${so}`;
}

export function interestItems(certificate: InterestCertificate, formats: Formats) {
  const { paid, keptBack, period } = certificate;
  const principal = plus(paid.principal, paid.ahead);
  const waiting = paid.ahead === zero ? '' : ', with what was paid ahead of its instalment';
  return [
    ...partyItems(certificate),
    { label: 'Period', value: `${formats.date(period.from)} to ${formats.date(period.to)}` },
    { label: 'Interest paid', value: formats.moneyWithCurrency(paid.interest), total: true },
    { label: 'Principal repaid', value: `${formats.moneyWithCurrency(principal)}${waiting}` },
    { label: 'Penalties paid', value: formats.moneyWithCurrency(paid.penalty) },
    { label: 'Fees paid', value: formats.moneyWithCurrency(paid.fee) },
    ...(keptBack === zero ? [] : [{ label: 'Fee kept back at payout', value: formats.moneyWithCurrency(keptBack) }]),
  ];
}

/** `/loans/:id/no-dues`: that nothing is owed any more. */
export function noDuesPage(certificate: NoDues, { place, formats }: { place: DocumentPlace; formats: Formats }) {
  return {
    title: noDuesTitle,
    crumbs: [...place.crumbs, { text: 'No dues' }],
    head: {
      title: noDuesTitle,
      sub: `Reference ${certificate.reference}`,
      action: { href: `${place.href}/no-dues.pdf`, text: 'Download PDF' },
      secondary: place.back,
    },
    sentence: noDuesSentence(certificate, formats),
    items: noDuesItems(certificate, formats),
  };
}

export const noDuesTitle = 'Certificate of no dues';

export function noDuesSentence({ borrower, loan, closedOn, ended }: NoDues, formats: Formats): string {
  const who = borrower === '' ? 'the borrower' : borrower;
  const amount = formats.moneyWithCurrency(loan.principal);
  if (ended === 'cancelled')
    return `We certify that ${who} has cancelled ${loanName(loan)} of ${amount} within its cooling-off time and paid back what was paid out. The loan was closed on ${formats.date(closedOn)}, and nothing is owed under it: no principal, no interest, no fees and no penalties.`;
  return `We certify that ${who} has repaid ${loanName(loan)} of ${amount} in full. The loan was closed on ${formats.date(closedOn)}, and nothing is owed under it: no principal, no interest, no fees and no penalties.`;
}

export function noDuesItems(certificate: NoDues, formats: Formats) {
  const { loan, closedOn, reference, today } = certificate;
  return [
    { label: 'Reference', value: reference },
    ...partyItems(certificate),
    { label: 'Paid out on', value: formats.date(loan.disbursedOn) },
    { label: 'Amount borrowed', value: formats.moneyWithCurrency(loan.principal) },
    { label: 'Closed on', value: formats.date(closedOn) },
    { label: 'Owed now', value: formats.moneyWithCurrency(zero), total: true },
    { label: 'Prepared on', value: formats.date(today) },
  ];
}

/** Where the loan is not closed: why there is no certificate yet, and what to do. */
export function notClosedPage(about: string, { place, state }: { place: DocumentPlace; state: string }) {
  const text =
    state === 'written-off'
      ? 'This loan was written off and not repaid, so that there is no certificate of no dues for it.'
      : 'This loan is not repaid yet. The certificate is ready on the day on which the last of it is paid.';
  return {
    title: noDuesTitle,
    crumbs: [...place.crumbs, { text: 'No dues' }],
    head: { title: noDuesTitle, sub: about, secondary: place.back },
    alert: { kind: 'info', title: 'There is no certificate for this loan', text },
  };
}
