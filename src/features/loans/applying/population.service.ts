import type { Model } from 'mongoose';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import { ageBand } from './age-band.rules.ts';
import { applicationModel, type Application } from './application.model.ts';
import { openSection } from './application-sealing.ts';

/** Those who apply as a whole, for figures about a model. Nothing of it is kept; at most 500 ids at once. */
export interface Population {
  /** By party, on the day their newest application was sent; missing where nothing was sent or it was erased. */
  groupsOf(partyIds: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<'ageBand', string>>>>;
  referencesOf(applicationIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export function createPopulation(platform: Platform): Population {
  const applications = applicationModel(platform.database.connection);
  return {
    groupsOf: (partyIds) => groupsOf({ platform, applications }, partyIds),
    referencesOf: async (ids) => {
      const found = await applications
        .find({ _id: operators({ $in: [...ids] }) }, { reference: 1 })
        .lean<Pick<Application, '_id' | 'reference'>[]>();
      return new Map(found.map(({ _id, reference }) => [_id, reference]));
    },
  };
}

type Sent = Pick<Application, '_id' | 'partyId' | 'sections'> & { submittedAt: Date };

/** For the query and for the test of its index. */
export const newestSent = (partyIds: readonly string[]) => [
  { $match: { partyId: { $in: partyIds }, submittedAt: { $ne: null }, 'sections.personal': { $ne: null } } },
  { $sort: { partyId: 1, createdAt: -1 } as const },
  { $project: { partyId: 1, submittedAt: 1, 'sections.personal': 1 } },
  { $group: { _id: '$partyId', newest: { $first: '$$ROOT' } } },
];

async function groupsOf(
  { platform, applications }: { platform: Platform; applications: Model<Application> },
  partyIds: readonly string[],
) {
  const { vault, timeZone } = platform;
  const found = await applications.aggregate<{ newest: Sent }>(newestSent(partyIds));
  await vault.warm(found.map(({ newest }) => newest.partyId));
  const bands = await Promise.all(
    found.map(async ({ newest }) => {
      const personal = await openSection(vault, newest, 'personal');
      if (!personal) return [];
      const sent = Temporal.Instant.fromEpochMilliseconds(newest.submittedAt.getTime());
      const on = sent.toZonedDateTimeISO(timeZone).toPlainDate();
      return [[newest.partyId, { ageBand: ageBand(personal.birthDate, on) }] as const];
    }),
  );
  return new Map(bands.flat());
}
