import { describe, expect, it } from 'vitest';
import { createFormats } from '#core/format.ts';
import { rateOf } from '#core/rate.ts';
import { bookWith, leastLoans, type LendingBook } from '#features/loans/underwriting/book.rules.ts';
import { priceSentence } from '#features/loans/underwriting/file/pricing.view.ts';
import { gridPrice, isPriced } from '#features/loans/underwriting/pricing.rules.ts';
import { moneyOf } from '#core/money.ts';

const formats = createFormats({ currency: 'USD', locale: 'en-US', timeZone: 'UTC' });

describe('the price of the grid', () => {
  it.each([
    ['9.5', 'C', '1', '10.5', 'Product 9.50% + 1.00 for grade C and this term = 10.50%.'],
    ['9.5', 'A', '-0.5', '9', 'Product 9.50% − 0.50 for grade A and this term = 9.00%.'],
    ['9.5', 'B', '0', '9.5', 'Product 9.50% + 0.00 for grade B and this term = 9.50%.'],
    [
      '2',
      'E',
      '4',
      '4',
      'Product 2.00% + 4.00 for grade E and this term would be more than the product may cost: 4.00%.',
    ],
    [
      '2',
      'A',
      '-9',
      '1',
      'Product 2.00% − 9.00 for grade A and this term would be less than the product may cost: 1.00%.',
    ],
  ] as const)('of %s for grade %s and %s is %s', (productRate, grade, spread, rate, sentence) => {
    const price = gridPrice({ productRate, grade, spread });
    expect(price.annualRate).toBe(rate);
    expect(priceSentence(price, formats)).toBe(sentence);
  });

  it('is the product’s where the grid has no line', () => {
    const price = gridPrice({ productRate: '9.5', grade: 'C', spread: undefined });
    expect(price).toEqual({ kind: 'product', why: 'no-line', annualRate: '9.5' });
    expect(priceSentence(price, formats)).toContain('the product’s rate of 9.50% stands');
  });

  it('and the product’s own rate need no word, and no other does without', () => {
    const price = gridPrice({ productRate: '9.5', grade: 'C', spread: '1' });
    const priced = (rate: string) => isPriced(rateOf(rate), { productRate: '9.5', price });
    expect(['9.5', '10.5', '10.50'].map(priced)).toEqual([true, true, true]);
    expect(['9.49', '10', '10.500001'].map(priced)).toEqual([false, false, false]);
  });
});

describe('the book with a loan in it', () => {
  const book: LendingBook = {
    loans: leastLoans,
    whole: moneyOf(100_00n),
    byProduct: new Map([['personal', moneyOf(60_00n)]]),
    weakGrades: moneyOf(10_00n),
  };
  const loan = { product: 'personal', amount: moneyOf(20_00n), currency: 'USD' as const };

  it('counts it in the whole, in its product and among the weak', () => {
    expect(bookWith(book, loan)).toEqual({ whole: '120.00', product: '80.00', weakGrades: '30.00' });
    expect(bookWith(book, { ...loan, product: 'home' })).toMatchObject({ whole: '120.00', product: '20.00' });
  });

  it('says nothing while there are too few loans', () => {
    expect(bookWith({ ...book, loans: leastLoans - 1 }, loan)).toBeUndefined();
  });
});
