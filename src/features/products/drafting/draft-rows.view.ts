import { feeBases, feeCodes, feeOccasions } from '../product-terms.ts';
import { basisNames, feeNames, occasionNames } from '../plain-words.ts';
import { select, text, tick, type Control } from './draft-controls.view.ts';

/** The controls of one fee, beside each other on a wide screen. */
export function feeControls(row: number): Control[] {
  const name = (which: string) => `fee${row}${which}`;
  const codes = feeCodes.map((code) => ({ value: code, text: feeNames[code] }));
  const occasions = feeOccasions.map((when) => ({ value: when, text: occasionNames[when] }));
  const bases = feeBases.map((of) => ({ value: of, text: `% ${basisNames[of]}` }));
  return [
    select(name('Code'), 'Fee', [{ value: '', text: 'No fee' }, ...codes]),
    select(name('When'), 'Charged', occasions),
    text(name('Value'), 'How much', { inputmode: 'decimal', maxlength: 20 }),
    select(name('Of'), 'As', [{ value: 'amount', text: 'an amount' }, ...bases]),
    text(name('Tax'), 'Tax on it', { inputmode: 'decimal', maxlength: 12, unit: '%' }),
  ];
}

export function bucketControls(row: number): Control[] {
  const name = (which: string) => `bucket${row}${which}`;
  return [
    text(name('Code'), 'Code', { maxlength: 20 }),
    text(name('Name'), 'Name', { maxlength: 40 }),
    text(name('Alias'), 'US name', { maxlength: 40 }),
    text(name('From'), 'From', { inputmode: 'numeric', maxlength: 4, unit: 'days' }),
    text(name('Provision'), 'Provision', { inputmode: 'decimal', maxlength: 12, unit: '%' }),
    tick(name('Npa'), 'Non-performing'),
  ];
}
