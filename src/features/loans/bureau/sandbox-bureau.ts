import { createHmac } from 'node:crypto';
import { dateText, type PlainDate } from '#core/calendar.ts';
import { moneyOf, ofDollarSize, plus, scale, zero, type Currency, type Money } from '#core/money.ts';
import {
  creditKinds,
  type CreditAccount,
  type CreditBureau,
  type CreditKind,
  type CreditReport,
} from './credit-report.ts';

/** Ends the tax ids for which the sandbox pretends to be out of reach, so that it can be tried what happens then. */
const outOfReach = '0000';
const months = 24;
const lenders = ['First Harbour Bank', 'Northfield Credit', 'Meadow Savings', 'Union Cards', 'Lakeside Finance'];

/** In units of the dollar's size: how much is lent, and in how many months it is repaid. */
const sizes: Record<CreditKind, { least: number; most: number; months: number }> = {
  mortgage: { least: 60_000, most: 140_000, months: 360 },
  vehicle: { least: 6_000, most: 18_000, months: 60 },
  personal: { least: 2_000, most: 9_000, months: 48 },
  student: { least: 5_000, most: 20_000, months: 120 },
  card: { least: 1_000, most: 8_000, months: 0 },
};

/**
 * A bureau that knows nobody: it makes up a plausible report from the tax id alone, the same one whenever it is asked
 * on the same day, and says in it that it did.
 */
export function createSandboxBureau(options: { currency: Currency; today(): Promise<PlainDate> }): CreditBureau {
  const name = 'Sandbox Credit Bureau';
  return {
    name,
    report: async ({ taxId }) => {
      const normal = taxId.toUpperCase().replace(/[^A-Z0-9]/g, '');
      if (normal.endsWith(outOfReach)) throw new Error('The sandbox bureau is out of reach for this tax id');
      const draws = drawsOf(normal);
      const today = await options.today();
      return {
        bureau: name,
        contact: `${name}, disputes@sandbox-bureau.example`,
        ...made(draws, { ...options, today }),
      };
    },
  };
}

/** Whole numbers from a least to a most, always the same ones for the same text. */
type Draw = (least: number, most: number) => number;

function drawsOf(text: string): Draw {
  let count = 0;
  return (least, most) => {
    count += 1;
    // No secret: the sandbox only has to say the same every time.
    const digest = createHmac('sha256', 'sandbox-bureau').update(`${text}/${count}`).digest();
    return least + (digest.readUInt32BE(0) % (most - least + 1));
  };
}

interface Scene {
  currency: Currency;
  today: PlainDate;
}

function made(draw: Draw, scene: Scene): Omit<CreditReport, 'bureau' | 'contact'> {
  const { today, currency } = scene;
  const on = dateText(today);
  // Of twenty people one is unknown, two paid late more than once, and one of those failed to pay.
  const fate = draw(1, 20);
  const nobody = { isSandbox: true, on, score: null, keyFactors: [], accounts: [], enquiries: [] };
  if (fate === 1) return { ...nobody, defaults: [], bankruptcies: [], bills: null, paymentsOnRecord: 0 };
  const trouble = fate <= 3 ? fate - 1 : 0;
  const accounts = Array.from({ length: draw(1, 4) }, () => account(draw, { ...scene, trouble }));
  const enquiries = Array.from({ length: trouble > 0 ? draw(3, 6) : draw(0, 3) }, () => ({
    on: dateText(today.subtract({ days: draw(10, 330) })),
    by: pick(draw, lenders),
  })).toSorted((a, b) => (a.on < b.on ? 1 : -1));
  const defaults =
    trouble === 2
      ? [
          {
            on: dateText(today.subtract({ months: draw(3, 20) })),
            amount: ofDollarSize(draw(200, 2_000), currency),
            paid: draw(0, 1) === 1,
          },
        ]
      : [];
  const bankruptcies =
    trouble === 2 && draw(0, 3) === 0 ? [{ on: dateText(today.subtract({ months: draw(24, 80) })), ended: true }] : [];
  const facts = { accounts, enquiries, defaults, bankruptcies };
  // Drawn last, so that everything above is what it was before these were asked of it.
  return { ...facts, isSandbox: true, on, ...scoreOf(facts, draw), ...habitsOf(accounts, trouble, draw) };
}

/** How bills were paid in two years, and how many payments on credit are known of. */
function habitsOf(accounts: readonly CreditAccount[], trouble: number, draw: Draw) {
  const known = months;
  const onTime = trouble > 0 ? draw(8, 19) : draw(17, known);
  const longest = Math.max(0, ...accounts.map(({ history }) => history.length));
  return { bills: { known, onTime }, paymentsOnRecord: longest + draw(0, 12) };
}

function pick<T>(draw: Draw, from: readonly T[]): T {
  return from[draw(0, from.length - 1)] as T;
}

function account(draw: Draw, { currency, today, trouble }: Scene & { trouble: number }): CreditAccount {
  const kind = draw(1, 3) === 1 ? 'card' : pick(draw, creditKinds);
  const size = sizes[kind];
  // Nobody lends odd hundreds.
  const limit = ofDollarSize(Math.trunc(draw(size.least, size.most) / 100) * 100, currency);
  const age = draw(6, kind === 'card' ? 160 : size.months - 1);
  const isClosed = kind !== 'mortgage' && draw(1, 6) === 1;
  const left = kind === 'card' ? draw(4, trouble > 0 ? 96 : 55) : Math.trunc(((size.months - age) * 100) / size.months);
  const balance = isClosed ? zero : scale(limit, { numerator: BigInt(left), denominator: 100n, mode: 'half-even' });
  return {
    kind,
    lender: pick(draw, lenders),
    openedOn: dateText(today.subtract({ months: age })),
    state: isClosed ? 'closed' : 'open',
    limit,
    balance,
    monthly: isClosed ? zero : monthlyOf(kind, { limit, balance }),
    history: Array.from({ length: Math.min(age, months) }, () => lateness(draw, trouble)),
  };
}

/** A card asks for three per cent of what is drawn; a loan for its share and four per cent a year of the whole. */
function monthlyOf(kind: CreditKind, { limit, balance }: { limit: Money; balance: Money }): Money {
  if (kind === 'card') return scale(balance, { numerator: 3n, denominator: 100n, mode: 'up' });
  const share = moneyOf(limit / BigInt(sizes[kind].months));
  return plus(share, scale(limit, { numerator: 4n, denominator: 1200n, mode: 'up' }));
}

function lateness(draw: Draw, trouble: number): number {
  const chance = draw(1, 100);
  if (trouble === 0) return chance === 1 ? 30 : 0;
  if (chance > 12 * trouble) return 0;
  return chance > 8 ? 30 : chance > 3 ? 60 : 90;
}

/** The sandbox's own weights: each fact takes points, and the four that took most are the key factors. */
function scoreOf(
  facts: Pick<CreditReport, 'accounts' | 'enquiries' | 'defaults' | 'bankruptcies'>,
  draw: Draw,
): { score: number; keyFactors: string[] } {
  const history = facts.accounts.flatMap((one) => one.history);
  const late = history.filter((days) => days > 0).length;
  const drawn = facts.accounts.some((one) => one.kind === 'card' && one.balance * 2n > one.limit);
  const losses = [
    { points: Math.min(late * 14, 170), text: 'Payments that were late' },
    { points: facts.defaults.length * 120, text: 'An account that was not repaid' },
    { points: facts.bankruptcies.length * 110, text: 'A bankruptcy' },
    { points: drawn ? 45 : 0, text: 'Cards that are drawn to more than half of their limit' },
    { points: facts.enquiries.length * 6, text: 'The number of times credit was asked for lately' },
    { points: history.length < 24 ? 35 : 0, text: 'The short time that credit was used' },
  ].filter(({ points }) => points > 0);
  const lost = losses.reduce((all, { points }) => all + points, 0);
  const score = Math.max(300, Math.min(850, 790 + draw(-30, 45) - lost));
  const keyFactors = losses.toSorted((a, b) => b.points - a.points).map(({ text }) => text);
  return { score, keyFactors: keyFactors.slice(0, 4) };
}
