import type { Customers } from '#features/customers/index.ts';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { Application } from '../applying/application.model.ts';
import { participantModel, type ParticipantRecord } from '../participants/participant.model.ts';
import type { ParticipantRole } from '../participants/participant.rules.ts';

/** Somebody beside the applicant who owes the loan or answers for it, as the papers name them. */
export interface OtherSigner {
  role: ParticipantRole;
  name: string;
}

const mostNamed = 50;

/**
 * Who signs beside the applicant, co-applicants first. Nobody where the applicant has signed: papers that are made anew
 * then are those of before others were named, and must stay what was signed.
 */
export async function othersOn(
  { platform, customers }: { platform: Pick<Platform, 'database'>; customers: Pick<Customers, 'names'> },
  { _id, acceptance }: Pick<Application, '_id' | 'acceptance'>,
): Promise<OtherSigner[]> {
  if (acceptance !== null) return [];
  const joined = operators({ $in: ['joined', 'complete'] as const });
  const records = await participantModel(platform.database.connection)
    .find({ applicationId: _id, active: true, state: joined }, { role: 1, partyId: 1 })
    .sort({ role: 1, _id: 1 })
    .limit(mostNamed)
    .lean<Pick<ParticipantRecord, '_id' | 'role' | 'partyId'>[]>();
  const names = await customers.names(records.flatMap(({ partyId }) => partyId ?? []));
  return records.map(({ role, partyId }) => ({ role, name: names.get(partyId ?? '') ?? '' }));
}

/** `Ada, Ben and Cleo`; who has no name any more is left out. */
export function namesIn(others: readonly OtherSigner[], role: ParticipantRole): string {
  const names = others.filter((one) => one.role === role && one.name !== '').map(({ name }) => name);
  return [names.slice(0, -1).join(', '), names.at(-1) ?? ''].filter((text) => text !== '').join(' and ');
}
