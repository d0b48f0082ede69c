import { paths } from '#web/paths.ts';
import type { Identity } from '#features/identity/index.ts';
import type { Limiter } from '#web/rate-limit.ts';
import type { Platform } from '#platform/platform.ts';
import { isMissing } from '../documents/document.rules.ts';
import type { ApplicationDocuments } from '../documents/documents.service.ts';
import { hasJoined } from './participant.rules.ts';
import type { PeopleRouteParts } from './people.routes.ts';
import type { JointView } from './joint-reading.ts';

export interface JointRouteParts extends PeopleRouteParts {
  platform: Pick<Platform, 'country' | 'currency'>;
  applicationDocuments: Pick<ApplicationDocuments, 'ofParty'>;
  identity: Pick<Identity, 'confirmPassword'>;
  limits: { confirmPassword: Limiter };
}

/** Where a participant's own papers are, and how far they are; undefined where none are asked of them. */
export interface PapersTask {
  href: string;
  state: 'todo' | 'done';
}

export async function papersOf(
  { applicationDocuments }: JointRouteParts,
  { loan, participant, record }: JointView,
): Promise<PapersTask | undefined> {
  if (!loan || !hasJoined(participant.state) || record.partyId === null) return undefined;
  const { applicationId } = loan;
  const { items } = await applicationDocuments.ofParty({ applicationId, partyId: record.partyId });
  if (items.length === 0) return undefined;
  return { href: paths.applicationSection(applicationId, 'documents'), state: items.some(isMissing) ? 'todo' : 'done' };
}
