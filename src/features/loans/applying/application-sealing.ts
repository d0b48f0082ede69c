import { moneyOf, zero, type Money } from '#core/money.ts';
import { erased, type Sealed, type Vault } from '#platform/vault/vault.ts';
import type { Application, SealedSection } from './application.model.ts';
import { formNumber, type SectionAnswers, type SectionName } from './application-sections.ts';

/** A section with personal data: `terms` has none and lies open. */
export type SealedName = Exclude<SectionName, 'terms'>;

const amounts: Record<SealedName, readonly string[]> = {
  personal: [],
  employment: ['monthlyIncome', 'otherIncome', 'obligations', 'rental', 'investments', 'benefits', 'other'],
  obligations: ['monthly', 'balance', 'savings', 'otherAssets'],
  bank: [],
  property: ['value'],
  vehicle: ['price'],
  business: ['annualTurnover', 'annualProfit'],
};

const place = (applicationId: string, field: SealedName) => ({
  collection: 'applications',
  document: applicationId,
  field,
});

/** Answers as one JSON text under the borrower's key; amounts as digits, since JSON has no bigint. */
export function sealSection<S extends SealedName>(
  vault: Vault,
  target: { partyId: string; applicationId: string; section: S },
  answers: SectionAnswers[S],
): Promise<Sealed> {
  const text = JSON.stringify(answers, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return vault.seal(target.partyId, place(target.applicationId, target.section), text);
}

/** A section as it is stored, with the questions that it answers. */
export async function sealedSection<S extends SealedName>(
  vault: Vault,
  target: { partyId: string; applicationId: string; section: S; at: Date },
  answers: SectionAnswers[S],
): Promise<SealedSection> {
  return { sealed: await sealSection(vault, target, answers), savedAt: target.at, form: formNumber(target.section) };
}

/** A section's answers; undefined where it is not answered yet or the borrower's key was destroyed. */
export async function openSection<S extends SectionName>(
  vault: Vault,
  application: Pick<Application, '_id' | 'sections'>,
  section: S,
): Promise<SectionAnswers[S] | undefined> {
  const name: SectionName = section;
  if (name === 'terms') return termsOf(application) as SectionAnswers[S] | undefined;
  if (name === 'obligations' && !application.sections.obligations)
    return (await formerObligations(vault, application)) as SectionAnswers[S] | undefined;
  const read = await opened(vault, application, name);
  return read && ({ ...laterQuestions(name, read), ...read } as SectionAnswers[S]);
}

async function opened<S extends SealedName>(
  vault: Vault,
  { _id, sections }: Pick<Application, '_id' | 'sections'>,
  name: S,
): Promise<(Partial<SectionAnswers[S]> & Record<string, unknown>) | undefined> {
  const kept = sections[name];
  if (!kept) return undefined;
  const text = await vault.open(place(_id, name), kept.sealed);
  if (text === erased) return undefined;
  return JSON.parse(text, (field, value: unknown) =>
    amounts[name].includes(field) && typeof value === 'string' ? moneyOf(BigInt(value)) : value,
  ) as Partial<SectionAnswers[S]> & Record<string, unknown>;
}

/** What answers of before a question was asked have in its place. */
export function laterQuestions(name: SealedName, read: Record<string, unknown>): Record<string, unknown> {
  switch (name) {
    case 'personal':
      return { nationality: '' };
    case 'employment': {
      const other = typeof read.otherIncome === 'bigint' ? read.otherIncome : zero;
      const otherIncomes = { rental: zero, investments: zero, benefits: zero, other };
      const work = { employerAddress: '', employerPhone: '', contract: null, education: null, workYears: null };
      return { ...work, otherIncomes };
    }
    case 'obligations':
      return unasked;
    case 'property':
      return { postcode: '', valuedOn: null, valuer: '', insurance: 'not-insured', insurer: '' };
    default:
      return {};
  }
}

const unasked = { home: null, savings: null, otherAssets: null };

/** Obligations were one amount of the employment section before they had their own. */
export async function formerObligations(
  vault: Vault,
  application: Pick<Application, '_id' | 'sections'>,
): Promise<SectionAnswers['obligations'] | undefined> {
  const employment = await opened(vault, application, 'employment');
  if (typeof employment?.obligations !== 'bigint') return undefined;
  const monthly = employment.obligations as Money;
  if (monthly === zero) return { rows: [], ...unasked };
  return { rows: [{ kind: 'other', payee: 'All together', monthly, balance: zero }], ...unasked };
}

function termsOf({ sections }: Pick<Application, 'sections'>): SectionAnswers['terms'] | undefined {
  if (!sections.terms) return undefined;
  const { amount, instalments, frequency, purpose } = sections.terms;
  return { amount, instalments, frequency, purpose };
}
