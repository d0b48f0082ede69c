import { dateOf, yearsBetween, type PlainDate } from '#core/calendar.ts';

/** The bands of the trainer's fairness figures (docker/risk-training), so that both can be read side by side. */
const bands = [
  { from: 62, name: '62 and over' },
  { from: 50, name: '50 to 61' },
  { from: 40, name: '40 to 49' },
  { from: 30, name: '30 to 39' },
  { from: 0, name: 'under 30' },
] as const;

/** The band of an age on a day. */
export function ageBand(birthDate: string, on: PlainDate): string {
  const age = yearsBetween(dateOf(birthDate), on);
  return bands.find(({ from }) => age >= from)?.name ?? 'under 30';
}
