import type { Result } from '#core/result.ts';

/** The value of what must not be refused while a plan is played; a refusal is a fault of the plan. */
export function done<T>(outcome: Result<T, unknown>, what: string): T {
  if (outcome.ok) return outcome.value;
  throw new Error(
    `The demonstration could not ${what}: ${JSON.stringify(outcome.refusal, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`,
  );
}
