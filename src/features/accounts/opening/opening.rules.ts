/** The lowest place that is not taken, from 1 to `most`; undefined where all are. */
export function freePlace(taken: readonly number[], most: number): number | undefined {
  return Array.from({ length: most }, (_, index) => index + 1).find((place) => !taken.includes(place));
}

/** Whether accounts of the type bear interest at all: the kind says so, since a rate may be zero for a while. */
export function bearsInterest({ kind }: { kind: 'current' | 'savings' }): boolean {
  return kind === 'savings';
}
