import { assert } from '#core/assert.ts';
import type { Kyc } from '#features/customers/index.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import { applicationModel, type Application } from './applying/application.model.ts';
import { openSection } from './applying/application-sealing.ts';
import type { PersonalAnswers } from './applying/application-sections.ts';

/** Whoever takes part beside the applicant, with what they declared. */
interface People {
  answers(
    applicationId: string,
  ): Promise<readonly { partyId: string | null; sections: { personal?: PersonalAnswers } }[]>;
}

const topic = 'check-identities';

/** Written with the submission: whoever is on the application is checked then, also where the process dies in between. */
export function identityCheckRow({ outbox }: Pick<Platform, 'outbox'>, applicationId: string): Companion {
  return outbox.row({ topic, payload: { applicationId } });
}

/** Begins the identity check of everybody on an application that was sent, with what they declared in it. */
export function checkIdentities(
  platform: Platform,
  { kyc, participants }: { kyc: Pick<Kyc, 'start'>; participants: People },
): void {
  const applications = applicationModel(platform.database.connection);
  platform.outbox.handle(topic, async ({ payload: { applicationId } }) => {
    assert(typeof applicationId === 'string', 'A row about identities names its application');
    const application = await applications.findOne({ _id: applicationId }).lean<Application>();
    if (!application) return;
    const personal = await openSection(platform.vault, application, 'personal');
    await kyc.start({ partyId: application.partyId, by: 'system', ...declaredOf(personal) });
    for (const { partyId, sections } of await participants.answers(applicationId))
      if (partyId !== null) await kyc.start({ partyId, by: 'system', ...declaredOf(sections.personal) });
  });
}

/** Nothing where the answers were erased. */
function declaredOf(personal: PersonalAnswers | undefined) {
  if (!personal) return {};
  const { fullName, birthDate, taxId, phone } = personal;
  return { declared: { fullName, birthDate, taxId, phone } };
}
