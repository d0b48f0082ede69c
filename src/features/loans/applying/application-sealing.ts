import { moneyOf } from '#core/money.ts';
import { erased, type Sealed, type Vault } from '#platform/vault/vault.ts';
import type { Application } from './application.model.ts';
import type { SectionAnswers, SectionName } from './application-sections.ts';

/** A section with personal data: `terms` has none and lies open. */
export type SealedName = Exclude<SectionName, 'terms'>;

const amounts: Record<SealedName, readonly string[]> = {
  personal: [],
  employment: ['monthlyIncome', 'otherIncome', 'obligations'],
  bank: [],
  property: ['value'],
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

/** A section's answers; undefined where it is not answered yet or the borrower's key was destroyed. */
export async function openSection<S extends SectionName>(
  vault: Vault,
  application: Pick<Application, '_id' | 'sections'>,
  section: S,
): Promise<SectionAnswers[S] | undefined> {
  const name: SectionName = section;
  if (name === 'terms') return termsOf(application) as SectionAnswers[S] | undefined;
  const kept = application.sections[name];
  if (!kept) return undefined;
  const text = await vault.open(place(application._id, name), kept.sealed);
  if (text === erased) return undefined;
  return JSON.parse(text, (field, value: unknown) =>
    amounts[name].includes(field) ? moneyOf(BigInt(String(value))) : value,
  ) as SectionAnswers[S];
}

function termsOf({ sections }: Pick<Application, 'sections'>): SectionAnswers['terms'] | undefined {
  if (!sections.terms) return undefined;
  const { amount, instalments, purpose } = sections.terms;
  return { amount, instalments, purpose };
}
