/**
 * Faults are thrown, never returned: what a use case cannot answer with a refusal. `web/errors` holds the one table
 * of kind to status, page and log level.
 */
export type FaultKind =
  | 'not-found'
  | 'forbidden'
  | 'signed-out'
  | 'stale-form'
  | 'malformed'
  | 'too-large'
  | 'conflict'
  | 'too-many'
  | 'outcome-unknown'
  | 'unavailable'
  | 'keys-unavailable'
  | 'internal';

export class Fault extends Error {
  override readonly name = 'Fault';
  readonly kind: FaultKind;
  /** The idempotency key of a posting whose outcome is not known yet. */
  readonly operationKey: string | undefined;

  constructor(kind: FaultKind, message: string, options: { cause?: unknown; operationKey?: string } = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.operationKey = options.operationKey;
  }
}

/** Somebody else's object answers exactly as a missing one. */
export function notFound(what: string): Fault {
  return new Fault('not-found', `${what} not found`);
}

/** The document moved since the form was shown (optimistic locking). */
export function conflict(what: string): Fault {
  return new Fault('conflict', `${what} has changed since the page was shown`);
}
