import { formatsIn, type Formats } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import type { Application } from '../applying/application.model.ts';
import { answerRows } from '../applying/application-review.view.ts';
import type { SectionInput } from '../applying/application-sections.ts';
import { sectionTitles } from '../applying/application-texts.ts';
import { undecidedStates } from '../applying/application-states.ts';
import type { ParticipantConsent } from './participant.model.ts';
import { personSections } from './participant-parts.ts';
import type { Relationship } from './participant.rules.ts';
import { relationshipTexts, roleTitles } from './participant-texts.ts';
import type { ParticipantAnswers } from './reading.ts';

const consentNames: Record<ParticipantConsent['name'], string> = {
  truthful: 'Answers declared true',
  'credit-bureau': 'Credit bureau may be asked',
  liability: 'Knows what they owe',
  marketing: 'Marketing',
};

/**
 * The panel of the officer's file page: `views/officer/file/participants.ejs`. Each one's answers, consents with their
 * times, and what the officer may do about them.
 */
export function fileParticipants(facts: {
  application: Application;
  answers: readonly ParticipantAnswers[];
  formats: Formats;
}) {
  const { application, answers } = facts;
  const formats = formatsIn(application.currency, facts.formats);
  const undecided = undecidedStates.includes(application.state);
  return {
    none: answers.length === 0 ? 'The applicant applies alone.' : undefined,
    people: answers.map((one) => {
      const relationship = relationshipTexts[one.relationship as Relationship] as string | undefined;
      return {
        id: one.id,
        name: one.name,
        role: [roleTitles[one.role], relationship].filter(Boolean).join(', '),
        badge: badgeOf(one),
        sections: personSections.map((section) => ({
          title: sectionTitles[section],
          rows: rowsOf(one, section, formats),
        })),
        consents: one.consents.map(({ name, given, at, wording }) => ({
          label: consentNames[name],
          value: given ? `${formats.instant(at)}, wording ${wording}` : 'Not given',
        })),
        signed: one.signedAt ? `Signed the offer on ${formats.instant(one.signedAt)}` : undefined,
        asked: one.releaseAsked
          ? { title: `Asks to be let go, ${formats.instant(one.releaseAsked.at)}`, text: one.releaseAsked.text }
          : undefined,
        release: undecided
          ? { action: paths.releaseParticipant(application._id, one.id), text: `Let ${one.name} go` }
          : undefined,
      };
    }),
  };
}

function rowsOf({ sections }: ParticipantAnswers, section: (typeof personSections)[number], formats: Formats) {
  const answers = sections[section];
  // The section's name and its answers are one pair, which the compiler cannot see through the union.
  return answers ? answerRows({ section, answers } as SectionInput, formats) : [];
}

function badgeOf({ state, signed, confirmAgain }: ParticipantAnswers) {
  if (signed) return { kind: 'ok', text: 'Has signed' };
  if (state === 'complete') return { kind: 'ok', text: 'Has agreed' };
  return { kind: 'alert', text: confirmAgain ? 'Must agree again' : 'Has not finished' };
}
