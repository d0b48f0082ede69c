import type { AskReason } from './kyc.rules.ts';
import type { KycParts } from './kyc-parts.ts';

/** What a customer is told of their check; what was found about them stays with the staff. */
export function verifiedNotice(
  { ownPage: href, platform }: KycParts,
  { partyId, reverifyOn }: { partyId: string; reverifyOn: string },
) {
  return {
    partyId,
    title: 'Your identity is confirmed',
    text: `Thank you. We have checked who you are. There is nothing more to do until ${platform.formats.date(reverifyOn)}, when we have to check again; we tell you before.`,
    href,
  };
}

export function rejectedNotice({ ownPage: href }: KycParts, partyId: string) {
  return {
    partyId,
    title: 'We could not confirm your identity',
    text: 'We cannot pay a loan out to you for now. Your accounts and loans are as they were. Write to us to find out what you can do.',
    href,
  };
}

const askTexts: Record<AskReason, string> = {
  unclear: 'We could not read the documents that you sent well enough.',
  changed: 'Your details have changed since we looked at your documents.',
  old: 'It is some time since we looked at your documents.',
  other: 'We need to look at your documents once more.',
};

export function askedAgainNotice(
  { ownPage: href }: KycParts,
  { partyId, reason }: { partyId: string; reason: AskReason },
) {
  return {
    partyId,
    title: 'Please show us your documents again',
    text: `${askTexts[reason]} We need a document that shows who you are and one that shows where you live. Until then we cannot pay a loan out to you.`,
    href,
  };
}

export function endingNotice(
  { ownPage: href, platform }: KycParts,
  { partyId, reverifyOn }: { partyId: string; reverifyOn: string },
) {
  return {
    partyId,
    title: 'Your identity check ends soon',
    text: `It counts until ${platform.formats.date(reverifyOn)}. Show us your documents before then, so that a new loan does not have to wait.`,
    href,
  };
}

export function endedNotice({ ownPage: href }: KycParts, partyId: string) {
  return {
    partyId,
    title: 'Your identity check has ended',
    text: 'We have to check who you are every so often. Please show us your documents again. Until then we cannot pay a loan out to you; your accounts and loans go on as before.',
    href,
  };
}
