import type { Formats } from '#core/format.ts';
import { explaining, type Risk } from '#features/risk/index.ts';
import type { Application } from './application.model.ts';
import type { ApplicationState } from './application-states.ts';

/** Where a score says something to its borrower: not once they have left, or we have let it lapse. */
const told: Partial<Record<ApplicationState, 'open' | 'decided'>> = {
  submitted: 'open',
  asked: 'open',
  proposed: 'open',
  offered: 'decided',
  rejected: 'decided',
  accepted: 'decided',
  'part-disbursed': 'decided',
  disbursed: 'decided',
};

/** The card of the borrower's own score; null where there is none, or where it says nothing any more. */
export async function ownScore(
  { risk, formats }: { risk: Pick<Risk, 'explaining'>; formats: Formats },
  { _id, state }: Pick<Application, '_id' | 'state'>,
) {
  const when = told[state];
  if (!when) return null;
  const score = await risk.explaining.forBorrower(_id, when === 'open' ? 'submitted' : 'latest');
  return score ? explaining.borrowersCard(score, { formats, decided: when === 'decided' }) : null;
}
