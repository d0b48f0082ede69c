import { describe, expect, it } from 'vitest';
import { waited } from '#core/format.ts';

describe('how long something has waited', () => {
  const now = Temporal.Instant.from('2026-03-17T12:00:00Z');
  it.each([
    ['2026-03-17T11:30:00Z', 'under 1 hour'],
    ['2026-03-17T11:00:00Z', '1 hour'],
    ['2026-03-15T12:00:01Z', '47 hours'],
    ['2026-03-15T12:00:00Z', '2 days'],
    // A clock that is a moment behind another instance's must not say that something waits since tomorrow.
    ['2026-03-17T12:00:05Z', 'under 1 hour'],
  ])('since %s is %s', (since, text) => {
    expect(waited(new Date(since), now).text).toBe(text);
  });
});
