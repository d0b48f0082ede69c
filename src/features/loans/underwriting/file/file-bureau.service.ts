import { notFound } from '#core/errors.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { BureauRefusal, KeptReport } from '../../bureau/bureau.service.ts';
import { mayTouch, sentApplication, type RefusedDecision } from '../deciding/decidable.ts';
import { undecidedStates } from '../../applying/application-states.ts';
import type { Decider, LendingParts } from './lending-parts.ts';
import { bureauSubject, peopleOn } from './people.service.ts';

/**
 * Asks the bureau about everybody on a file that waits for a decision who let us, once an application and person. What
 * cannot be asked is shown on the file, where an officer can try again.
 */
export async function askBureau(
  parts: LendingParts,
  { actor, applicationId }: { actor: Decider; applicationId: string },
): Promise<void> {
  const application = await parts.applications.findOne({ _id: applicationId }).lean();
  if (!application || !undecidedStates.includes(application.state)) return;
  const touched = await mayTouch(parts, { actor, application });
  if (!touched.ok) return;
  const people = await peopleOn(parts, application);
  await Promise.all(
    people
      .filter(({ consented }) => consented)
      .map((person) => parts.bureau.report({ actor: actor.userId, subject: bureauSubject(applicationId, person) })),
  );
}

/** Asks anew about one of them, as an officer orders it. */
export async function refreshBureau(
  parts: LendingParts,
  { actor, applicationId, partyId }: { actor: Decider; applicationId: string; partyId: string },
): Promise<Result<KeptReport, BureauRefusal | RefusedDecision>> {
  const application = await sentApplication(parts, applicationId);
  const touched = await mayTouch(parts, { actor, application });
  if (!touched.ok) return touched;
  if (!undecidedStates.includes(application.state)) return refuse({ code: 'not-waiting' });
  const person = (await peopleOn(parts, application)).find((one) => one.partyId === partyId);
  if (!person) throw notFound('Person');
  const asked = await parts.bureau.refresh({ actor: actor.userId, subject: bureauSubject(applicationId, person) });
  return asked.ok ? ok(asked.value) : asked;
}
