import { newId } from '#core/ids.ts';
import type { Cast } from './cast.ts';
import { bornOn } from './answers.ts';

/** The bank makes sure who a customer is: both documents were seen and the officer signed. A verified one stays so. */
export async function verifyIdentity(cast: Cast, customer: { partyId: string; number: number }): Promise<void> {
  const { kyc } = cast.bank.services;
  const { partyId, number } = customer;
  const by = cast.officer.userId;
  if ((await kyc.of(partyId)).state === 'verified') return;
  await kyc.start({ partyId, by, declared: { birthDate: bornOn(number) } });
  for (const kind of ['identity', 'address'])
    await kyc.noteDocument({ partyId, kind, documentId: newId(), verdict: 'verified', by });
  const actor = { ...cast.officer, roles: ['officer'] } as const;
  const { record } = await kyc.file({ partyId, actor });
  const verified = await kyc.verify({ actor, partyId, version: record?.version ?? 0, risk: 'low' });
  if (!verified.ok) throw new Error(`The demonstration could not verify a customer: ${verified.refusal.code}`);
}
