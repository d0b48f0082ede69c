import type { Vault } from '#platform/vault/vault.ts';

/**
 * The seal over what a check page showed to a person: what the form brings back is compared with it before anything is
 * looked up, so that no field can be changed on the way and no number tried without having been asked about first.
 */
export function sealForm(
  vault: Pick<Vault, 'blindIndex'>,
  shown: { partyId: string; fields: readonly string[]; values: Record<string, string> },
): string {
  const { partyId, fields, values } = shown;
  return vault.blindIndex(
    'shown-form',
    JSON.stringify([partyId, ...fields.map((field) => [field, values[field] ?? ''])]),
  );
}

export function isSealed(
  vault: Pick<Vault, 'blindIndex'>,
  sent: { partyId: string; fields: readonly string[]; values: Record<string, string> },
): boolean {
  return sent.values.seal === sealForm(vault, sent);
}
