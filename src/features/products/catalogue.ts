import { ofDollarSize, type Currency } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { firstTerms } from './default-terms.ts';
import type { FoundingCode, ProductVersion } from './product.model.ts';
import { needsOfBefore, type DocumentKind, type NeededDocument } from './product-needs.ts';
import type { ProductTerms } from './product-terms.ts';

/** What a product of the first day is made of; amounts in whole units of a currency of the dollar's size. */
interface StartingProduct extends Pick<
  ProductVersion,
  'name' | 'summary' | 'minInstalments' | 'maxInstalments' | 'annualRate' | 'feePercent' | 'purposes'
> {
  minUnits: number;
  maxUnits: number;
  /** What differs from terms that ask for nothing but the borrower's word. */
  needs: Partial<ProductTerms>;
}

const ofApplicant = (...kinds: DocumentKind[]): NeededDocument[] =>
  kinds.map((kind) => ({ kind, required: true, of: 'applicant' }));
const ofEveryone = (...kinds: DocumentKind[]): NeededDocument[] =>
  kinds.map((kind) => ({ kind, required: true, of: 'everyone' }));
const person = ofEveryone('identity', 'address-proof', 'income-proof');

// Before any history that a demonstration plays, so that its first loans already have a product.
const foundingDay = '2020-01-01';

const starting: Record<FoundingCode, StartingProduct> = {
  personal: {
    name: 'Personal loan',
    summary: 'For plans of your own, without security.',
    needs: { frequencies: [{ every: 2, unit: 'week' }], documents: person, coolingOffDays: 14 },
    minUnits: 1_000,
    maxUnits: 50_000,
    minInstalments: 6,
    maxInstalments: 60,
    annualRate: rateOf('11.9'),
    feePercent: rateOf('1'),
    purposes: ['Home improvement', 'Debts in one place', 'Education', 'Medical costs', 'A move or an event', 'Another'],
  },
  home: {
    name: 'Home loan',
    summary: 'To buy, build or refinance a home. The property secures the loan.',
    needs: {
      security: 'property',
      documents: [...person, ...ofApplicant('bank-statement', 'property-title', 'valuation-report')],
      participants: { mostCoApplicants: 3, guarantor: 'allowed' },
      mostTranches: 3,
      coolingOffDays: 14,
    },
    minUnits: 20_000,
    maxUnits: 1_000_000,
    minInstalments: 60,
    maxInstalments: 360,
    annualRate: rateOf('6.4'),
    feePercent: rateOf('0.5'),
    purposes: ['Buy a home', 'Build a home', 'Refinance a home loan', 'Extend or convert a home'],
  },
  vehicle: {
    name: 'Vehicle loan',
    summary: 'For a new or used car, motorcycle or van.',
    needs: { security: 'vehicle', documents: [...person, ...ofApplicant('vehicle-invoice')] },
    minUnits: 2_000,
    maxUnits: 80_000,
    minInstalments: 12,
    maxInstalments: 84,
    annualRate: rateOf('8.2'),
    feePercent: rateOf('0.75'),
    purposes: ['New car', 'Used car', 'Motorcycle', 'Van or light truck'],
  },
  business: {
    name: 'Business loan',
    summary: 'For equipment, stock or growth of a business that you run.',
    needs: {
      forBusiness: true,
      documents: [
        ...ofEveryone('identity', 'address-proof'),
        ...ofApplicant('business-registration', 'financial-statements'),
      ],
      participants: { mostCoApplicants: 0, guarantor: 'allowed' },
    },
    minUnits: 5_000,
    maxUnits: 250_000,
    minInstalments: 12,
    maxInstalments: 84,
    annualRate: rateOf('10.5'),
    feePercent: rateOf('1.25'),
    purposes: ['Equipment', 'Stock', 'Premises', 'Working capital', 'Growth'],
  },
};

/** Version 1 of every product, in the bank's currency; its document id is given by whoever inserts it. */
export function startingProducts(currency: Currency): Omit<ProductVersion, '_id'>[] {
  return (Object.entries(starting) as [FoundingCode, StartingProduct][]).map(
    ([code, { minUnits, maxUnits, needs, ...facts }]) => ({
      code,
      version: 1,
      ...facts,
      currency,
      minAmount: ofDollarSize(minUnits, currency),
      maxAmount: ofDollarSize(maxUnits, currency),
      publishedOn: foundingDay,
      ...firstTerms(facts),
      ...needsOfBefore(false),
      ...needs,
    }),
  );
}
