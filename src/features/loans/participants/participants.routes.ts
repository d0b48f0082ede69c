import { Router } from 'express';
import { jointRoutes } from './joint.routes.ts';
import type { JointRouteParts } from './joint.pages.ts';
import { peopleRoutes } from './people.routes.ts';
import { releaseRoutes, type ReleaseRouteParts } from './release.routes.ts';

export type ParticipantRouteParts = JointRouteParts & ReleaseRouteParts;

/** Co-applicants and guarantors: the applicant's side, their own, and the officer's. */
export function participantRoutes(parts: ParticipantRouteParts): Router {
  return Router().use(peopleRoutes(parts), jointRoutes(parts), releaseRoutes(parts));
}
