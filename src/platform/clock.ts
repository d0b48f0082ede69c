/** Now, as an instant. Services are given one, so a year of demonstration history can be played. */
export interface Clock {
  now(): Temporal.Instant;
}

export const systemClock: Clock = { now: () => Temporal.Now.instant() };

/** For BSON dates. */
export function bsonDate(instant: Temporal.Instant): Date {
  return new Date(instant.epochMilliseconds);
}

export function instantOf(date: Date): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(date.getTime());
}
