import type { Formats } from '#core/format.ts';
import { firstDates, storedRhythm, type Rhythm, type StoredRhythm } from './timing.rules.ts';

export function rhythmRows(rhythm: Rhythm, formats: Formats) {
  const stored = storedRhythm(rhythm);
  const dates = firstDates(stored, 3).map((date) => formats.date(date));
  return [
    { label: 'When', value: rhythmText(stored, formats) },
    ...(rhythm.every ? [{ label: 'First dates', value: dates.join(', ') }] : []),
  ];
}

/** `On 31 January 2027`, `Every 2 weeks from 3 March 2026 until 3 June 2026`. */
export function rhythmText(rhythm: StoredRhythm, formats: Formats): string {
  const { startOn, every, until, times } = rhythm;
  if (!every) return `On ${formats.date(startOn)}`;
  const unit = every.every === 1 ? every.unit : `${every.every} ${every.unit}s`;
  const end = until === null ? '' : ` until ${formats.date(until)}`;
  const count = times === null ? '' : `, ${times} ${times === 1 ? 'time' : 'times'}`;
  return `Every ${unit} from ${formats.date(startOn)}${end}${count}`;
}
