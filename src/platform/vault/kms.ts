/** What the portal needs of a key management service: keys for its small set of key-encryption keys. */
export interface Kms {
  readonly provider: string;
  /** A new 256-bit key in plain and as the service wrapped it. `context` must be given again to unwrap. */
  generateDataKey(context: Record<string, string>): Promise<{ plain: Buffer; wrapped: Buffer }>;
  decrypt(wrapped: Buffer, context: Record<string, string>): Promise<Buffer>;
}

/** The service did not answer in this time: what needs a key that is not cached fails closed. */
export const kmsDeadlineMs = 3_000;
