import { larger, minus, ofDollarSize, plus, zero, type Currency, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';

/** What bounds transfers, as data: amounts in units of the dollar's size. */
export const transferPolicy = {
  /** Cooling-off: in the first hours at most so much in total may go to somebody new. */
  newPayee: { hours: 24, units: 1_000 },
  mostPayees: 100,
  mostActiveSchedules: 50,
} as const;

export function newPayeeLimit(currency: Currency): Money {
  return ofDollarSize(transferPolicy.newPayee.units, currency);
}

export type TransferRefusal =
  | { code: 'not-your-account' }
  | { code: 'cannot-send' }
  | { code: 'unknown-target' }
  | { code: 'same-account' }
  | { code: 'cannot-receive' }
  | { code: 'name-unconfirmed' }
  | { code: 'name-changed' }
  | { code: 'short-of-funds'; short: Money }
  | { code: 'over-transfer-limit'; limit: Money }
  | { code: 'over-daily-limit'; limit: Money; left: Money }
  | { code: 'over-new-payee-limit'; left: Money }
  | { code: 'held' }
  | { code: 'changed-meanwhile' }
  | { code: 'key-reused' };

/** What the ledger says of one side's account. */
export interface SideFacts {
  id: string;
  currency: Currency;
  state: 'open' | 'closed';
  freeze: 'none' | 'debit' | 'credit' | 'full';
}

export interface Payer extends SideFacts {
  available: Money;
  limits: { perTransfer: Money | null; perDay: Money | null };
  /** What left it under its limits on the last business date that anything did. */
  spent: { on: string; amount: Money } | null;
}

/** What is left of the day's limit; undefined where there is none. */
export function leftOn(today: string, { limits, spent }: Pick<Payer, 'limits' | 'spent'>): Money | undefined {
  if (limits.perDay === null) return undefined;
  const used = spent?.on === today ? spent.amount : zero;
  return larger(minus(limits.perDay, used), zero);
}

/** What the ledger and our own records say of a transfer, whatever its amount. */
export interface TransferFacts {
  currency: Currency;
  /** Undefined where it is not an account of who asks. */
  from: Payer | undefined;
  /** Undefined where there is no such account. */
  to: SideFacts | undefined;
  /** What was sent to a payee who is still new; undefined where the limit does not apply. */
  sentWhileNew: Money | undefined;
}

/** Whether two accounts may be the sides of a transfer at all, whatever its amount and its day. */
export function judgeSides(facts: Pick<TransferFacts, 'from' | 'to' | 'currency'>): Result<Payer, TransferRefusal> {
  const { from, to, currency } = facts;
  if (!from) return refuse({ code: 'not-your-account' });
  if (from.id === to?.id) return refuse({ code: 'same-account' });
  const receiver = judgeReceiver(to, currency);
  if (!receiver.ok) return receiver;
  return usable(from, { currency, frozen: 'debit' }) ? ok(from) : refuse({ code: 'cannot-send' });
}

/** Frozen, closed and of another currency answer alike: nobody learns the state of somebody else's account. */
export function judgeReceiver(to: SideFacts | undefined, currency: Currency): Result<'may-receive', TransferRefusal> {
  if (!to) return refuse({ code: 'unknown-target' });
  return usable(to, { currency, frozen: 'credit' }) ? ok('may-receive') : refuse({ code: 'cannot-receive' });
}

function usable(side: SideFacts, need: { currency: Currency; frozen: 'debit' | 'credit' }): boolean {
  const frozen = side.freeze === 'full' || side.freeze === need.frozen;
  return side.state === 'open' && side.currency === need.currency && !frozen;
}

/** Whether so much may leave an account at once, by the account's own terms. */
export function judgeAmount(from: Payer, amount: Money): Result<'within-limit', TransferRefusal> {
  const { perTransfer } = from.limits;
  const over = perTransfer !== null && amount > perTransfer;
  return over ? refuse({ code: 'over-transfer-limit', limit: perTransfer }) : ok('within-limit');
}

/** Whether so much may still leave it today: for the check page, since only the ledger can say it for sure. */
export function judgeDay(
  { limits }: Pick<Payer, 'limits'>,
  { amount, leftToday }: { amount: Money; leftToday: Money | undefined },
): Result<'within-limit', TransferRefusal> {
  const { perDay } = limits;
  if (perDay === null || leftToday === undefined || amount <= leftToday) return ok('within-limit');
  return refuse({ code: 'over-daily-limit', limit: perDay, left: leftToday });
}

/** The whole policy of a transfer that is to happen now. The ledger decides once more, at the moment of posting. */
export function judgeTransfer(facts: TransferFacts, amount: Money): Result<'may-be-sent', TransferRefusal> {
  const payer = judgeSides(facts);
  if (!payer.ok) return payer;
  const within = judgeAmount(payer.value, amount);
  if (!within.ok) return within;
  const { available } = payer.value;
  const { currency, sentWhileNew } = facts;
  if (sentWhileNew !== undefined) {
    const limit = newPayeeLimit(currency);
    if (plus(sentWhileNew, amount) > limit)
      return refuse({ code: 'over-new-payee-limit', left: minus(limit, sentWhileNew) });
  }
  if (amount > available) return refuse({ code: 'short-of-funds', short: minus(amount, available) });
  return ok('may-be-sent');
}

/**
 * Whether the money goes to whom the payer saw and meant. These are slips of the form rather than decisions of the
 * bank, and are not kept under a key.
 */
export function judgeName(
  order: { nameShown: string; confirmed: 'yes' | 'no' },
  receiver: { relation: 'own' | 'other'; shownName: string; nameKnown: boolean } | undefined,
): Result<'known', TransferRefusal> {
  if (receiver?.relation !== 'other') return ok('known');
  if (order.nameShown !== receiver.shownName) return refuse({ code: 'name-changed' });
  if (!receiver.nameKnown && order.confirmed === 'no') return refuse({ code: 'name-unconfirmed' });
  return ok('known');
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * A name as a stranger sees it, enough to know whom one means and too little to learn who it is: `Anna Maria Keane` is
 * `A··· M··· K···e`. How long the words are is not shown.
 */
export function maskName(fullName: string): string {
  const words = fullName.split(/\s+/).filter(Boolean).slice(0, 4);
  return words.map((word, index) => maskWord(word, index === words.length - 1 ? 'last' : 'other')).join(' ');
}

function maskWord(word: string, place: 'last' | 'other'): string {
  const letters = [...graphemes.segment(word)].map(({ segment }) => segment);
  const [first = ''] = letters;
  // Of a short word two letters would be most of it.
  const end = place === 'last' && letters.length > 3 ? (letters.at(-1) ?? '') : '';
  return `${first}···${end}`;
}
