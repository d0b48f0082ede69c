import { describe, expect, it } from 'vitest';
import { followedMonths, monthsBefore, monthsDue, type Mark } from '#features/risk/watching/due.rules.ts';

const nowMs = Date.UTC(2026, 2, 15, 12);
const hour = 3_600_000;
const all = Array.from({ length: followedMonths + 1 }, (_, back) => monthsBefore('2026-03', back)).toReversed();
const mark = (month: string, change: Partial<Mark> = {}): Mark => ({
  ...{ month, through: '2026-03-15', countedAtMs: nowMs - 60_000, records: 5 },
  ...change,
});
const due = (marks: readonly Mark[], today = '2026-03-15') => monthsDue({ today, nowMs, marks });

describe('the months to count', () => {
  it('are two years and this month at first, the oldest first', () => {
    expect(due([])).toEqual(all);
    expect(all).toHaveLength(25);
    expect([all[0], all[24]]).toEqual(['2024-03', '2026-03']);
  });

  it('are none once they are counted', () => {
    expect(due(all.map((month) => mark(month)))).toEqual([]);
  });

  it('go on with those that a run did not reach', () => {
    expect(due(all.slice(0, 20).map((month) => mark(month)))).toEqual(all.slice(20));
  });

  it('are this one again after a day or an hour', () => {
    const others = all.slice(0, 24).map((month) => mark(month));
    expect(due([...others, mark('2026-03', { through: '2026-03-14' })])).toEqual(['2026-03']);
    expect(due([...others, mark('2026-03', { countedAtMs: nowMs - hour })])).toEqual(['2026-03']);
  });

  it('are the earlier ones again in a new month, since their loans go on', () => {
    const stale = all.map((month) => mark(month, { through: '2026-02-28' }));
    expect(due(stale)).toEqual(all);
  });

  it('are the month before in the first days of one, and an empty one after an hour', () => {
    const old = { through: '2026-03-02', countedAtMs: nowMs - hour };
    const marks = all.map((month) => mark(month, month === '2026-02' || month === '2025-07' ? old : {}));
    expect(due(marks, '2026-03-03')).toContain('2026-02');
    expect(due(marks, '2026-03-03')).not.toContain('2025-07');
    expect(due(all.map((month) => mark(month, month === '2025-07' ? { ...old, records: 0 } : {})))).toEqual([
      '2025-07',
    ]);
  });

  it('are the month before once more where nobody counted it on the fourth or later', () => {
    const countedOn = (through: string) =>
      all.map((month) => mark(month, month === '2026-02' ? { through, countedAtMs: nowMs - hour } : {}));
    for (const through of ['2026-02-28', '2026-03-01', '2026-03-03']) {
      expect([through, due(countedOn(through), '2026-03-04')]).toEqual([through, ['2026-02']]);
      expect([through, due(countedOn(through), '2026-03-15')]).toEqual([through, ['2026-02']]);
    }
    expect(due(countedOn('2026-03-04'), '2026-03-15')).toEqual([]);
  });

  it('crosses years', () => {
    expect([0, 1, 2, 3, 14, 15].map((count) => monthsBefore('2026-03', count))).toEqual([
      ...['2026-03', '2026-02', '2026-01', '2025-12', '2025-01', '2024-12'],
    ]);
  });
});
