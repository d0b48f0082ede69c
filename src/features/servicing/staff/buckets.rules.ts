/** What a product calls a loan by its days past due; several products mostly share their codes. */
export interface BucketName {
  code: string;
  name: string;
  /** What it is called in the United States. */
  alias: string;
  fromDaysPastDue: number;
  npa: boolean;
}

/** What staff choose from: one for each bucket, and one for all that are non-performing. */
export interface BucketGroup {
  key: string;
  name: string;
  alias: string;
  npa: boolean;
  codes: string[];
}

/** Every bucket of the products, by its days; where two products name one code otherwise, the first product's name counts. */
export function bucketNames(products: readonly { npaBuckets: readonly BucketName[] }[]): Map<string, BucketName> {
  const all = products.flatMap(({ npaBuckets }) => npaBuckets);
  const sorted = all.toSorted((a, b) => a.fromDaysPastDue - b.fromDaysPastDue);
  const names = new Map<string, BucketName>();
  for (const bucket of sorted) if (!names.has(bucket.code)) names.set(bucket.code, bucket);
  return names;
}

/** `npa` stands for every non-performing bucket. Codes of loans whose product has no such bucket any more come last. */
export function bucketGroups(names: ReadonlyMap<string, BucketName>, found: readonly string[] = []): BucketGroup[] {
  const known = [...names.values()];
  const bad = known.filter(({ npa }) => npa);
  const performing = known
    .filter(({ npa }) => !npa)
    .map(({ code, name, alias, npa }) => ({ key: code, name, alias, npa, codes: [code] }));
  const stray = found.filter((code) => code !== '' && !names.has(code));
  return [
    ...performing,
    ...(bad.length === 0
      ? []
      : [{ key: 'npa', name: 'NPA', alias: '90 days and more', npa: true, codes: bad.map(({ code }) => code) }]),
    ...stray.map((code) => ({ key: code, name: code, alias: 'of an earlier product', npa: false, codes: [code] })),
  ];
}

/** A bucket as lists show it, with its other name beside it. */
export function bucketBadge(names: ReadonlyMap<string, BucketName>, code: string) {
  const bucket = names.get(code);
  if (!bucket) return { kind: 'neutral' as const, text: code === '' ? 'No bucket' : code, alias: '' };
  const { name: text, alias, npa, fromDaysPastDue } = bucket;
  if (npa) return { kind: 'critical' as const, text, alias };
  return { kind: fromDaysPastDue === 0 ? ('ok' as const) : ('alert' as const), text, alias };
}
