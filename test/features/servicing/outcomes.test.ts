import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { borrowerWithLoan } from './staff/loan-people.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
});
afterAll(() => portal.close());

it('tells risk how loans went, by the index of their ids, and leaves out what is no loan', async () => {
  const late = await borrowerWithLoan(portal, { disbursedOn: '2025-10-05', product: {} });
  const young = await borrowerWithLoan(portal, { disbursedOn: '2026-03-10', product: {} });
  const { servicing } = portal.services;
  const found = await servicing.outcomesOf([late.loan._id, young.loan._id, newId()]);
  expect(found.size).toBe(2);
  expect(found.get(late.loan._id)).toMatchObject({ defaulted: true, state: 'running' });
  expect(found.get(late.loan._id)?.worstDaysPastDue).toBeGreaterThanOrEqual(90);
  expect(found.get(young.loan._id)).toMatchObject({ defaulted: false, worstDaysPastDue: 0, state: 'running' });
  expect((await servicing.outcomesOf([])).size).toBe(0);
  await expect(servicing.outcomesOf(Array.from({ length: 501 }, newId))).rejects.toThrow('At most 500');
});
