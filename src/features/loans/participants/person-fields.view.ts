import type { Formats } from '#core/format.ts';
import { countryOptions, nationalityOptions } from '#web/countries.ts';
import type { FormState } from '#web/forms.ts';
import {
  contractTexts,
  educationTexts,
  employmentTexts,
  incomeTexts,
  optionsOf,
} from '../applying/application-texts.ts';
import { obligationsTable } from '../applying/obligations.view.ts';
import type { PersonSection } from './participant.model.ts';

const chooseOne = { value: '', text: 'Choose one' };

/** What the form of a section shows beside its values, as on an application. */
export function personFields(section: PersonSection, form: FormState, formats: Formats): Record<string, unknown> {
  switch (section) {
    case 'personal': {
      const { locale } = formats;
      return { countries: countryOptions(locale), nationalities: nationalityOptions(locale) };
    }
    case 'employment':
      return {
        statuses: optionsOf(employmentTexts),
        contracts: [chooseOne, ...optionsOf(contractTexts)],
        educations: [chooseOne, ...optionsOf(educationTexts)],
        incomes: [
          { name: 'rentalIncome', label: incomeTexts.rental },
          { name: 'investmentIncome', label: incomeTexts.investments },
          { name: 'benefitIncome', label: incomeTexts.benefits },
          { name: 'restIncome', label: incomeTexts.other },
        ],
      };
    case 'obligations':
      return obligationsTable(form);
  }
}
