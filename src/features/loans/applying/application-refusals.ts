import { unreachable } from '#core/assert.ts';
import type { Formats } from '#core/format.ts';
import { ages, type SubmitRefusal } from './application.rules.ts';
import type { SectionRefusal } from './application-saving.ts';
import type { SectionName } from './application-sections.ts';
import { sectionTitles } from './application-texts.ts';
import { estimateRefusal } from './estimate.view.ts';

/** The sentence of a refusal, and the field it stands at; `form` where it is about the whole page. */
export interface Explained {
  field: string;
  text: string;
}

const closed =
  'This application is no longer a draft, so its answers stand as they were sent. Nothing was changed just now';

export function explainSection(refusal: SectionRefusal, formats: Formats): Explained {
  switch (refusal.code) {
    case 'not-open':
      return { field: 'form', text: closed };
    case 'not-needed':
      return { field: 'form', text: 'This loan needs no security, so there is no property to describe' };
    case 'too-young':
      return { field: 'birthDate', text: `You must be at least ${ages.least} years old to borrow. Check the date` };
    case 'too-old':
      return { field: 'birthDate', text: `Enter a birth date of a person of at most ${ages.most} years` };
    case 'bank-details':
      return { field: 'form', text: 'These bank details do not fit together. Choose the country of your bank again' };
    case 'purpose':
      return { field: 'purpose', text: 'Choose what the loan is for from the list' };
    case 'amount-out-of-range':
    case 'instalments-out-of-range':
      return estimateRefusal(refusal, formats);
    default:
      return unreachable(refusal);
  }
}

export function explainSubmit(refusal: SubmitRefusal<SectionName>): Explained {
  switch (refusal.code) {
    case 'not-open':
      return { field: 'form', text: closed };
    case 'incomplete': {
      const titles = refusal.missing.map((name) => sectionTitles[name]).join(', ');
      return { field: 'form', text: `This application cannot be sent yet. Still to answer: ${titles}` };
    }
    case 'not-declared':
      return { field: 'truthful', text: 'Tick both boxes to send the application' };
    default:
      return unreachable(refusal);
  }
}
