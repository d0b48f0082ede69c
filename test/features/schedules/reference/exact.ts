/** Exact fractions, as slow and plain as they come: nothing here is shared with the engine that is tried. */
export interface Exact {
  readonly over: bigint;
  readonly under: bigint;
}

function greatestCommon(left: bigint, right: bigint): bigint {
  return right === 0n ? (left < 0n ? -left : left) : greatestCommon(right, left % right);
}

export function exact(over: bigint | number, under: bigint | number = 1n): Exact {
  const common = greatestCommon(BigInt(over), BigInt(under)) * (BigInt(under) < 0n ? -1n : 1n);
  return { over: BigInt(over) / common, under: BigInt(under) / common };
}

export const zero = exact(0n);
export const one = exact(1n);

export function plus(left: Exact, right: Exact): Exact {
  return exact(left.over * right.under + right.over * left.under, left.under * right.under);
}
export function less(left: Exact, right: Exact): Exact {
  return exact(left.over * right.under - right.over * left.under, left.under * right.under);
}
export function times(left: Exact, right: Exact): Exact {
  return exact(left.over * right.over, left.under * right.under);
}
export function divide(left: Exact, right: Exact): Exact {
  return exact(left.over * right.under, left.under * right.over);
}

/** A decimal text as a fraction. */
export function decimal(text: string): Exact {
  const [whole = '', places = ''] = text.split('.');
  return exact(BigInt(whole + places), 10n ** BigInt(places.length));
}

export type Mode = 'half-even' | 'half-up' | 'up';

/** To a multiple of `step`; negative amounts do not occur. */
export function roundTo(value: Exact, mode: Mode, step = 1n): bigint {
  const under = value.under * step;
  const down = value.over / under;
  const rest = (value.over % under) * 2n;
  if (mode === 'up') return (rest > 0n ? down + 1n : down) * step;
  const goesUp = rest > under || (rest === under && (mode === 'half-up' || down % 2n === 1n));
  return (goesUp ? down + 1n : down) * step;
}
