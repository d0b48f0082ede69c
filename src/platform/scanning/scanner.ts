/** What a scanner makes of a content. */
export type ScanVerdict =
  | { verdict: 'clean' }
  /** `signature` is the scanner's own name of what it found. */
  | { verdict: 'infected'; signature: string }
  /** Nobody looked: the file stays in quarantine. */
  | { verdict: 'not-scanned' };

export interface Scanner {
  readonly kind: 'clamd' | 'none';
  /** Throws a fault of kind `unavailable` where the scanner is configured and does not answer. */
  scan(content: AsyncIterable<Uint8Array>): Promise<ScanVerdict>;
}

/** The embedded default: every file stays in quarantine, which staff open at their own risk. */
export const noScanner: Scanner = {
  kind: 'none',
  scan: () => Promise.resolve({ verdict: 'not-scanned' }),
};
