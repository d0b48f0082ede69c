import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sound, soundness } from '#test/ledger-builders.ts';
import { skipWithoutChromium } from '#test/needs.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { desktop, openBrowser, phone } from './browser.ts';
import {
  answerSections,
  invite,
  joinIn,
  papersOfApplicant,
  readLoan,
  reviewAndSend,
  sendDocuments,
  signAlong,
  signOffer,
  startFromCalculator,
  type Person,
} from './origination-people.ts';
import {
  approvePart,
  approveWithCondition,
  askForPart,
  meetCondition,
  openFile,
  planParts,
  verifyDocuments,
  verifyPeople,
} from './origination-staff.ts';
import { open, quietly, registerHere, signIn, walker } from './walker.ts';

/** For what hangs: a walk takes a minute or two, and more where others use the machine. */
const patienceMs = 480_000;

const couples = {
  withScripts: {
    applicant: { fullName: 'Wren Quill', email: 'wren@example.test', phone: '+12025550161', taxId: '912-73-4561' },
    partner: { fullName: 'Robin Quill', email: 'robin@example.test', phone: '+12025550162', taxId: '912-73-4562' },
  },
  withoutScripts: {
    applicant: { fullName: 'Heron Reed', email: 'heron@example.test', phone: '+12025550163', taxId: '912-73-4563' },
    partner: { fullName: 'Avocet Reed', email: 'avocet@example.test', phone: '+12025550164', taxId: '912-73-4564' },
  },
};

describe.skipIf(skipWithoutChromium())('a home loan from the calculator to the last payout, in Chromium', () => {
  let portal: TestPortal;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  beforeAll(async () => {
    portal = await openPortal();
    browser = await openBrowser(portal.app);
  });
  afterAll(async () => {
    await browser.close();
    await portal.close();
  });

  async function walk(people: { applicant: Person; partner: Person }, javaScriptEnabled: boolean) {
    const { applicant, partner } = people;
    const sit = async (viewport: typeof phone) => {
      const options = { javaScriptEnabled, viewport };
      return walker(await browser.visit(options), options);
    };
    const staff = async (role: 'senior-officer' | 'finance') => {
      const at = await sit(desktop);
      await signIn(at, (await portal.staff(role)).email);
      return at;
    };
    const [first, second] = [await sit(phone), await sit(phone)];
    const registerPartner = async () => {
      await open(quietly(second), '/register');
      expect(await registerHere(quietly(second), partner)).toBe('/dashboard');
    };

    const application = await startFromCalculator(first, applicant);
    await answerSections(first, application, applicant);
    // Once she is a customer already, once she comes by the invitation and gives its code.
    if (javaScriptEnabled) await registerPartner();
    const code = await invite(first, application, partner);
    if (!javaScriptEnabled) await registerPartner();
    const part = await joinIn(second, partner, javaScriptEnabled ? undefined : code);
    await sendDocuments(first, application);
    await reviewAndSend(first, application);
    // What the bank does by itself once an application is sent.
    await portal.platform.outbox.drain();

    const officer = await staff('senior-officer');
    const file = await openFile(officer, applicant.fullName);
    expect(await verifyDocuments(officer, file)).toBe(Object.keys(papersOfApplicant).length + 3);
    expect(await verifyPeople(officer, file)).toBe(2);
    await approveWithCondition(officer, file);
    await planParts(officer, file);

    await signOffer(first, application, applicant);
    await signAlong(second, part, partner);
    await meetCondition(officer, file);
    const finance = await staff('finance');
    await askForPart(officer, file);
    await approvePart(finance);
    expect(await readLoan(first)).toContain('120,000.00');
    await askForPart(quietly(officer), file);
    await approvePart(quietly(finance));
    expect(await readLoan(first)).toContain('200,000.00');
    await open(first, application);
    await open(second, part);
    await open(officer, file);
    const all = [first, second, officer, finance];
    expect(all.flatMap(({ complaints }) => complaints)).toEqual([]);
    for (const { page } of all) await page.context().close();
    return idOf(application);
  }

  const idOf = (application: string) => application.slice(application.lastIndexOf('/') + 1);

  async function expectPaidOut(applicationId: string): Promise<void> {
    const { db } = portal.database;
    const stored = await db.collection<{ _id: string; state: string }>('applications').findOne({ _id: applicationId });
    expect(stored?.state).toBe('disbursed');
    const loans = await db.collection<{ principal: bigint }>('loans').find({ applicationId }).toArray();
    expect(loans.map(({ principal }) => principal)).toEqual([20_000_000n]);
    expect(await soundness(portal)).toEqual(sound);
  }

  it('is walked on a phone with scripts, every page accessible', { timeout: patienceMs }, async () => {
    await expectPaidOut(await walk(couples.withScripts, true));
  });

  it('is walked the same without scripts', { timeout: patienceMs }, async () => {
    await expectPaidOut(await walk(couples.withoutScripts, false));
  });
});
