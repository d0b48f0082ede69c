import { describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { ageBand } from '#features/loans/applying/age-band.rules.ts';

describe('the age band of an applicant', () => {
  it('is that of the day the application was sent', () => {
    const bands = ['2000-03-17', '1996-03-18', '1996-03-17', '1986-03-17', '1976-03-17', '1964-03-18', '1964-03-17'];
    expect(bands.map((birthDate) => ageBand(birthDate, dateOf('2026-03-17')))).toEqual([
      ...['under 30', 'under 30', '30 to 39', '40 to 49', '50 to 61', '50 to 61', '62 and over'],
    ]);
  });
});
