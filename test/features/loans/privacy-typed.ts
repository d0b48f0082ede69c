import { gpsCanary } from '#test/files.ts';
import { testPassword } from '#test/portal.ts';

/**
 * What people typed into one whole home loan with a co-applicant, and into another that was declined and contested.
 * Left out, as they lie open by design: the amounts, terms and purpose of the loan itself, by which the queue is worked.
 */
export const names = { applicant: 'Quetzalia Northwind', friend: 'Rosalind Quagmire' };
export const answers: Record<string, Record<string, string>> = {
  personal: {
    ...{ fullName: names.applicant, birthDate: '1987-11-23', nationality: 'US', taxId: '931-77-4821' },
    ...{ email: 'quetzal-form@example.test', phone: '+12025550187', addressLine: '77 Quetzal Lane' },
    ...{ city: 'Quetzalville', postcode: 'QZ74NW', country: 'US', dependants: '2' },
  },
  employment: {
    ...{ status: 'employed', employer: 'Quetzal Feathers Ltd', employerAddress: '5 Plumage Square' },
    ...{ employerPhone: '+12025550166', jobTitle: 'Quetzal keeper', contract: 'permanent', years: '4' },
    ...{ education: 'doctorate', workYears: '14' },
    ...{ monthlyIncome: '9,173,194.27', rentalIncome: '1,928,337.46', investmentIncome: '1,233,779.51' },
    ...{ benefitIncome: '', restIncome: '' },
  },
  obligations: {
    ...{ rows: '1', kind1: 'rent', payee1: 'Quetzal Landlady', monthly1: '1,173,155.39', balance1: '3,773,191.46' },
    ...{ home: 'mortgage', savings: '6,117,443.28', otherAssets: '8,338,227.61' },
  },
  bank: {
    country: 'US',
    bankName: 'Quetzal Savings',
    routingNumber: '021000021',
    accountNumber: '776655443321',
  },
  property: {
    ...{ kind: 'house', addressLine: '9 Quetzal Gardens', city: 'Plumageton', postcode: 'QT49PL' },
    ...{ value: '4,471,731.93', valuer: 'Quetzal Valuers', valuedOn: '2026-01-05', ownership: 'buying' },
    ...{ insurance: 'insured', insurer: 'Quetzal Mutual' },
  },
};
export const terms = { amount: '200,000.00', instalments: '240', frequency: '1-month', purpose: 'Buy a home' };
export const friendAnswers = {
  personal: {
    ...answers.personal,
    ...{ fullName: names.friend, birthDate: '1985-07-19', taxId: '932-66-5193', email: 'quagmire@example.test' },
    ...{ phone: '+12025550155', addressLine: '12 Quagmire Road', city: 'Bogville', postcode: 'BG71QU' },
  },
  employment: {
    ...answers.employment,
    employer: 'Bogville Peat',
    jobTitle: 'Peat digger',
    monthlyIncome: '8,264,915.73',
  },
  obligations: { ...answers.obligations, payee1: 'Peat Landlord', monthly1: '1,264,155.82' },
};
/** What an officer, a senior, finance and the borrower write about and to each other. */
export const written = {
  ...{ halfTyped: 'Quetzal half typed', invited: 'Rosalind of the bog', note: 'Quetzal note of the desk' },
  ...{ question: 'Quetzal question of the desk', answer: 'Quetzal answer of the borrower' },
  ...{ wanted: 'Quetzal wanted paper', refused: 'Quetzal refused paper', recommended: 'Quetzal recommendation' },
  ...{
    checked: 'Quetzal checked',
    met: 'Quetzal condition met',
    payout: 'Quetzal payout reason',
    paid: 'Quetzal paid',
  },
  ...{ words: 'Quetzal returned words', referral: 'Quetzal referral', declined: 'Quetzal declined note' },
  contest: 'Quetzal contested text',
  // They stand in the papers that are signed, too.
  condition: 'Insure the Quetzal home of Mrs Northwind',
  stage: 'The roof of the Quetzal home is on',
};
export const fileNames = {
  pdf: 'quetzal-papers.pdf',
  picture: 'quetzal-passport.jpg',
  content: 'Quetzal content of a paper',
};

/** What is no canary, since it is a choice out of a list, a small number, or a public code of a bank. */
const chosen = [
  ...['country', 'nationality', 'dependants', 'status', 'contract', 'years', 'rows', 'routingNumber', 'valuedOn'],
  ...['kind', 'kind1', 'ownership', 'insurance', 'education', 'workYears', 'home'],
];

export function typedValues(): string[] {
  const fields = [...Object.values(answers), ...Object.values(friendAnswers)].flatMap((section) =>
    Object.entries(section).flatMap(([name, value]) => (chosen.includes(name) || value === '' ? [] : [value])),
  );
  return [...fields, ...Object.values(names), ...Object.values(written), ...Object.values(fileNames), gpsCanary];
}

/** Amounts also without their commas and as whole minor units, as they would lie in a database. */
export function canaries(emails: readonly string[]): string[] {
  const typed = typedValues();
  const amounts = typed.filter((value) => /^[\d,]+\.\d\d$/.test(value)).map((value) => value.replaceAll(',', ''));
  const minor = amounts.map((value) => value.replace('.', ''));
  // The builders of the second application type their own canaries.
  return [...new Set([...typed, ...amounts, ...minor, ...emails, 'quetzal', 'canary', testPassword, '127.0.0.1'])];
}
