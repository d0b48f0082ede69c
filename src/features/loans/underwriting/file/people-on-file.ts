import { sum, type Money } from '#core/money.ts';
import type { CreditKind } from '../../bureau/credit-report.ts';
import type { SectionAnswers, SectionInput } from '../../applying/application-sections.ts';
import type { MonthlyPayment, ObligationKind } from '../obligations.rules.ts';

/** Somebody on a file with what they told us: the applicant, or who applies or stands in with them. */
export interface PersonOnFile {
  partyId: string;
  role: 'applicant' | 'co-applicant' | 'guarantor';
  name: string;
  /** Everything that is asked of them is answered and declared. */
  complete: boolean;
  /** Whether they let us ask the bureau. */
  consented: boolean;
  sections: readonly SectionInput[];
}

export function answersOf<S extends SectionInput['section']>(
  sections: readonly SectionInput[],
  name: S,
): SectionAnswers[S] | undefined {
  return sections.find((one) => one.section === name)?.answers as SectionAnswers[S] | undefined;
}

/** Who owes the loan: a guarantor pays only where they do not, so that nothing of theirs is counted. */
export function owes({ role }: Pick<PersonOnFile, 'role'>): boolean {
  return role !== 'guarantor';
}

/** How older applications name their one sum of everything. */
const everything = 'All together';

export function declaredPayments(sections: readonly SectionInput[]): MonthlyPayment[] {
  return (answersOf(sections, 'obligations')?.rows ?? []).map(({ kind, payee, monthly }) => ({
    kind: payee === everything ? 'any' : kind,
    monthly,
  }));
}

/** As this bank would be named in a report: its own loans are known better from its own books. */
const ourselves = 'CloudBank';

/** What is still owed to others by a report. */
export function reportedBalance(
  accounts: readonly { lender: string; state: 'open' | 'closed'; balance: Money }[],
): Money {
  const others = accounts.filter((account) => account.state === 'open' && account.lender !== ourselves);
  return sum(others.map(({ balance }) => balance));
}

export function reportedPayments(
  accounts: readonly { kind: CreditKind; lender: string; state: 'open' | 'closed'; monthly: Money }[],
): MonthlyPayment[] {
  const kindOf = (kind: CreditKind): ObligationKind => (kind === 'card' ? 'card' : 'loan');
  return accounts
    .filter((account) => account.state === 'open' && account.lender !== ourselves)
    .map(({ kind, monthly }) => ({ kind: kindOf(kind), monthly }));
}
