import { moneyOf } from '#core/money.ts';
import { newBorrower, type TestBank } from '#test/portal.ts';
import type { Application } from '#features/loans/index.ts';
import type { SectionInput } from '#features/loans/applying/application-sections.ts';

export const personal = {
  fullName: 'Canary Fullname',
  birthDate: '1990-04-23',
  taxId: '918-27-3645',
  email: 'canary-application@example.test',
  phone: '+12025550199',
  addressLine: '77 Canary Wharf Lane',
  city: 'Canaryville',
  postcode: '90210-7',
  country: 'US',
  dependants: 2,
} as const;

export const employment = {
  status: 'employed',
  employer: 'Canary Employer Ltd',
  jobTitle: 'Canary Keeper',
  years: 4,
  monthlyIncome: moneyOf(987_654n),
  otherIncome: moneyOf(12_345n),
  obligations: moneyOf(67_891n),
} as const;

export const bank = {
  route: 'aba',
  country: 'US',
  bankName: 'Canary Savings',
  routingNumber: '021000021',
  accountNumber: '445566778899',
} as const;

export const property = {
  kind: 'house',
  addressLine: '9 Canary Gardens',
  city: 'Canaryton',
  value: moneyOf(44_556_677n),
  ownership: 'sole',
} as const;

export const terms = { amount: moneyOf(1_800_000n), instalments: 36, purpose: 'Home improvement' } as const;

export const unsecured: readonly SectionInput[] = [
  { section: 'personal', answers: personal },
  { section: 'employment', answers: employment },
  { section: 'bank', answers: bank },
  { section: 'terms', answers: terms },
];

/** A draft of a new borrower. */
export async function newDraft(testBank: TestBank, productCode = 'personal') {
  const person = await newBorrower(testBank);
  const who = { actor: person.userId, partyId: person.partyId };
  const started = await testBank.services.applications.start({ ...who, branchId: 'head-office', productCode });
  if (!started.ok) throw new Error('The draft was not started');
  return { ...person, who, application: started.value };
}

/** Saves sections one after the other; each must be accepted. */
export async function answer(
  testBank: TestBank,
  draft: { who: { actor: string; partyId: string }; application: Application },
  inputs: readonly SectionInput[],
): Promise<Application> {
  let { application } = draft;
  for (const input of inputs) {
    const order = { ...draft.who, applicationId: application._id, version: application.version };
    const saved = await testBank.services.applications.saveSection({ ...order, ...input });
    if (!saved.ok) throw new Error(`${input.section} was refused: ${saved.refusal.code}`);
    application = saved.value;
  }
  return application;
}
