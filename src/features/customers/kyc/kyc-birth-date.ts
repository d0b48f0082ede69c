import { erased } from '#platform/vault/vault.ts';
import { kycNames, type KycRecord } from './kyc.model.ts';
import type { KycParts } from './kyc-parts.ts';

const placeOf = (partyId: string) => ({ collection: kycNames.records, document: partyId, field: 'birthDate' });

/** What an application said, `1990-04-23`; empty where none did, or where the party's key was destroyed. */
export async function declaredBirthDate(
  { platform: { vault } }: Pick<KycParts, 'platform'>,
  record: Pick<KycRecord, '_id' | 'birthDate'> | undefined,
): Promise<string> {
  if (!record?.birthDate) return '';
  const text = await vault.open(placeOf(record._id), record.birthDate);
  return text === erased ? '' : text;
}

/** The change that keeps what is declared now; nothing where it is known already. */
export async function keptBirthDate(
  parts: Pick<KycParts, 'platform'>,
  record: KycRecord,
  declared: string | undefined,
): Promise<Pick<KycRecord, 'birthDate'> | undefined> {
  if (declared === undefined || declared === '' || declared === (await declaredBirthDate(parts, record)))
    return undefined;
  return { birthDate: await parts.platform.vault.seal(record._id, placeOf(record._id), declared) };
}
