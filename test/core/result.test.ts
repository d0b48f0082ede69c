import { describe, expect, it } from 'vitest';
import { ok, refuse, type Result } from '#core/result.ts';

function half(of: number): Result<number, { code: 'odd' }> {
  return of % 2 === 0 ? ok(of / 2) : refuse({ code: 'odd' });
}

describe('a result', () => {
  it('carries its value where all went well', () => {
    expect(half(4)).toEqual({ ok: true, value: 2 });
  });

  it('carries a refusal by its code otherwise', () => {
    const outcome = half(3);
    expect(outcome).toEqual({ ok: false, refusal: { code: 'odd' } });
    expect(outcome.ok ? null : outcome.refusal.code).toBe('odd');
  });
});
