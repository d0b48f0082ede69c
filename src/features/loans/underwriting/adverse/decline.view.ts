import type { Formats } from '#core/format.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { AdverseNotice } from './adverse-reading.service.ts';
import { reasonSentence, type ContestRefusal } from './adverse.rules.ts';

export interface DeclineSection {
  title: string;
  texts: string[];
  items?: { label: string; value: string }[];
}

/** What somebody who was turned down is told: the same on the page and on paper. */
export function declineSections(
  { notice, application, facts, contestFault }: AdverseNotice,
  formats: Formats,
): DeclineSection[] {
  const isApplicant = notice.role === 'applicant';
  return [
    {
      title: notice.reasons.length === 1 ? 'The reason' : 'The reasons',
      texts: notice.reasons.map(({ code, ...about }) => reasonSentence(code, about)),
    },
    ...(facts?.bureau ? bureauSections(facts.bureau, formats) : []),
    ...(facts?.model ? [scoreSection(facts.model)] : []),
    ...(isApplicant ? [contestSection(notice.contestUntil, { contestFault, formats })] : []),
    ...(isApplicant && application.security === 'property'
      ? [
          {
            title: 'A copy of the valuation',
            texts: [
              'If the property was valued for us, you can have a copy of the valuation free of charge. Write to us for it.',
            ],
          },
        ]
      : []),
    {
      title: 'How we decide',
      texts: [
        'A person decided this, not a machine.',
        'We never decide by race, colour, religion, national origin, sex or marital status, by age where you are old enough to sign a contract, or because income comes from public assistance or somebody has used their rights.',
      ],
    },
  ];
}

type BureauFacts = NonNullable<NonNullable<AdverseNotice['facts']>['bureau']>;
type ModelFacts = NonNullable<NonNullable<AdverseNotice['facts']>['model']>;

function bureauSections({ name, contact, on, score, keyFactors }: BureauFacts, formats: Formats): DeclineSection[] {
  return [
    {
      title: 'What we learned from a credit bureau',
      texts: [
        `We used a report of ${name} of ${formats.date(on)}. The bureau did not decide and cannot tell you why we did.`,
        'You have the right to a free copy of your report from the bureau within 60 days, and to have it corrected where it is wrong.',
      ],
      items: [
        { label: 'The bureau', value: contact },
        ...(score === null
          ? []
          : [{ label: 'Your score', value: `${score}, on a scale from 300 to 850, of ${formats.date(on)}` }]),
        ...(score === null || keyFactors.length === 0
          ? []
          : [{ label: 'What weighed on it most', value: keyFactors.join('; ') }]),
      ],
    },
  ];
}

/** Our own score, with the model that made it: whoever is declined may know what was before the person who decided. */
function scoreSection({ name, score, grade, demonstration, reasons }: ModelFacts): DeclineSection {
  const graded = grade ? `grade ${grade} on a scale from A, very strong, to E, very weak, and ` : '';
  const kind = demonstration ? 'a demonstration model' : 'a model of our own';
  return {
    title: 'The score we made',
    texts: [
      `The person who decided also had a score of ${kind} (“${name}”): ${graded}a risk score of ${score}, where more is a higher risk. It did not decide.`,
      ...(reasons.length === 0 ? [] : [`What lowered it most: ${reasons.map(asPart).join('; ')}.`]),
    ],
  };
}

function asPart(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function contestSection(
  until: string | null,
  { contestFault, formats }: { contestFault: ContestRefusal | undefined; formats: Formats },
): DeclineSection {
  const title = 'If you think that we are wrong';
  if (until === null)
    return {
      title,
      texts: [
        'A second person has looked at your application and this decision is final. You can apply again whenever something has changed.',
      ],
    };
  if (contestFault?.code === 'contested-before')
    return { title, texts: ['You asked for another person to look at it. You will find their decision here.'] };
  if (contestFault)
    return {
      title,
      texts: [
        `You could ask another person to look at it until ${formats.date(until)}. You can apply again whenever something has changed.`,
      ],
    };
  return {
    title,
    texts: [
      `You can ask another person to look at your application until ${formats.date(until)}. Tell us what is wrong, or what we do not know. A senior officer who did not decide before looks at the whole file, and their decision is final.`,
    ],
  };
}

export function declinePage(found: AdverseNotice, formats: Formats) {
  const { application, notice, contestFault } = found;
  const isApplicant = notice.role === 'applicant';
  const path = paths.applicationDecision(application._id);
  return {
    title: 'Our decision',
    crumbs: crumbsOf(found, 'Our decision'),
    head: {
      title: isApplicant ? 'We cannot offer you this loan' : 'A loan you were part of is not approved',
      sub: aboutText(found, formats),
      secondary: { href: `${path}.pdf`, text: 'Download PDF' },
    },
    lead: isApplicant
      ? 'Nothing was borrowed and nothing is owed. Here is why, and what you can do.'
      : 'You owe nothing. What we learned about you was part of the reason: here is what it was, and what you can do.',
    sections: declineSections(found, formats),
    contest: contestFault
      ? null
      : { href: paths.contestDecision(application._id), text: 'Ask another person to look at it' },
  };
}

export function aboutText({ application, notice }: AdverseNotice, formats: Formats): string {
  return `${application.productName}, application ${application.reference}, decided on ${formats.date(notice.on)}`;
}

function crumbsOf({ application, notice }: AdverseNotice, text: string) {
  // A co-applicant has no page of the application itself.
  const own =
    notice.role === 'applicant' ? [{ text: application.productName, href: paths.application(application._id) }] : [];
  return [{ text: 'Loans', href: paths.loans }, ...own, { text }];
}

export function contestPage(found: AdverseNotice, form: FormState) {
  const { application, contestFault } = found;
  const decision = paths.applicationDecision(application._id);
  return {
    title: 'Ask another person to look at it',
    crumbs: [
      ...crumbsOf(found, '').slice(0, -1),
      { text: 'Our decision', href: decision },
      { text: 'Ask another person' },
    ],
    head: { title: 'Ask another person to look at it', sub: `Application ${application.reference}` },
    form,
    closed: contestFault ? explainContest(contestFault) : null,
    action: paths.contestDecision(application._id),
    version: String(application.version),
    back: decision,
  };
}

export function explainContest({ code }: ContestRefusal | { code: 'moved' }): string {
  switch (code) {
    case 'not-declined':
      return 'There is no decision on this application that can be contested. Nothing was sent.';
    case 'contested-before':
      return 'You asked for another person once, and that decision is final. Nothing was sent.';
    case 'too-late':
      return 'The 30 days in which this decision could be contested are over. Nothing was sent. You can apply again.';
    case 'moved':
      return 'The application changed while you were writing. Your text is kept below; send it again.';
  }
}
