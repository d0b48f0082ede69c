import { ok, refuse, type Result } from '#core/result.ts';

export type VehicleNumberFault = 'length' | 'signs' | 'check-digit';

const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
// Letters count by their place in each row: 49 CFR 565.15. I, O and Q do not occur (ISO 3779).
const rows = ['ABCDEFGH', 'JKLMN P R', ' STUVWXYZ'];

function worth(sign: string): number {
  if (/\d/.test(sign)) return Number(sign);
  return Math.max(...rows.map((row) => row.indexOf(sign))) + 1;
}

/** A vehicle identification number: 17 signs, and in North America a check digit at the ninth place. */
export function parseVehicleNumber(text: string): Result<string, VehicleNumberFault> {
  const vin = text.replace(/[\s-]/g, '').toUpperCase();
  if (vin.length !== 17) return refuse('length');
  if (!/^[A-HJ-NPR-Z0-9]{17}$/.test(vin)) return refuse('signs');
  // Other regions leave the ninth place to the maker.
  if (!/^[1-5]/.test(vin)) return ok(vin);
  const remainder = Array.from(vin).reduce((total, sign, index) => total + worth(sign) * (weights[index] ?? 0), 0) % 11;
  return vin[8] === (remainder === 10 ? 'X' : String(remainder)) ? ok(vin) : refuse('check-digit');
}
