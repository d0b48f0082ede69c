import { z } from 'zod';
import type { Result } from '#core/result.ts';
import { isOfferedCountry } from '#web/countries.ts';
import { textField } from '#web/fields.ts';
import type { BankRoute } from './bank-countries.rules.ts';
import {
  parseBankAccountNumber,
  parseBic,
  parseIban,
  parseIfsc,
  parseRoutingNumber,
  type AccountNumberFault,
  type BankDetails,
  type BicFault,
  type IbanFault,
  type IfscFault,
  type RoutingFault,
} from './bank-details.rules.ts';

const routingSentences: Record<RoutingFault, string> = {
  empty: 'Enter the routing number of your bank',
  form: 'A routing number has nine digits, like 021000021',
  district: 'No bank has a routing number that begins like this. Look at the lower left of a cheque',
  'check-digit': 'The last digit of this routing number does not fit the others. Check it for a slip',
};

const ifscSentences: Record<IfscFault, string> = {
  empty: 'Enter the IFSC of your branch',
  length: 'An IFSC has 11 characters, like SBIN0001234',
  form: 'An IFSC is four letters, a zero and six letters or digits, like SBIN0001234',
};

function bicSentence(fault: BicFault, countryName: string): string {
  if (fault === 'empty') return 'Enter the BIC of your bank';
  return fault === 'form'
    ? 'A BIC has 8 or 11 characters, like CHASUS33 or DEUTDEFF500'
    : `This BIC is not of a bank in ${countryName}: its fifth and sixth letters name the country`;
}

function ibanSentence(fault: IbanFault, countryName: string): string {
  switch (fault.code) {
    case 'empty':
      return 'Enter your IBAN';
    case 'form':
      return 'An IBAN begins with two letters and two digits, followed by letters and digits only';
    case 'other-country':
      return `This IBAN begins with ${fault.given}, which is not ${countryName}. Change the country or the IBAN`;
    case 'length':
      return `An IBAN of ${countryName} has ${fault.expected} characters; this one has ${fault.given}`;
    case 'check-digits':
      return 'The check digits of this IBAN do not fit. One character is wrong or two are swapped';
  }
}

function accountSentence(fault: AccountNumberFault): string {
  if (fault.code === 'empty') return 'Enter your account number';
  const signs = fault.digitsOnly ? 'digits' : 'letters and digits';
  return `An account number here has ${fault.least} to ${fault.most} ${signs}`;
}

/** A text field read by one of the parsers, with the sentence of its fault. */
function parsed<F>(parse: (text: string) => Result<string, F>, sentence: (fault: F) => string, empty: string) {
  return z.string({ error: empty }).transform((text, context): string => {
    const outcome = parse(text.slice(0, 200));
    if (outcome.ok) return outcome.value;
    context.addIssue({ code: 'custom', message: sentence(outcome.refusal) });
    return z.NEVER;
  });
}

export const countryField = z.string({ error: 'Choose a country' }).refine(isOfferedCountry, 'Choose a country');

/** What every form of bank details has; without a known country nothing else can be asked. */
const common = {
  country: countryField,
  bankName: textField({ what: 'the name of your bank', max: 80, min: 2 }),
};

const accountNumber = (route: Exclude<BankRoute, 'iban'>) =>
  parsed((text) => parseBankAccountNumber(text, route), accountSentence, 'Enter your account number');

/** The fields that name an account in this country; `countryName` goes into the sentences. */
export function bankFields(route: BankRoute, country: { code: string; name: string }) {
  switch (route) {
    case 'aba': {
      const number = parsed(parseRoutingNumber, (fault) => routingSentences[fault], routingSentences.empty);
      return { ...common, routingNumber: number, accountNumber: accountNumber('aba') };
    }
    case 'ifsc': {
      const ifsc = parsed(parseIfsc, (fault) => ifscSentences[fault], ifscSentences.empty);
      return { ...common, ifsc, accountNumber: accountNumber('ifsc') };
    }
    case 'iban': {
      const sentence = (fault: IbanFault) => ibanSentence(fault, country.name);
      return { ...common, iban: parsed((text) => parseIban(text, country.code), sentence, 'Enter your IBAN') };
    }
    case 'bic': {
      const sentence = (fault: BicFault) => bicSentence(fault, country.name);
      const bic = parsed((text) => parseBic(text, country.code), sentence, 'Enter the BIC of your bank');
      return { ...common, bic, accountNumber: accountNumber('bic') };
    }
  }
}

/** The details out of what a form of that route gave. */
export function bankDetailsOf(route: BankRoute, values: Record<string, unknown>): BankDetails {
  const text = (name: string) => {
    const value = values[name];
    return typeof value === 'string' ? value : '';
  };
  const bank = { country: text('country'), bankName: text('bankName') };
  switch (route) {
    case 'aba':
      return { ...bank, route, routingNumber: text('routingNumber'), accountNumber: text('accountNumber') };
    case 'ifsc':
      return { ...bank, route, ifsc: text('ifsc'), accountNumber: text('accountNumber') };
    case 'iban':
      return { ...bank, route, iban: text('iban') };
    case 'bic':
      return { ...bank, route, bic: text('bic'), accountNumber: text('accountNumber') };
  }
}
