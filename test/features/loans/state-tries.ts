import { newId } from '#core/ids.ts';
import type { Role } from '#core/roles.ts';
import type { Application } from '#features/loans/index.ts';
import type { ApplicationAction, ApplicationState } from '#features/loans/applying/application-states.ts';
import { testPassword, type TestPortal } from '#test/portal.ts';
import { answers } from './section-fields.ts';
import type { Person, StateFile, Wish } from './state-builders.ts';
import { maker } from './underwriting-builders.ts';

type Fields = Record<string, string>;
interface Sent {
  path: string;
  fields: Fields;
}
interface Facts {
  bank: TestPortal;
  file: StateFile;
  owner: Person;
  /** As it is now: what a page would have shown. */
  application: Application;
}

/** One way over HTTP to try an action. */
export interface Try {
  action: Exclude<ApplicationAction, 'expire'>;
  /** What the same request is, where the application and not the person says which of two actions it comes to. */
  also?: Exclude<ApplicationAction, 'expire'>;
  name: string;
  /** Who may send it at all; the tests hold it against the permission that the table names. */
  roles: readonly Role[];
  /** From where this way is legal, and with what the application must be made for it. */
  from: Partial<Record<ApplicationState, Wish>>;
  request(facts: Facts): Promise<Sent>;
}

const borrowers = ['borrower'] as const;
const officers = ['officer', 'senior-officer'] as const;
const seniors = ['senior-officer'] as const;
const payers = ['senior-officer', 'finance'] as const;

const applicant =
  (path: string, fields: () => Fields) =>
  ({ application }: Facts) =>
    Promise.resolve({
      path: `/loans/apply/${application._id}/${path}`,
      fields: { ...fields(), version: String(application.version) },
    });
const desk =
  (path: string, fields: () => Fields) =>
  ({ application }: Facts) =>
    Promise.resolve({
      path: `/officer/applications/${application._id}/${path}`,
      fields: { ...fields(), version: String(application.version) },
    });

const lent = { amount: '15,000.00', annualRate: '10.9', instalments: '24', conditions: '', note: 'As recommended' };
const turnedDown = { reason: 'debt-too-high', rejectionNote: 'Too much debt' };

/** The request of the kind that waits on this file, or one that nobody should have been able to make. */
async function requestOf({ bank, file }: Facts, order: { kind: string; payload: Fields | { n: number } }) {
  const { approvals } = bank.services;
  const subject = { type: 'application', id: file.id };
  const open = (await approvals.pendingOf(subject)).find(({ kind }) => kind === order.kind);
  if (open) return open;
  const asked = await approvals.request({
    ...{ id: newId(), kind: order.kind, subject, href: '/officer', title: 'A request of a test' },
    ...{ payload: { ...order.payload, applicationId: file.id }, partyId: file.partyId, maker, reason: 'A test' },
  });
  if (!asked.ok) throw new Error(asked.refusal.message);
  return asked.value;
}

const checking =
  (decision: 'approve' | 'reject', order: Parameters<typeof requestOf>[1], fields: Fields) => async (facts: Facts) => {
    const { id, version } = await requestOf(facts, order);
    return { path: `/approvals/${id}/${decision}`, fields: { ...fields, version: String(version) } };
  };

const toApprove = {
  kind: 'loan-decision',
  payload: {
    ...{ outcome: 'approve', makerRole: 'officer' },
    ...{ amount: '15000.00', annualRate: '10.9' },
    instalments: 24 as unknown as string,
  },
};
const toReject = {
  kind: 'loan-decision',
  payload: { outcome: 'reject', makerRole: 'officer', reasons: ['debt-too-high'] as unknown as string },
};
const toPay = { kind: 'loan-payout', payload: { n: 1 } };

async function signing({ bank, application }: Facts): Promise<Sent> {
  const shown = await bank.services.underwriting.offerDocuments(application);
  const hash = (kind: string) => shown.find((one) => one.kind === kind)?.sha256 ?? '0'.repeat(64);
  const papers = {
    keyFacts: hash('key-facts'),
    sanctionLetter: hash('sanction-letter'),
    agreement: hash('agreement'),
  };
  return {
    path: `/loans/apply/${application._id}/offer/accept`,
    fields: {
      ...papers,
      ...{ version: String(application.version), read: 'yes', typedName: 'Test Borrower', password: testPassword },
    },
  };
}

/** What the page of the loan carries, or what somebody makes up who has no such page. */
async function givingBack({ bank, file, owner, application: { loanId } }: Facts): Promise<Sent> {
  const path = `/loans/${loanId ?? newId()}/cancel`;
  const { text } = loanId === null ? { text: '' } : await owner.get(path);
  const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1];
  const [account] = await bank.services.accounts.listOwn(file.partyId);
  const made = { key: newId(), seen: '1', shown: '15000.00' };
  return {
    path,
    fields: {
      key: hidden('key') ?? made.key,
      seen: hidden('seen') ?? made.seen,
      shown: hidden('shown') ?? made.shown,
      accountId: account?.id ?? newId(),
    },
  };
}

const plain: Wish = {};

export const tries: readonly Try[] = [
  {
    ...{ action: 'save', name: 'a section', roles: borrowers, from: { draft: plain, returned: plain } },
    request: applicant('terms', () => ({ ...answers.terms, action: 'save' })),
  },
  {
    ...{ action: 'submit', name: 'the review', roles: borrowers, from: { draft: plain, returned: plain } },
    request: applicant('review', () => ({ truthful: 'yes', creditBureau: 'yes' })),
  },
  {
    ...{ action: 'withdraw', name: 'withdraw', roles: borrowers },
    from: { draft: plain, submitted: plain, asked: plain, returned: plain, proposed: plain },
    request: applicant('withdraw', () => ({})),
  },
  {
    ...{ action: 'answer', name: 'the questions', roles: borrowers, from: { asked: plain } },
    request: applicant('questions', () => ({ answer1: 'The red one' })),
  },
  {
    ...{ action: 'contest', name: 'contest', roles: borrowers, from: { rejected: plain } },
    request: applicant('contest', () => ({ text: 'My debt is paid' })),
  },
  {
    ...{ action: 'ask', name: 'ask', roles: officers, from: { submitted: plain } },
    request: desk('ask', () => ({ question1: 'Which roof?', about1: '' })),
  },
  {
    ...{ action: 'return', name: 'return', roles: officers, from: { submitted: plain } },
    request: desk('return', () => ({ key: newId(), returnWords: 'Change it' })),
  },
  {
    ...{ action: 'refer', name: 'refer', roles: officers, from: { submitted: plain } },
    request: desk('refer', () => ({ key: newId(), referNote: 'A senior should look' })),
  },
  {
    ...{ action: 'resume', name: 'resume', roles: officers, from: { asked: plain, returned: plain } },
    request: desk('resume', () => ({})),
  },
  {
    ...{ action: 'propose', name: 'recommend', roles: officers, from: { submitted: plain } },
    request: desk('recommend', () => ({ ...lent, key: newId() })),
  },
  {
    ...{ action: 'propose', name: 'recommend to decline', roles: officers, from: { submitted: plain } },
    request: desk('recommend-decline', () => ({ ...turnedDown, rejectionKey: newId() })),
  },
  {
    ...{ action: 'approve', name: 'alone', roles: officers, from: { submitted: plain } },
    request: desk('approve', () => lent),
  },
  {
    ...{ action: 'approve', name: 'as recommended', roles: seniors, from: { proposed: plain } },
    request: checking('approve', toApprove, { note: '' }),
  },
  {
    ...{ action: 'reject', name: 'alone', roles: officers, from: { submitted: plain } },
    request: desk('reject', () => turnedDown),
  },
  {
    ...{ action: 'reject', name: 'as recommended', roles: seniors, from: { proposed: { recommended: 'reject' } } },
    request: checking('approve', toReject, { note: '' }),
  },
  {
    ...{ action: 'send-back', name: 'not as recommended', roles: seniors, from: { proposed: plain } },
    request: checking('reject', toApprove, { reason: 'Ask again' }),
  },
  { action: 'accept', name: 'sign', roles: borrowers, from: { offered: plain }, request: signing },
  {
    ...{ action: 'decline', name: 'decline', roles: borrowers, from: { offered: plain } },
    request: applicant('offer/decline', () => ({})),
  },
  {
    ...{ action: 'cancel', name: 'before the money', roles: borrowers, from: { accepted: plain } },
    request: applicant('offer/cancel', () => ({})),
  },
  {
    ...{ action: 'cancel', name: 'after the money', roles: borrowers },
    from: { 'part-disbursed': plain, disbursed: plain },
    request: givingBack,
  },
  {
    ...{ action: 'disburse-part', name: 'approve a part', roles: payers },
    from: { accepted: { parts: 2 }, 'part-disbursed': { parts: 3 } },
    request: paying,
  },
  {
    ...{ action: 'disburse', also: 'disburse-part', name: 'approve the last part', roles: payers },
    from: { accepted: plain, 'part-disbursed': { parts: 2 } },
    request: paying,
  },
];

/** A request for the next part, or for the first one where there is none. */
async function paying(facts: Facts): Promise<Sent> {
  const { tranches } = facts.application;
  const n = tranches.find(({ paid }) => paid === null)?.n ?? 1;
  return checking('approve', { ...toPay, payload: { n } }, { note: '' })(facts);
}
