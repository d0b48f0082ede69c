import { expect } from 'vitest';
import { jpegFile, pdfFile, pngFile } from '#test/files.ts';
import { testPassword } from '#test/portal.ts';
import { answer, follow, mainText, open, pathOf, press, registerHere, send, tickAll, type Walker } from './walker.ts';

/** Somebody who borrows, in one walk. */
export interface Person {
  fullName: string;
  email: string;
  phone: string;
  taxId: string;
}

const address = { addressLine: '48 Wrenhaven Terrace', city: 'Larkminster', postcode: '62799', country: 'US' };

const owned = { home: 'rent', savings: '2400.00', otherAssets: '9000.00' };

const ofPerson: Record<string, (person: Person) => Record<string, string>> = {
  personal: (person) => ({ ...person, ...address, birthDate: '1987-03-29', nationality: 'US', dependants: '1' }),
  employment: () => ({
    status: 'employed',
    employer: 'Nightjar Instruments',
    employerAddress: '3 Sandpiper Lane, Larkminster',
    jobTitle: 'Curator',
    contract: 'permanent',
    years: '6',
    education: 'bachelor',
    workYears: '11',
    monthlyIncome: '6400.00',
  }),
  obligations: () => ({ kind1: 'rent', payee1: 'Plover Homes', monthly1: '350.00', ...owned }),
};

const ofApplicant: typeof ofPerson = {
  ...ofPerson,
  bank: ({ taxId }) => ({
    bankName: 'Sandpiper Savings',
    routingNumber: '021000021',
    accountNumber: taxId.replaceAll('-', ''),
  }),
  property: () => ({
    kind: 'house',
    addressLine: '7 Goldcrest Lane',
    city: 'Plovertown',
    value: '300000',
    valuer: 'Heron Valuers',
    valuedOn: '2025-06-02',
    ownership: 'buying',
    insurance: 'will-insure',
  }),
};

/** From the public calculator to the task list; gives the address of the application. */
export async function startFromCalculator(at: Walker, person: Person): Promise<string> {
  const { page } = at;
  await open(at, '/calculator?product=home');
  await answer(at, { amount: '200000', instalments: '240' });
  await press(at, 'Show what it costs');
  // The script may have asked by itself already.
  await page.waitForURL(/amount=200000/);
  await follow(at, page.locator('main a[href^="/register"][href*="200000"]'));
  expect(await registerHere(at, person)).toBe('/calculator/apply');
  expect(await mainText(page)).toContain('200,000.00');
  await answer(at, { purpose: 'Buy a home' });
  await press(at, 'Start the application');
  return pathOf(page);
}

/** Every section in the order in which the portal leads through them. */
export async function answerSections(at: Walker, application: string, person: Person): Promise<void> {
  await follow(at, at.page.getByRole('main').locator(`a[href$="/personal"]`));
  for (const [section, fields] of Object.entries(ofApplicant)) {
    expect(pathOf(at.page)).toBe(`${application}/${section}`);
    await answer(at, fields(person));
    await press(at, /^Save and/);
  }
}

/** Invites the co-applicant; gives the code that the applicant tells them. */
export async function invite(at: Walker, application: string, { fullName, email }: Person): Promise<string> {
  await open(at, `${application}/people`);
  await answer(at, { role: 'co-applicant', fullName, email, relationship: 'spouse' });
  await press(at, 'Send the invitation');
  const text = await mainText(at.page);
  expect(text).toContain(fullName);
  return /Code to tell them:\s*(\S+)/.exec(text)?.[1] ?? '';
}

const scan = (name: string) => {
  if (name.endsWith('.jpg')) return { name, mimeType: 'image/jpeg', buffer: jpegFile({ dataBytes: 300_000 }) };
  if (name.endsWith('.png')) return { name, mimeType: 'image/png', buffer: pngFile() };
  return { name, mimeType: 'application/pdf', buffer: pdfFile({ fillBytes: 100_000 }) };
};

const papersOfPerson = {
  'Proof of identity': 'passport.jpg',
  'Proof of address': 'electricity bill.png',
  'Proof of income': 'payslips.pdf',
};
export const papersOfApplicant = {
  ...papersOfPerson,
  'Bank statement': 'statement.pdf',
  'Title of the property': 'title.pdf',
  'Valuation report': 'valuation.pdf',
};

/** Sends the papers on the page of documents that is shown. */
async function sendPapers(at: Walker, papers: Record<string, string>): Promise<void> {
  const { page, look } = at;
  for (const [paper, file] of Object.entries(papers)) {
    const card = page.getByRole('region', { name: paper });
    await card.locator('input[type=file]').setInputFiles(scan(file));
    await card.getByRole('button', { name: /^Send/ }).click();
    await page.getByText(`${paper}: we have your file`).waitFor();
  }
  await look();
}

export async function sendDocuments(at: Walker, application: string): Promise<void> {
  await open(at, `${application}/documents`);
  await sendPapers(at, papersOfApplicant);
}

export async function reviewAndSend(at: Walker, application: string): Promise<void> {
  await open(at, `${application}/review`);
  await tickAll(at);
  await press(at, 'Send the application');
  expect(pathOf(at.page)).toBe(application);
  expect(await mainText(at.page)).toMatch(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
}

/** The co-applicant's part from the list of invitations to their consents; gives its address. */
export async function joinIn(at: Walker, person: Person, code: string | undefined): Promise<string> {
  const { page } = at;
  await open(at, '/loans/joint');
  await follow(at, page.locator('main a[href^="/loans/joint/"]'));
  const part = pathOf(page);
  if (code !== undefined) {
    await answer(at, { code });
    await press(at, 'Show me the invitation');
  }
  await press(at, 'Accept');
  await follow(at, page.locator('main a[href$="/personal"]'));
  for (const [section, fields] of Object.entries(ofPerson)) {
    expect(pathOf(page)).toBe(`${part}/${section}`);
    await answer(at, fields(person));
    await press(at, /^Save and/);
  }
  await open(at, `${part}/documents`);
  await sendPapers(at, papersOfPerson);
  await open(at, `${part}/confirm`);
  await tickAll(at);
  await send(at, '/confirm');
  expect(pathOf(page)).toBe(part);
  return part;
}

/** The applicant reads the offer, which they find from their overview, and signs it. */
export async function signOffer(at: Walker, application: string, { fullName }: Person): Promise<void> {
  await open(at, '/dashboard');
  await follow(at, at.page.getByRole('link', { name: /Answer our offer/ }));
  const text = await mainText(at.page);
  for (const fact of ['120,000.00', '80,000.00', 'Insure the house']) expect(text).toContain(fact);
  await answer(at, { typedName: fullName, password: testPassword });
  await tickAll(at);
  await send(at, '/accept');
  expect(pathOf(at.page)).toBe(`${application}/offer`);
}

export async function signAlong(at: Walker, part: string, { fullName }: Person): Promise<void> {
  await open(at, part);
  await follow(at, at.page.locator('main a[href$="/sign"]'));
  await answer(at, { typedName: fullName, password: testPassword });
  await tickAll(at);
  await send(at, '/sign');
  expect(pathOf(at.page)).toBe(part);
}

/** Looks at the loan from the list of loans; gives what its page says. */
export async function readLoan(at: Walker): Promise<string> {
  await open(at, '/loans');
  await follow(at, at.page.locator('main a[href^="/loans/"]:not([href*="/apply"]):not([href*="/joint"])'));
  return mainText(at.page);
}
