import { expect } from 'vitest';
import { answer, follow, mainText, open, pathOf, press, quietly, send, type Walker } from './walker.ts';

/** The officer finds the file in the queue; gives its address. */
export async function openFile(at: Walker, applicantName: string): Promise<string> {
  await open(at, '/officer');
  await follow(at, at.page.getByRole('link', { name: applicantName }));
  return pathOf(at.page);
}

/** Verifies every document; gives how many there were. */
export async function verifyDocuments(at: Walker, file: string): Promise<number> {
  const { page } = at;
  await open(at, `${file}/documents`);
  const buttons = page.locator('main form[action$="/verify"] button[type=submit]');
  const count = await buttons.count();
  // Each press shows the page again; the last is looked at.
  for (let left = count; left > 0; left -= 1) {
    expect(await buttons.count()).toBe(left);
    await follow(quietly(at), buttons);
  }
  await at.look();
  return count;
}

/** Verifies everybody on the file. */
export async function verifyPeople(at: Walker, file: string): Promise<number> {
  await open(quietly(at), file);
  const people = await at.page.locator('section[aria-labelledby=h-file-kyc] a.title').all();
  const pages = await Promise.all(people.map((link) => link.getAttribute('href')));
  for (const [index, path] of pages.entries()) {
    const one = index === 0 ? at : quietly(at);
    await open(one, path ?? '');
    await answer(one, { risk: 'low' });
    await press(one, 'Verify this customer');
    expect(await mainText(at.page)).toContain('Verified');
  }
  return pages.length;
}

export async function approveWithCondition(at: Walker, file: string): Promise<void> {
  await open(quietly(at), file);
  await answer(at, { conditions: 'Insure the house against fire before the payout.' });
  await press(at, 'Approve and send the offer');
}

/** The loan in two parts, which the borrower reads before they sign. */
export async function planParts(at: Walker, file: string): Promise<void> {
  await open(at, `${file}/payout`);
  await at.page.getByText('Pay out in parts').click();
  const stages = { stage1: 'The land and the walls', stage2: 'The roof is on' };
  await answer(at, { amount1: '120000', amount2: '80000', ...stages });
  await press(at, 'Keep the plan');
  expect(await mainText(at.page)).toContain('The roof is on');
}

export async function meetCondition(at: Walker, file: string): Promise<void> {
  await open(at, `${file}/payout`);
  await at.page.getByText('It is met').click();
  await answer(at, { note: 'The policy came by post and begins today.' });
  await press(at, 'Mark as met');
}

export async function askForPart(at: Walker, file: string): Promise<void> {
  await open(at, `${file}/payout`);
  await answer(at, { reason: 'Everything is there and was looked at.' });
  await send(at, '/payout/ask');
  expect(await mainText(at.page)).toContain('Waiting for a second person');
}

export async function approvePart(at: Walker): Promise<void> {
  await open(at, '/approvals');
  await follow(at, at.page.locator('main table a[href^="/approvals/"]'));
  await press(at, 'Approve and carry it out');
}
