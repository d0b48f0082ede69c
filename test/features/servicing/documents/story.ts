import { present } from '#core/assert.ts';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import type { Act } from '#features/servicing/life/act.ts';
import { dueNow } from '#features/servicing/life/due.ts';
import { payoffTerms } from '#features/servicing/life/early.ts';
import { testPassword, type TestPortal } from '#test/portal.ts';
import { fundedAccount, lend } from '../lender.ts';

export const storyDays = { first: '2024-01-31', restructured: '2025-03-10', last: '2025-12-19' };

/** A loan of its own product, with everything that can be charged. */
export async function newStory(portal: TestPortal) {
  await portal.setDay(storyDays.first);
  const borrower = await portal.borrower('Łucja Ångström');
  const { partyId, userId } = borrower;
  const accountId = await fundedAccount(portal, { partyId, amount: 2_000_000n });
  const event = { when: 'event', taxPercent: rateOf('18') } as const;
  const loan = await lend(portal, {
    ...{ partyId, accountId, principal: 1_200_000n, annualRate: '12', instalments: 24, disbursedOn: storyDays.first },
    product: {
      dayCount: 'actual/365',
      fees: [
        { code: 'bounce', ...event, amount: moneyOf(25_00n) },
        { code: 'prepayment', ...event, percent: rateOf('2'), percentOf: 'prepaid' },
      ],
      penalty: { percentOf: 'overdue-principal', percent: rateOf('24'), graceDays: 3, basis: 'annual' },
    },
  });
  const loanId = loan._id;
  const { servicing } = portal.services;
  const told = async () => present(await servicing.tell({ loanId }), 'The loan');
  const act = async (what: Act, more: { on?: string; key?: string } = {}) => {
    const { key = newId(), on } = more;
    const when = on === undefined ? {} : { on: dateOf(on) };
    const order = { key, actor: userId, channel: 'staff' as const, loanId, partyId, ...when, act: what };
    const outcome = await servicing.act(order);
    if (!outcome.ok) throw new Error(`The story stopped: ${outcome.refusal.code}`);
    return key;
  };
  const from = { accountId };
  return {
    borrower,
    loan,
    loanId,
    told,
    act,
    pay: async (cents?: bigint, on?: string) => {
      const shown = dueNow((await told()).run);
      const more = on === undefined ? {} : { on };
      return act({ kind: 'payment', from, ...(cents === undefined ? { shown } : { amount: moneyOf(cents) }) }, more);
    },
    prepay: async (cents: bigint) =>
      act({
        ...{ kind: 'prepayment', from, amount: moneyOf(cents), effect: 'lower-instalment' },
        chargeShown: moneyOf((cents * 236n) / 10_000n),
      }),
    payOff: async () => {
      const facts = await told();
      return act({ kind: 'payoff', from, shown: payoffTerms({ ...facts, on: facts.today }).total });
    },
    signIn: () => borrower.post('/login', { email: borrower.email, password: testPassword }),
  };
}

export type Story = Awaited<ReturnType<typeof newStory>>;

/** Late, in part, in advance, early, backdated, reversed, at a new rate, restructured. */
export async function playToRestructuring(portal: TestPortal, story: Story): Promise<void> {
  const { setDay } = portal;
  const { pay, prepay, act } = story;
  await setDay('2024-02-29');
  await pay();
  await setDay('2024-04-12');
  await pay(20_000n);
  await pay();
  await setDay('2024-04-20');
  await pay(80_000n);
  await setDay('2024-06-03');
  await pay();
  await setDay('2024-06-20');
  await prepay(150_000n);
  await setDay('2024-08-20');
  await pay(50_000n, '2024-07-31');
  const bounced = await pay();
  await setDay('2024-09-02');
  await act({ kind: 'reversal', reverses: bounced, bounce: 'charged' });
  await act({ kind: 'waiver', part: 'penalty', amount: moneyOf(5_00n) });
  await pay();
  await setDay('2024-10-15');
  await act({ kind: 'rate-change', annualRate: '10.5' });
  await pay();
  await setDay(storyDays.restructured);
  const change = { fromDueOn: '2025-03-31', extraInstalments: 4, capitalise: 'arrears' as const };
  await act({ kind: 'restructure', change });
}

export async function playToTheEnd(portal: TestPortal, story: Story): Promise<void> {
  for (const day of ['2025-03-31', '2025-05-02', '2025-08-31']) {
    await portal.setDay(day);
    await story.pay();
  }
  await portal.setDay('2025-09-10');
  await story.pay(35_000n);
  await portal.setDay(storyDays.last);
  await story.payOff();
}
