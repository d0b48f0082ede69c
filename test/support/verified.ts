import { newId } from '#core/ids.ts';
import type { Bank } from '#src/composition.ts';

/** Somebody of compliance who is nobody's relative. */
export const kycOfficer = { userId: 'kyc-officer', partyId: undefined, roles: ['compliance'] } as const;

/** The party's identity is checked and verified, as often as a test likes: a verified one stays as it is. */
export async function verifyIdentity({ services, platform }: Bank, partyId: string): Promise<void> {
  const { kyc, customers } = services;
  const { birthDate } = await customers.person(partyId);
  await kyc.start({ partyId, by: kycOfficer.userId, declared: birthDate === '' ? { birthDate: '1990-04-23' } : {} });
  if ((await kyc.of(partyId)).state === 'verified') return;
  for (const kind of ['identity', 'address'])
    await kyc.noteDocument({ partyId, kind, documentId: newId(), verdict: 'verified', by: kycOfficer.userId });
  const version = async () => {
    const record = await platform.database.db
      .collection<{ _id: string; version: number }>('kycRecords')
      .findOne({ _id: partyId });
    return record?.version ?? 0;
  };
  // Test people share what builders give all of them.
  for (const { partyId: otherId, shares, verdict } of await kyc.duplicatesOf({ partyId })) {
    if (!shares.includes('tax-id') || verdict !== undefined) continue;
    const judged = { verdict: 'coincidence', reason: 'The same test data' } as const;
    await kyc.judgeDuplicate({ actor: kycOfficer, partyId, otherId, version: await version(), ...judged });
  }
  const verified = await kyc.verify({ actor: kycOfficer, partyId, version: await version(), risk: 'low' });
  if (!verified.ok) throw new Error(`The test party was not verified: ${JSON.stringify(verified.refusal)}`);
}
