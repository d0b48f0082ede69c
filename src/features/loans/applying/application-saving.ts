import type { PlainDate } from '#core/calendar.ts';
import { limitsFault, type EstimateRefusal, type ProductVersion } from '#features/products/index.ts';
import type { Vault } from '#platform/vault/vault.ts';
import type { Application, SealedSection, TermsSection } from './application.model.ts';
import { ageFault, type AgeFault } from './application.rules.ts';
import { sealSection } from './application-sealing.ts';
import type { SectionInput } from './application-sections.ts';
import { areBankDetails, bankAccountKey } from './bank-details.rules.ts';

/** Why answers that are well-formed are not saved. */
export type SectionRefusal =
  | { code: 'not-open' }
  /** Property of a loan without security. */
  | { code: 'not-needed' }
  | { code: AgeFault }
  | { code: 'bank-details' }
  | { code: 'purpose' }
  | Exclude<EstimateRefusal, { code: 'no-schedule' }>;

/** The rules of a section that need more than the section: the product, the business date. */
export function judgeSection(
  input: SectionInput,
  facts: { application: Pick<Application, 'secured'>; product: ProductVersion; today: PlainDate },
): SectionRefusal | undefined {
  switch (input.section) {
    case 'personal': {
      const code = ageFault(input.answers.birthDate, facts.today);
      return code && { code };
    }
    case 'employment':
      return undefined;
    case 'bank':
      return areBankDetails(input.answers) ? undefined : { code: 'bank-details' };
    case 'property':
      return facts.application.secured ? undefined : { code: 'not-needed' };
    case 'terms':
      if (!facts.product.purposes.includes(input.answers.purpose)) return { code: 'purpose' };
      return limitsFault(facts.product, input.answers);
  }
}

/** A section as it is stored, and the blind index that a bank account is found by. */
export async function keptSection(
  vault: Vault,
  save: { application: Pick<Application, '_id' | 'partyId'>; at: Date; input: SectionInput },
): Promise<{ kept: SealedSection | TermsSection; bankIndex?: string }> {
  const { application, at, input } = save;
  const target = { partyId: application.partyId, applicationId: application._id };
  const sealed = async (text: ReturnType<typeof sealSection>) => ({ kept: { sealed: await text, savedAt: at } });
  switch (input.section) {
    case 'personal':
      return sealed(sealSection(vault, { ...target, section: input.section }, input.answers));
    case 'employment':
      return sealed(sealSection(vault, { ...target, section: input.section }, input.answers));
    case 'property':
      return sealed(sealSection(vault, { ...target, section: input.section }, input.answers));
    case 'bank': {
      const bankIndex = vault.blindIndex('bank-account', bankAccountKey(input.answers));
      return { ...(await sealed(sealSection(vault, { ...target, section: input.section }, input.answers))), bankIndex };
    }
    case 'terms': {
      const { amount, instalments, purpose } = input.answers;
      return { kept: { amount, instalments, purpose, savedAt: at } };
    }
  }
}
