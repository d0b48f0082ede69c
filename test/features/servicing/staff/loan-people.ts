import { expect } from 'vitest';
import { newId } from '#core/ids.ts';
import { imbalance } from '#features/ledger/index.ts';
import type { Loan } from '#features/loans/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import { dateOf } from '#core/calendar.ts';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import type { TestPortal } from '#test/portal.ts';
import { fundedAccount, lend } from '../lender.ts';

type Staff = Awaited<ReturnType<TestPortal['staff']>>;

/** A product with everything that staff can do something about. */
export const generous: Partial<ProductVersion> = {
  moratorium: { mostInstalments: 3 },
  fees: [{ code: 'bounce', when: 'event', amount: moneyOf(25_00n), taxPercent: rateOf('18') }],
};

export async function borrowerWithLoan(
  portal: TestPortal,
  lent: { name?: string; disbursedOn?: string; principal?: bigint; product?: Partial<ProductVersion> } = {},
) {
  const borrower = await portal.borrower(lent.name ?? 'Bea Borrower');
  const { partyId } = borrower;
  const accountId = await fundedAccount(portal, { partyId, amount: 0n });
  const { disbursedOn = '2026-01-05', principal = 6_000_00n, product = generous } = lent;
  const loan = await lend(portal, { partyId, accountId, principal, instalments: 12, disbursedOn, product });
  return { ...borrower, accountId, loan };
}

export async function storedLoan(portal: TestPortal, loanId: string): Promise<Loan> {
  const told = await portal.services.servicing.tell({ loanId });
  if (!told) throw new Error('The loan is gone');
  return told.loan;
}

export const hiddenOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)]
      .map(([, name = '', value = '']) => [name, decoded(value)] as const)
      .filter(([name]) => name !== '_csrf'),
  );

function decoded(text: string): string {
  return text.replaceAll('&#39;', "'").replaceAll('&#34;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}

/** Enters a form and comes to the page that shows what would change. */
export async function check(staff: Staff, path: string, fields: Record<string, string>) {
  const page = await staff.post(path, { ...fields, step: 'check' });
  return { page, hidden: hiddenOf(page.text) };
}

/** Enters, looks, confirms. */
export async function carryOut(staff: Staff, path: string, fields: Record<string, string>) {
  const { page, hidden } = await check(staff, path, fields);
  expect(page.status, page.text.slice(0, 3000)).toBe(200);
  return staff.post(path, { ...hidden, step: 'confirm' });
}

/** What must be true whatever was done. */
export async function expectSound(portal: TestPortal): Promise<void> {
  expect(imbalance(await portal.services.ledger.trialBalance())).toBe(0n);
  expect(await portal.services.servicing.verifyProjections()).toBeUndefined();
}

export async function payFromOutside(portal: TestPortal, loan: Loan, paid: { amount: bigint; on?: string }) {
  const key = newId();
  const outcome = await portal.services.servicing.act({
    ...{ key, actor: 'test', channel: 'staff', loanId: loan._id },
    ...(paid.on === undefined ? {} : { on: dateOf(paid.on) }),
    act: { kind: 'payment', from: 'cash', amount: moneyOf(paid.amount) },
  });
  if (!outcome.ok) throw new Error(`The test payment was refused: ${outcome.refusal.code}`);
  return key;
}

export const why = 'The borrower called and explained it at length';
