import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { moneyOf, zero } from '#core/money.ts';
import { affordabilityOf, type AffordabilityFacts } from '#features/loans/underwriting/affordability.rules.ts';

const facts = (changed: Partial<AffordabilityFacts> = {}): AffordabilityFacts => ({
  salary: moneyOf(890_000n),
  otherIncome: zero,
  declaredObligations: moneyOf(14_000n),
  ownLoans: [{ number: 'L-4402-7719', instalment: moneyOf(174_650n) }],
  instalment: moneyOf(57_743n),
  amount: moneyOf(1_800_000n),
  propertyValue: null,
  ...changed,
});

describe('What an applicant can afford', () => {
  it('sets every instalment, this one included, against the income', () => {
    const figures = affordabilityOf(facts());
    expect(figures.debtNow?.percent).toBe('21.2');
    expect(figures.debtWithLoan?.percent).toBe('27.7');
    expect(figures.debtWithLoan?.within).toBe(true);
    expect(figures.leftAfterBills).toBe(643_607n);
    expect(figures.instalmentRoom).toBe(109_607n);
  });

  it('counts other income', () => {
    expect(affordabilityOf(facts({ otherIncome: moneyOf(110_000n) })).income).toBe(1_000_000n);
  });

  it('takes exactly 40 per cent as within the limit and a cent more as over it', () => {
    const at = (instalment: bigint) =>
      affordabilityOf(
        facts({
          salary: moneyOf(100_000n),
          declaredObligations: zero,
          ownLoans: [],
          instalment: moneyOf(instalment),
        }),
      );
    expect(at(40_000n).debtWithLoan).toMatchObject({ percent: '40.0', within: true });
    expect(at(40_001n).debtWithLoan).toMatchObject({ percent: '40.1', within: false });
    expect(at(40_001n).instalmentRoom).toBe(-1n);
  });

  it('never shows a share within the limit that the verdict calls over it, or the other way round', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 9n), fc.bigInt(0n, 10n ** 9n), (salary, instalment) => {
        const { debtWithLoan } = affordabilityOf(
          facts({ salary: moneyOf(salary), instalment: moneyOf(instalment), declaredObligations: zero, ownLoans: [] }),
        );
        return debtWithLoan !== null && debtWithLoan.within === debtWithLoan.tenths <= 400n;
      }),
    );
  });

  it('compares nothing with an income that was not declared', () => {
    const figures = affordabilityOf(facts({ salary: zero }));
    expect(figures.debtWithLoan).toBeNull();
    expect(figures.debtNow).toBeNull();
    expect(figures.leftAfterBills).toBeLessThan(0n);
  });

  it('sets a secured loan against its property: 80 per cent is within, more is over', () => {
    const at = (value: bigint) => affordabilityOf(facts({ propertyValue: moneyOf(value) })).loanToValue;
    expect(at(2_250_000n)).toMatchObject({ percent: '80.0', within: true });
    expect(at(2_249_999n)).toMatchObject({ percent: '80.1', within: false });
    expect(affordabilityOf(facts()).loanToValue).toBeNull();
    expect(affordabilityOf(facts({ propertyValue: moneyOf(3_000_000n) })).lendingRoom).toBe(600_000n);
    expect(affordabilityOf(facts({ propertyValue: moneyOf(2_000_000n) })).lendingRoom).toBe(-200_000n);
  });
});
