import { moneyOf, zero } from '#core/money.ts';
import { newBorrower, type TestBank } from '#test/portal.ts';
import type { Application } from '#features/loans/index.ts';
import type { ObligationsAnswers, SectionInput } from '#features/loans/applying/application-sections.ts';

export const personal = {
  fullName: 'Canary Fullname',
  birthDate: '1990-04-23',
  nationality: 'US',
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
  employerAddress: '5 Canary Square, Canaryville',
  employerPhone: '+12025550177',
  jobTitle: 'Canary Keeper',
  contract: 'permanent',
  years: 4,
  education: 'bachelor',
  workYears: 12,
  monthlyIncome: moneyOf(987_654n),
  otherIncomes: { rental: moneyOf(12_000n), investments: moneyOf(345n), benefits: zero, other: zero },
  otherIncome: moneyOf(12_345n),
} as const;

export const obligations: ObligationsAnswers = {
  rows: [
    { kind: 'rent', payee: 'Canary Landlord', monthly: moneyOf(60_000n), balance: zero },
    { kind: 'card', payee: 'Canary Card', monthly: moneyOf(7_891n), balance: moneyOf(98_765n) },
  ],
  home: 'rent',
  savings: moneyOf(345_678n),
  otherAssets: moneyOf(1_234_567n),
};

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
  postcode: 'CN4 RY9',
  value: moneyOf(44_556_677n),
  valuedOn: '2026-01-05',
  valuer: 'Canary Valuers',
  ownership: 'sole',
  insurance: 'insured',
  insurer: 'Canary Mutual',
} as const;

export const vehicle = {
  condition: 'used',
  make: 'Canary Motors',
  model: 'Yellow',
  year: 2021,
  price: moneyOf(2_345_678n),
  vin: '1M8GDM9AXKP042788',
  registration: 'CNRY 42',
} as const;

export const business = {
  legalName: 'Canary Seeds Ltd',
  registrationNumber: 'CNRY-778899',
  legalForm: 'limited',
  sector: 'trade',
  founded: '2015-04-01',
  annualTurnover: moneyOf(55_667_788n),
  annualProfit: moneyOf(-1_122_334n),
  employees: 12,
} as const;

export const monthly = { every: 1, unit: 'month' } as const;
export const terms = {
  amount: moneyOf(1_800_000n),
  instalments: 36,
  frequency: monthly,
  purpose: 'Home improvement',
} as const;

export const unsecured: readonly SectionInput[] = [
  { section: 'personal', answers: personal },
  { section: 'employment', answers: employment },
  { section: 'obligations', answers: obligations },
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
