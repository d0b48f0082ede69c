/** A broken assumption of the program itself, never of its user. */
export class AssertionFault extends Error {
  override readonly name = 'AssertionFault';
}

/** Throws where the program's own rule does not hold. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionFault(message);
}

/** The value, asserted to be there. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new AssertionFault(`${what} is missing`);
  return value;
}

/** For the end of an exhaustive switch: a new member of the union fails to compile here. */
export function unreachable(value: never): never {
  throw new AssertionFault(`Not reachable: ${JSON.stringify(value)}`);
}
