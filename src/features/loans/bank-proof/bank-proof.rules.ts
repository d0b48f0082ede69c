import { ok, refuse, type Result } from '#core/result.ts';

export const proofLimits = {
  /** What is sent, in minor units. */
  leastAmount: 1,
  mostAmount: 99,
  mostTries: 3,
  daysOpen: 7,
  /** Tests of one person in a day, over all their applications: each costs the bank money. */
  mostADay: 3,
} as const;

const dayMs = 86_400_000;

export type BankProofState = 'none' | 'pending' | 'proved' | 'failed';

/** Where a test stands; `again` is from when on another may be made of the same account. */
export type ProofStanding =
  | { state: 'none' }
  | { state: 'pending'; arrived: boolean; triesLeft: number; until: Date }
  | { state: 'proved'; at: Date }
  | { state: 'failed'; why: 'returned'; reason: string; again: Date }
  | { state: 'failed'; why: 'tries' | 'expired'; again: Date };

export interface ProofFacts {
  at: Date;
  expiresAt: Date;
  attempts: readonly { at: Date; right: boolean }[];
  provedAt: Date | null;
  /** As the rail has it. */
  payment: { state: 'pending' | 'settled' | 'returned' | 'refused'; reason: string; endedAt: Date | null };
}

/** A payment that comes back takes the proof with it, also one that was given before. */
export function standingOf(proof: ProofFacts | undefined, now: Date): ProofStanding {
  if (!proof) return { state: 'none' };
  const { payment, attempts, expiresAt } = proof;
  const dayAfter = (date: Date) => new Date(date.getTime() + dayMs);
  if (payment.state === 'returned' || payment.state === 'refused') {
    const again = dayAfter(payment.endedAt ?? proof.at);
    return { state: 'failed', why: 'returned', reason: payment.reason, again };
  }
  if (proof.provedAt) return { state: 'proved', at: proof.provedAt };
  const last = attempts.at(-1);
  if (last && attempts.length >= proofLimits.mostTries)
    return { state: 'failed', why: 'tries', again: dayAfter(last.at) };
  if (now >= expiresAt) return { state: 'failed', why: 'expired', again: expiresAt };
  const triesLeft = proofLimits.mostTries - attempts.length;
  return { state: 'pending', arrived: payment.state === 'settled', triesLeft, until: expiresAt };
}

export type StartRefusal =
  | { code: 'not-open' }
  | { code: 'no-details' }
  | { code: 'under-way' }
  | { code: 'proved' }
  | { code: 'wait'; until: Date }
  | { code: 'too-many-today' };

/** Whether another test may be made now. */
export function mayStart(facts: {
  open: boolean;
  hasDetails: boolean;
  standing: ProofStanding;
  /** Of the person, in the last 24 hours. */
  testsToday: number;
  now: Date;
}): Result<'start', StartRefusal> {
  const { standing, now } = facts;
  if (!facts.open) return refuse({ code: 'not-open' });
  if (!facts.hasDetails) return refuse({ code: 'no-details' });
  if (standing.state === 'pending') return refuse({ code: 'under-way' });
  if (standing.state === 'proved') return refuse({ code: 'proved' });
  if (standing.state === 'failed' && now < standing.again) return refuse({ code: 'wait', until: standing.again });
  return facts.testsToday >= proofLimits.mostADay ? refuse({ code: 'too-many-today' }) : ok('start');
}
