import { dateText } from '#core/calendar.ts';
import type { Moment } from '#features/risk/index.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import type { Application } from '../applying/application.model.ts';

export const scoreTopic = 'application-score';
export const scoreLoanTopic = 'application-score-loan';

/** Asks for the score of an application to be kept, as a companion of its being sent or decided; ids and dates only. */
export async function scoreRow(
  { outbox, bankDay }: Pick<Platform, 'outbox' | 'bankDay'>,
  { application, moment }: { application: Pick<Application, '_id' | 'version'>; moment: Moment },
): Promise<Companion> {
  const on = dateText(await bankDay.today());
  const { _id: applicationId, version } = application;
  return outbox.row({ topic: scoreTopic, payload: { applicationId, moment, on, version } });
}

/** Asks for the loan to be noted with what was said of its application. */
export function scoreLoanRow(
  { outbox }: Pick<Platform, 'outbox'>,
  { applicationId, loanId }: { applicationId: string; loanId: string },
): Companion {
  return outbox.row({ topic: scoreLoanTopic, payload: { applicationId, loanId } });
}
