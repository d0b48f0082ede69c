import { dateOf, isBefore, type PlainDate } from '#core/calendar.ts';
import { productChoices, type EstimateRefusal, type ProductVersion } from '#features/products/index.ts';
import type { Vault } from '#platform/vault/vault.ts';
import type { Application, SealedSection, TermsSection } from './application.model.ts';
import { ageFault, type AgeFault } from './application.rules.ts';
import { formerObligations, sealedSection, type SealedName } from './application-sealing.ts';
import { neededSections, type SectionInput } from './application-sections.ts';
import { areBankDetails, bankAccountKey } from './bank-details.rules.ts';

/** Why answers that are well-formed are not saved. */
export type SectionRefusal =
  | { code: 'not-open' }
  /** Property of a loan without security. */
  | { code: 'not-needed' }
  | { code: AgeFault }
  | { code: 'bank-details' }
  /** A date that is not past yet; `field` is where it was answered. */
  | { code: 'in-the-future'; field: 'valuedOn' | 'founded' }
  | { code: 'model-year'; most: number }
  | { code: 'purpose' }
  | { code: 'frequency' }
  | Exclude<EstimateRefusal, { code: 'no-schedule' }>;

interface Facts {
  application: Pick<Application, 'security' | 'forBusiness'>;
  product: ProductVersion;
  today: PlainDate;
}

/** The rules of a section that need more than the section: the product, the business date. */
export function judgeSection(input: SectionInput, facts: Facts): SectionRefusal | undefined {
  if (!neededSections(facts.application).includes(input.section)) return { code: 'not-needed' };
  const { today, product } = facts;
  const notPast = (date: string, field: 'valuedOn' | 'founded') =>
    isBefore(today, dateOf(date)) ? ({ code: 'in-the-future', field } as const) : undefined;
  switch (input.section) {
    case 'personal': {
      const code = ageFault(input.answers.birthDate, today);
      return code && { code };
    }
    case 'employment':
    case 'obligations':
      return undefined;
    case 'bank':
      return areBankDetails(input.answers) ? undefined : { code: 'bank-details' };
    case 'property':
      return input.answers.valuedOn === null ? undefined : notPast(input.answers.valuedOn, 'valuedOn');
    case 'vehicle':
      // A model year begins in the year before its number.
      return input.answers.year > today.year + 1 ? { code: 'model-year', most: today.year + 1 } : undefined;
    case 'business':
      return notPast(input.answers.founded, 'founded');
    case 'terms': {
      if (!product.purposes.includes(input.answers.purpose)) return { code: 'purpose' };
      const chosen = productChoices.inFrequency(product, input.answers.frequency);
      return chosen ? productChoices.limitsFault(chosen, input.answers) : { code: 'frequency' };
    }
  }
}

export interface KeptSections {
  sections: Partial<Record<SealedName, SealedSection>> & { terms?: TermsSection };
  /** The blind index that a bank account is found by. */
  bankIndex?: string;
}

/** A section as it is stored, and what saving it must not lose. */
export async function keptSection(
  vault: Vault,
  save: { application: Pick<Application, '_id' | 'partyId' | 'sections'>; at: Date; input: SectionInput },
): Promise<KeptSections> {
  const { application, at, input } = save;
  if (input.section === 'terms') {
    const { amount, instalments, frequency, purpose } = input.answers;
    return { sections: { terms: { amount, instalments, frequency, purpose, savedAt: at } } };
  }
  const { section } = input;
  const target = { partyId: application.partyId, applicationId: application._id, at };
  const kept = await sealedSection(vault, { ...target, section }, input.answers);
  if (section === 'bank') {
    const bankIndex = vault.blindIndex('bank-account', bankAccountKey(input.answers));
    return { sections: { bank: kept }, bankIndex };
  }
  // The amount that employment held before obligations had their own section goes there; its rows are then asked for.
  const former =
    section === 'employment' && !application.sections.obligations && (await formerObligations(vault, application));
  if (!former) return { sections: { [section]: kept } };
  const obligations = await sealedSection(vault, { ...target, section: 'obligations' }, former);
  return { sections: { [section]: kept, obligations: { ...obligations, form: 0 } } };
}
