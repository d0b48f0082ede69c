import { createHmac } from 'node:crypto';
import bcrypt from 'bcrypt';
import { present } from '#core/assert.ts';
import { Fault } from '#core/errors.ts';

export interface Pepper {
  id: string;
  secret: string;
}

export interface HashedPassword {
  hash: string;
  pepperId: string;
}

export interface Passwords {
  hash(password: string): Promise<HashedPassword>;
  /** Takes as long for a user who is not there (`undefined`) as for one who is. */
  matches(password: string, kept: HashedPassword | undefined): Promise<boolean>;
}

// bcrypt keeps one of libuv's four threads busy for a quarter of a second: more than two at once would stall file reads.
const mostAtOnce = 2;
const mostWaiting = 200;

/**
 * `bcrypt(base64(HMAC-SHA-384(pepper, NFKC(password))))`: 64 characters into bcrypt, so that its limit of 72 bytes
 * never cuts a password. The first pepper hashes, the others still verify.
 */
export function createPasswords(options: { peppers: readonly Pepper[]; cost: number }): Passwords {
  const { peppers, cost } = options;
  const current = present(peppers[0], 'A password pepper');
  const inTurn = queue();
  const spiced = (password: string, pepper: Pepper) =>
    createHmac('sha384', pepper.secret).update(password.normalize('NFKC')).digest('base64');
  // Compared against for addresses nobody has, so that an answer tells nothing by its time.
  const nobody = bcrypt.hash(spiced('nobody', current), cost);
  return {
    hash: async (password) => ({
      hash: await inTurn(() => bcrypt.hash(spiced(password, current), cost)),
      pepperId: current.id,
    }),
    matches: async (password, kept) => {
      const pepper = peppers.find((one) => one.id === kept?.pepperId) ?? current;
      const hash = kept?.hash ?? (await nobody);
      const same = await inTurn(() => bcrypt.compare(spiced(password, pepper), hash));
      return same && kept !== undefined;
    },
  };
}

/** Runs at most two at once, the rest in order; past a full waiting room it throws rather than grow. */
function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= mostAtOnce) {
      if (waiting.length >= mostWaiting) throw new Fault('unavailable', 'Too many passwords are being checked');
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
