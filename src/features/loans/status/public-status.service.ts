import type { Model } from 'mongoose';
import type { Identity } from '#features/identity/index.ts';
import type { Platform } from '#platform/platform.ts';
import { applicationModel, type Application } from '../applying/application.model.ts';

export type PublicApplication = Pick<Application, 'state' | 'changedAt' | 'contest' | 'offer'>;

/** The state of an application for whoever knows its reference and the address its applicant signs in with. */
export interface PublicStatus {
  find(query: { reference: string; email: string }): Promise<PublicApplication | undefined>;
}

/** No answer comes sooner than this, so that its time says nothing about what was found. */
const leastMs = 200;

export function createPublicStatus(platform: Platform, deps: { identity: Pick<Identity, 'customerOf'> }): PublicStatus {
  const applications = applicationModel(platform.database.connection);
  return {
    find: async (query) => {
      const waited = new Promise((resolve) => setTimeout(resolve, leastMs));
      const [found] = await Promise.all([find({ applications, ...deps }, query), waited]);
      return found;
    },
  };
}

/** Both are looked up whatever the other gives: a wrong address and an unknown reference cost the same. */
async function find(
  parts: { applications: Model<Application>; identity: Pick<Identity, 'customerOf'> },
  { reference, email }: { reference: string; email: string },
): Promise<PublicApplication | undefined> {
  const [application, partyId] = await Promise.all([
    parts.applications
      .findOne({ reference }, { partyId: 1, state: 1, changedAt: 1, contest: 1, offer: 1 })
      .lean<PublicApplication & { partyId: string }>(),
    parts.identity.customerOf(email),
  ]);
  return application && partyId !== undefined && application.partyId === partyId ? application : undefined;
}
