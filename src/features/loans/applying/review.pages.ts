import { unreachable } from '#core/assert.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { MissingPerson } from '../participants/participant.rules.ts';
import type { Application } from './application.model.ts';
import { reviewCards, type PageParts } from './application.pages.ts';
import type { Progress } from './application-progress.ts';
import { sectionTitles } from './application-texts.ts';
import { stepFrame } from './application.view.ts';
import { consentTexts } from './consents.ts';

/** The last page before sending: every answer, what is missing, and what the borrower declares. */
export async function reviewPage(parts: PageParts, application: Application, form: FormState) {
  const known = await parts.applications.progress(application);
  const others = othersOf(application, known);
  return {
    ...stepFrame(application, { known, current: 'review', wrong: false }, parts.formats),
    cards: [...(await reviewCards(parts, application)), ...others],
    missing: missingLinks(application, known),
    consents: {
      truthful: consentTexts.truthful.text,
      creditBureau: consentTexts['credit-bureau'].text,
      marketing: consentTexts.marketing.text,
    },
    sendText: application.state === 'returned' ? 'Send the application again' : 'Send the application',
    form,
  };
}

interface Link {
  text: string;
  href: string;
}

/** Each thing that is still missing, with the place where it is put right. */
function missingLinks(application: Application, { sections, people, documents }: Progress): Link[] {
  const at = (step: string) => paths.applicationSection(application._id, step);
  const peoplePage = paths.applicationPeople(application._id);
  return [
    ...sections.map((name) => ({ text: sectionTitles[name], href: at(name) })),
    ...people.map((one) => ({ text: personText(one), href: peoplePage })),
    ...documents.map((label) => ({ text: label, href: at('documents') })),
  ];
}

function personText(missing: MissingPerson): string {
  switch (missing.code) {
    case 'guarantor-needed':
      return 'Invite a guarantor: this loan needs one';
    case 'not-answered':
      return `Your ${missing.role} has not answered the invitation yet`;
    case 'not-finished':
      return `Your ${missing.role} has not finished their part yet`;
    case 'confirm-again':
      return `Your ${missing.role} must agree again, since the loan has changed`;
    default:
      return unreachable(missing);
  }
}

/** People and papers in a line each; what they hold is on their own pages. */
function othersOf(application: Application, { taking, papers, people, documents }: Progress) {
  const at = (step: string) => paths.applicationSection(application._id, step);
  const peopleText =
    taking === 0 ? 'Nobody' : `${String(taking)}, ${people.length === 0 ? 'all ready' : 'not all ready yet'}`;
  const papersText = documents.length === 0 ? 'All there' : `${documents.length} still missing`;
  return [
    ...(taking === undefined
      ? []
      : [card('people', at('people'), { title: 'People who apply with you', label: 'Take part', value: peopleText })]),
    ...(papers ? [card('documents', at('documents'), { title: 'Documents', label: 'Sent', value: papersText })] : []),
  ];
}

function card(name: string, href: string, { title, label, value }: { title: string; label: string; value: string }) {
  return { id: `h-${name}`, title, href, rows: [{ label, value }] };
}
