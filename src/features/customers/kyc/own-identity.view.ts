import type { Formats } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import type { KycStanding } from './kyc-reading.ts';
import { isSettled, verdictOf, type CheckName, type KycState } from './kyc.rules.ts';
import { stateBadges } from './kyc-texts.ts';

interface Words {
  title: string;
  text: string;
  kind: 'info' | 'warn' | 'success';
}

/** A customer reads what they can do; what the bank found out about them by itself stays with the staff. */
export function ownIdentityPage({ standing, formats }: { standing: KycStanding; formats: Formats }) {
  const { state } = standing;
  const words = wordsOf(standing, formats);
  return {
    title: 'Your identity check',
    crumbs: [{ href: paths.profile, text: 'Your details' }, { text: 'Your identity check' }],
    head: {
      title: 'Your identity check',
      badge:
        state === 'rejected'
          ? { kind: 'alert', text: 'Not confirmed' }
          : { ...stateBadges[state], text: ownState[state] },
      sub: 'The law asks us to know who you are before we pay a loan out to you.',
    },
    words,
    table: state === 'rejected' ? undefined : tableOf(standing),
    next: nextSteps(standing),
    action: actionOf(standing),
  };
}

const ownState: Record<KycState, string> = {
  'not-started': 'Not started',
  pending: 'Under way',
  verified: 'Confirmed',
  rejected: 'Not confirmed',
  expired: 'Ended',
};

function wordsOf({ state, reverifyOn }: KycStanding, formats: Formats): Words {
  switch (state) {
    case 'verified':
      return {
        kind: 'success',
        title: 'We know who you are',
        text: `There is nothing to do until ${formats.date(reverifyOn ?? '')}. We tell you 30 days before.`,
      };
    case 'rejected':
      return {
        kind: 'warn',
        title: 'We could not confirm your identity',
        text: 'We cannot pay a loan out to you for now. Your accounts and running loans are as they were.',
      };
    case 'expired':
      return {
        kind: 'warn',
        title: 'Your check has ended',
        text: `It counted until ${formats.date(reverifyOn ?? '')}. Show us your documents again before a new loan is paid out.`,
      };
    case 'pending':
      return {
        kind: 'info',
        title: 'Your check is under way',
        text: 'Below you see what is settled and what is missing. You can use your accounts meanwhile.',
      };
    case 'not-started':
      return {
        kind: 'info',
        title: 'Your check has not begun',
        text: 'It begins by itself when you send a loan application. For your accounts alone you need do nothing.',
      };
  }
}

function tableOf({ checks }: KycStanding) {
  const document = (name: CheckName) =>
    isSettled(checks, name) ? settled : { badge: { kind: 'alert', text: 'Needed' } };
  const ours = isSettled(checks, 'screening') && isSettled(checks, 'duplicates');
  const age = verdictOf(checks, 'age');
  const row = (what: string, sub: string, state: object) => ({ cells: { what: { text: what, sub }, state } });
  return {
    caption: 'What we look at',
    captionHidden: true,
    columns: [
      { key: 'what', label: 'What', grow: true },
      { key: 'state', label: 'How it stands' },
    ],
    rows: [
      row('A document with your picture', 'A passport, an identity card or a driving licence', document('identity')),
      row(
        'A document with your address',
        'A bill or an official letter from the last three months',
        document('address'),
      ),
      row(
        'Your birth date',
        'You have to be 18 or older',
        age === 'passed' ? settled : { badge: { kind: 'alert', text: age === 'failed' ? 'Under 18' : 'Needed' } },
      ),
      row(
        'What we check ourselves',
        'You do nothing for this',
        ours ? settled : { badge: { kind: 'info', text: 'With us', icon: 'clock' } },
      ),
    ],
  };
}

const settled = { badge: { kind: 'ok', text: 'Settled' } };

function nextSteps({ state, checks }: KycStanding): string {
  if (state === 'verified')
    return 'If your name or address changes, change your details here. We then ask for a new document.';
  if (state === 'rejected') return 'Write to us. We tell you what we need, and somebody else looks at it once more.';
  const sent = (['identity', 'address', 'age'] as const).every((name) => isSettled(checks, name));
  if (sent && state === 'pending')
    return 'We have everything from you. A person signs it off, mostly within two working days, and a message in your inbox tells you how it went.';
  return 'You add the documents to your loan application, or show the originals to us. A person looks at them, mostly within two working days, and a message in your inbox tells you how it went.';
}

function actionOf({ state, checks }: KycStanding) {
  if (state === 'verified') return { href: paths.profile, text: 'Your details' };
  if (state === 'rejected') return { href: paths.contact, text: 'Write to us' };
  return verdictOf(checks, 'age') === 'open' && state !== 'not-started'
    ? { href: paths.profile, text: 'Add your birth date' }
    : { href: paths.loans, text: 'Go to your loans' };
}
