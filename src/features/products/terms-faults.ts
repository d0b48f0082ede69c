import { rhythmName } from './product-needs.ts';
import type { ProductFee, ProductTerms } from './product-terms.ts';

/** What is wrong between the answers of a draft, each of which is right by itself; `field` is where to say it. */
export interface TermsFault {
  field: string;
  message: string;
}

/** Every rule that the terms break, in the order of the form. */
export function termsFaults(terms: ProductTerms): TermsFault[] {
  return [
    ...limitFaults(terms),
    ...needFaults(terms),
    ...feeFaults(terms.fees),
    ...startFaults(terms),
    ...allocationFaults(terms.allocation),
    ...prepaymentFaults(terms),
    ...bucketFaults(terms.npaBuckets),
  ];
}

const when = (broken: boolean, field: string, message: string): TermsFault[] => (broken ? [{ field, message }] : []);

function limitFaults(terms: ProductTerms): TermsFault[] {
  const { minAmount, maxAmount, minInstalments, maxInstalments } = terms;
  return [
    ...when(minAmount <= 0n, 'minAmount', 'Enter the smallest amount above zero'),
    ...when(maxAmount < minAmount, 'maxAmount', 'Enter a largest amount that is not below the smallest'),
    ...when(maxInstalments < minInstalments, 'maxInstalments', 'Enter a longest term that is not below the shortest'),
  ];
}

function needFaults({ frequency, frequencies, documents, security }: ProductTerms): TermsFault[] {
  const names = frequencies.map(rhythmName);
  const kinds = documents.map(({ kind }) => kind);
  const forThe = { property: ['property-title', 'valuation-report'], vehicle: ['vehicle-invoice'] } as const;
  const without = Object.entries(forThe).flatMap(([of, papers]) => (of === security ? [] : papers));
  return [
    ...when(
      names.includes(rhythmName(frequency)) || new Set(names).size !== names.length,
      'often-1-week',
      'Name each time between instalments once; the one that the terms are written for is offered anyway',
    ),
    ...without
      .filter((kind) => kinds.includes(kind))
      .map((kind) => ({
        field: `document-${kind}`,
        message: 'Ask for this only where it is the security of the loan',
      })),
    ...when(new Set(kinds).size !== kinds.length, 'document-identity', 'Name each document once'),
  ];
}

/** By what a fee may be measured, by the occasion it falls due on. */
const bases: Record<ProductFee['when'], readonly string[]> = {
  disbursement: ['loan'],
  instalment: ['loan', 'principal', 'interest', 'instalment'],
  event: ['loan', 'instalment', 'overdue', 'prepaid'],
};
const events: readonly string[] = ['late', 'prepayment', 'bounce'];

function feeFaults(fees: readonly ProductFee[]): TermsFault[] {
  const seen = new Set<string>();
  return fees.flatMap((fee, index) => {
    const field = (name: string) => `fee${index + 1}${name}`;
    const key = `${fee.code} ${fee.when}`;
    const twice = seen.has(key);
    seen.add(key);
    const isEvent = events.includes(fee.code);
    const of = 'percentOf' in fee ? fee.percentOf : undefined;
    return [
      ...when(twice, field('Code'), 'This fee is charged for the same occasion above. Enter it once'),
      ...when(isEvent !== (fee.when === 'event'), field('When'), occasionMessage(isEvent)),
      ...when(of !== undefined && !bases[fee.when].includes(of), field('Of'), 'This fee cannot be a part of that'),
      ...when(
        of === 'prepaid' && fee.code !== 'prepayment',
        field('Of'),
        'Only a prepayment fee is a part of what is prepaid',
      ),
      ...when(
        of === 'overdue' && fee.code === 'prepayment',
        field('Of'),
        'A prepayment fee is a part of what is prepaid',
      ),
    ];
  });
}

function occasionMessage(isEvent: boolean): string {
  return isEvent
    ? 'A late, prepayment or bounce fee is charged when it happens'
    : 'This fee is charged at payout or with each instalment';
}

function startFaults(terms: ProductTerms): TermsFault[] {
  const { grace, minInstalments, method, balloonPercent, downPaymentPercent } = terms;
  const tooLong = 'Enter fewer than the shortest term has instalments';
  return [
    ...when(grace.principalInstalments >= minInstalments, 'principalGrace', tooLong),
    ...when(grace.interestInstalments >= minInstalments, 'interestGrace', tooLong),
    ...when(Number(downPaymentPercent) >= 100, 'downPaymentPercent', 'Enter a down payment below 100%'),
    ...when(Number(balloonPercent) >= 100, 'balloonPercent', 'Enter a last payment below 100%'),
    ...when(
      method === 'bullet' && balloonPercent !== '0',
      'balloonPercent',
      'With all principal at the end there is no extra last payment. Enter 0',
    ),
  ];
}

function allocationFaults(allocation: ProductTerms['allocation']): TermsFault[] {
  const orders = { pastDue: allocation.pastDue, due: allocation.due, inAdvance: allocation.inAdvance };
  return Object.entries(orders).flatMap(([name, order]) =>
    when(new Set(order).size !== order.length, `${name}1`, 'Name penalty, fee, interest and principal once each'),
  );
}

function prepaymentFaults({ prepayment, maxInstalments }: ProductTerms): TermsFault[] {
  const { allowed, effects, lockInInstalments } = prepayment;
  return [
    ...when(allowed && effects.length === 0, 'effectShorten', 'Choose at least one thing that a prepayment can do'),
    ...when(new Set(effects).size !== effects.length, 'effectShorten', 'Name each effect of a prepayment once'),
    ...when(
      lockInInstalments > maxInstalments,
      'lockIn',
      'Enter at most the number of instalments of the longest term',
    ),
  ];
}

function bucketFaults(buckets: ProductTerms['npaBuckets']): TermsFault[] {
  return buckets.flatMap((bucket, index) => {
    const field = (name: string) => `bucket${index + 1}${name}`;
    const before = buckets[index - 1];
    const others = buckets.slice(0, index);
    const falls = before !== undefined && Number(bucket.provisionPercent) < Number(before.provisionPercent);
    return [
      ...when(before === undefined && bucket.fromDaysPastDue !== 0, field('From'), 'The first bucket begins at 0 days'),
      ...when(before === undefined && bucket.npa, field('Npa'), 'The first bucket holds loans that are not past due'),
      ...when(
        before !== undefined && bucket.fromDaysPastDue <= before.fromDaysPastDue,
        field('From'),
        'Enter more days than the bucket before has',
      ),
      ...when(
        before?.npa === true && !bucket.npa,
        field('Npa'),
        'After a non-performing bucket every later one is, too',
      ),
      ...when(
        others.some(({ code }) => code === bucket.code),
        field('Code'),
        'Enter a code that no other bucket has',
      ),
      ...when(Number(bucket.provisionPercent) > 100, field('Provision'), 'Enter at most 100%'),
      ...when(falls, field('Provision'), 'Enter at least the provision of the bucket before'),
    ];
  });
}
