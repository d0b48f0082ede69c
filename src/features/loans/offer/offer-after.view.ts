import type { Formats } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import { whenText } from '../key-facts/tranches.view.ts';
import type { OfferReview } from './offer-review.ts';

/** What a borrower reads once the offer is signed: what is missing, and what happens next. */
export function afterSigning(review: OfferReview, formats: Formats) {
  const { application, words, missing } = review;
  const { state, loanId, _id, version } = application;
  if (state !== 'accepted' && state !== 'part-disbursed') return null;
  const parts = words.plan;
  return {
    title: missing.length === 0 ? 'What happens next' : 'What we still need',
    missing: missing.map(({ borrower, code }) => ({ text: borrower, link: linkOf(code, _id) })),
    text:
      missing.length === 0
        ? 'Nothing is missing. A colleague pays the money out, and a second one checks it. You need to do nothing; we tell you when it is there.'
        : 'We pay out once this is done. Conditions have to be met within 60 days of signing, or the offer lapses.',
    parts:
      parts.length < 2
        ? null
        : parts.map((part) => ({
            label: `Part ${part.n}: ${whenText(part)}`,
            value: part.paid
              ? `${formats.money(part.amount)}, paid out on ${formats.date(part.paid.on)}`
              : `${formats.money(part.amount)}, to come`,
          })),
    cancel:
      state === 'accepted'
        ? {
            action: paths.cancelOffer(_id),
            version: String(version),
            text: 'You can still change your mind: nothing is paid out yet, so that cancelling costs nothing.',
          }
        : null,
    loan: state === 'part-disbursed' && loanId !== null ? { href: paths.loan(loanId), text: 'See the loan' } : null,
  };
}

/** Where the borrower can do something about it. */
function linkOf(code: OfferReview['missing'][number]['code'], applicationId: string) {
  if (code === 'identity') return { href: paths.ownIdentity, text: 'Your identity check' };
  if (code === 'bank-proof') return { href: paths.bankProof(applicationId), text: 'Prove it' };
  return null;
}

/** Why there is nothing to answer any more, and where to go on. */
export function closedNote({ application, expired }: OfferReview) {
  const { state, loanId, _id, acceptance } = application;
  if (expired) {
    return {
      kind: 'warn',
      title: 'This offer has expired',
      text: 'It was not answered in time. Nothing was borrowed and nothing is owed.',
      link: { href: paths.apply, text: 'Apply again' },
    };
  }
  switch (state) {
    case 'disbursed':
    case 'part-disbursed': {
      const link = loanId === null ? undefined : { href: paths.loan(loanId), text: 'See the loan' };
      const text = state === 'disbursed' ? 'The money is paid out.' : 'The first part is paid out; the rest follows.';
      return { kind: 'success', title: 'You accepted this offer', text, link };
    }
    case 'accepted': {
      const text = 'No money has moved yet. Below is what comes next.';
      return { kind: 'success', title: 'You signed this offer', text, link: undefined };
    }
    case 'cancelled': {
      const link = { href: paths.application(_id), text: 'See the application' };
      return { kind: 'info', title: 'You cancelled this loan', text: 'Nothing is owed any more.', link };
    }
    case 'expired': {
      const text = 'Its conditions were not met in time. Nothing was borrowed and nothing is owed.';
      const link = { href: paths.apply, text: 'Apply again' };
      return { kind: 'warn', title: acceptance ? 'This offer has lapsed' : 'This offer has expired', text, link };
    }
    default: {
      const link = { href: paths.application(_id), text: 'See the application' };
      const text = 'Nothing was borrowed and nothing is owed.';
      return { kind: 'info', title: 'You declined this offer', text, link };
    }
  }
}
