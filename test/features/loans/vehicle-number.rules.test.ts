import { describe, expect, it } from 'vitest';
import { parseVehicleNumber } from '#features/loans/applying/vehicle-number.rules.ts';

describe('a vehicle identification number', () => {
  // Published examples: 49 CFR 565 gives the check digit X, the others are from makers' papers.
  it.each(['1M8GDM9AXKP042788', '11111111111111111', '1HGCM82633A004352', '5GZCZ43D13S812715', 'WVWZZZ1JZXW000001'])(
    'is taken where its check digit fits, or its region has none: %s',
    (vin) => {
      expect(parseVehicleNumber(vin)).toEqual({ ok: true, value: vin });
    },
  );

  it('is read with spaces, dashes and small letters', () => {
    expect(parseVehicleNumber(' 1m8 gdm9-axkp042788 ')).toEqual({ ok: true, value: '1M8GDM9AXKP042788' });
  });

  it.each([
    ['1M8GDM9A2KP042788', 'check-digit'],
    // Two neighbours swapped.
    ['1M8GDM9AXKP047288', 'check-digit'],
    ['1M8GDM9AXKP04278', 'length'],
    ['', 'length'],
    ['1M8GDM9AXKPO42788', 'signs'],
    ['WVWZZZ1JZXW0000Ö1', 'signs'],
  ])('is refused: %s (%s)', (vin, refusal) => {
    expect(parseVehicleNumber(vin)).toEqual({ ok: false, refusal });
  });
});
