import { present } from '#core/assert.ts';
import { newId } from '#core/ids.ts';
import { ofDollarSize } from '#core/money.ts';
import type { Bank } from '../composition.ts';
import { done } from './done.ts';

/** A second account, so that the borrower's pages show more than one. */
export async function addSavings({ services, platform }: Bank, partyId: string): Promise<void> {
  const { accounts } = services;
  const opened = done(
    await accounts.open({ actor: 'demo', partyId, name: 'Savings', type: 'savings' }),
    'open an account',
  );
  const amount = ofDollarSize(1_250, platform.currency);
  done(await accounts.deposit({ key: newId(), actor: 'demo', partyId, accountId: opened.id, amount }), 'save money');
  await addUnderWay({ services, platform }, { partyId, accountId: opened.id });
}

/** A payee with a first transfer, and a transfer to the savings each month. */
export async function addTransfers(
  { services, platform }: Bank,
  people: { partyId: string; payeeParty: string },
): Promise<void> {
  const { accounts, transfers } = services;
  const { partyId, payeeParty } = people;
  const [everyday, savings] = await accounts.listOwn(partyId);
  const [theirs] = await accounts.listOwn(payeeParty);
  const from = present(everyday, 'The first account of the borrower to sign in as');
  const { number } = present(theirs, 'The account of the payee');
  const { maskedName: nameShown } = done(await transfers.payees.check({ partyId, number }), 'look a payee up');
  const known = { actor: 'demo', partyId, nameShown, confirmed: 'yes' } as const;
  const payee = done(await transfers.payees.save({ ...known, number, nickname: 'Choir treasurer' }), 'save a payee');
  const amount = ofDollarSize(45, platform.currency);
  // In a demonstration of few months they have not earned it yet.
  if (from.available < amount) return;
  const target = { kind: 'payee', payeeId: payee.id } as const;
  const fee = { ...known, key: newId(), fromId: from.id, target, amount, reference: 'Choir fee' };
  done(await transfers.transfer(fee), 'transfer to a payee');
  const own = { kind: 'own', accountId: present(savings, 'The savings account').id } as const;
  const startOn = (await platform.bankDay.today()).add({ months: 1 }).with({ day: 1 });
  const rhythm = { startOn, every: { every: 1, unit: 'month' }, until: null, times: null } as const;
  const saving = { ...known, key: newId(), fromId: from.id, target: own, nameShown: 'Savings', amount };
  done(await transfers.schedules.create({ ...saving, reference: 'Monthly saving', rhythm }), 'save each month');
}

/** A deposit and a withdrawal that wait for the other bank, so that there is something to settle. */
async function addUnderWay(
  { services, platform }: Bank,
  savings: { partyId: string; accountId: string },
): Promise<void> {
  const { accounts } = services;
  const { partyId } = savings;
  const sale = { key: newId(), actor: 'demo', ...savings, amount: ofDollarSize(28_000, platform.currency) };
  done(await accounts.deposit(sale), 'order a large deposit');
  const [everyday] = await accounts.listOwn(partyId);
  const { id: accountId, available } = present(everyday, 'The first account of the borrower to sign in as');
  const amount = ofDollarSize(10_500, platform.currency);
  // In a demonstration of few months they have not earned it yet.
  if (available < amount) return;
  const other = { bankName: 'Harbour Mutual', bankAccount: '000123456789' };
  const order = { key: newId(), actor: 'demo', partyId, accountId, amount, ...other };
  done(await accounts.rail.withdraw(order), 'order a large withdrawal');
}
