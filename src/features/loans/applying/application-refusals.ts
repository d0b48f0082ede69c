import { unreachable } from '#core/assert.ts';
import type { Formats } from '#core/format.ts';
import { ages } from './application.rules.ts';
import type { SubmissionRefusal } from './application.service.ts';
import type { SectionRefusal } from './application-saving.ts';
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
      return { field: 'form', text: 'This loan does not need these answers. Go on with another section' };
    case 'too-young':
      return { field: 'birthDate', text: `You must be at least ${ages.least} years old to borrow. Check the date` };
    case 'too-old':
      return { field: 'birthDate', text: `Enter a birth date of a person of at most ${ages.most} years` };
    case 'bank-details':
      return { field: 'form', text: 'These bank details do not fit together. Choose the country of your bank again' };
    case 'in-the-future':
      return { field: refusal.field, text: 'Enter a day that is not in the future' };
    case 'model-year':
      return { field: 'year', text: `Enter a year that is not after ${refusal.most}` };
    case 'frequency':
      return { field: 'frequency', text: 'Choose how often you want to pay from the list' };
    case 'purpose':
      return { field: 'purpose', text: 'Choose what the loan is for from the list' };
    case 'amount-out-of-range':
    case 'instalments-out-of-range':
      return estimateRefusal(refusal, formats);
    default:
      return unreachable(refusal);
  }
}

export function explainSubmit(refusal: SubmissionRefusal): Explained {
  switch (refusal.code) {
    case 'not-open':
      return { field: 'form', text: closed };
    case 'incomplete':
      return {
        field: 'form',
        text: 'This application cannot be sent yet, and nothing was sent. What is still missing is listed below',
      };
    case 'not-declared':
      return { field: 'truthful', text: 'Tick the first two boxes to send the application' };
    default:
      return unreachable(refusal);
  }
}
