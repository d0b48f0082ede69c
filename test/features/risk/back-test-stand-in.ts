import { join } from 'node:path';
import { createLogger } from '#platform/logger.ts';
import type { Database } from '#platform/mongo.ts';
import { createLocalKms } from '#platform/vault/local-kms.ts';
import { composeBank } from '#src/composition.ts';
import { loadShippedModels } from '#features/risk/index.ts';
import { createBackTests } from '#features/risk/back-testing/back-tests.service.ts';
import type { BackTestDeps } from '#features/risk/back-testing/parts.ts';
import { factNames, type PolicyContent, type PolicyFacts, type PolicyOutcome } from '#features/risk/policy/policy.ts';
import type { OpenedRecord } from '#features/risk/records/record.ts';

export const recordCount = 1_000;
export const batchSize = 200;
const days = 20;

/** One rule: debts to income, referred and declined above. */
export function debtPolicy(refer: number, decline: number): PolicyContent {
  return {
    rules: [
      {
        ...{
          code: 'debts',
          fact: 'debtToIncome',
          comparison: 'at-most',
          whenUnknown: 'refer',
          reason: 'debt-too-high',
        },
        ...{ refer: String(refer), decline: String(decline), products: [], security: null },
      },
    ],
    pricing: [],
    limits: { customerExposure: null, productShare: null, weakGradesShare: null },
  };
}

export const then = debtPolicy(40, 60);
export const now = debtPolicy(30, 70);

/** What such a policy says of a debt of so many per cent. */
export function wordOf(debt: number, [refer, decline]: readonly [number, number]): PolicyOutcome {
  if (debt > decline) return 'decline';
  return debt > refer ? 'refer' : 'approve';
}

export const debtOf = (index: number) => (index * 7) % 100;
const textOf = (index: number) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`;

/** Every hundredth was erased. */
export function standInRecord(index: number): OpenedRecord {
  const debt = debtOf(index);
  const nothing = Object.fromEntries(factNames.map((name) => [name, 'none'])) as PolicyFacts;
  const day = 1 + Math.floor((index * days) / recordCount);
  const isErased = index % 100 === 99;
  return {
    ...{ applicationId: textOf(index), partyId: textOf(index % 250), moment: 'decided', stage: 'application' },
    on: `2026-03-${String(day).padStart(2, '0')}`,
    ...{
      subject: { product: 'PERSONAL', security: 'none' },
      amount: 1_000_00n,
      months: 12,
      model: 'x',
      policyVersion: 1,
    },
    scored: { riskScore: 50, expectedRiskScore: 45, approvalProbability: (100 - debt) / 100, grade: 'C' },
    ...{
      fault: null,
      outcome: wordOf(debt, [40, 60]),
      challenger: null,
      quoted: null,
      decision: 'approved',
      loanId: textOf(index),
    },
    evidence: isErased ? undefined : {},
    facts: isErased ? undefined : { ...nothing, debtToIncome: { known: String(debt) } },
  };
}

/** In the order and the batches that the records themselves have. */
export async function* standInScan({ from, to }: { from?: string | undefined; to?: string | undefined }) {
  const all = Array.from({ length: recordCount }, (_, index) => standInRecord(index)).filter(
    ({ on }) => on >= (from ?? '') && on <= (to ?? '9'),
  );
  for (let at = 0; at < all.length; at += batchSize) yield await Promise.resolve(all.slice(at, at + batchSize));
}

/** Back-tests over the stand-in on a real database; `halt` is called with the number of every batch that is begun. */
export async function standInTests(
  database: Database,
  {
    keys,
    halt,
    at = '2026-03-25T12:00:00Z',
    ...rest
  }: { keys: string; halt?: (batch: number) => Promise<void>; at?: string | (() => string) } & Partial<BackTestDeps>,
) {
  const { platform } = composeBank({
    ...{ database, clock: { now: () => Temporal.Instant.from(typeof at === 'string' ? at : at()) } },
    logger: createLogger({ level: 'silent' }),
    kms: await createLocalKms(join(keys, 'master-key')),
    secrets: { peppers: [{ id: 'a', secret: 'x'.repeat(40) }], blindIndexKey: 'y'.repeat(40) },
    ...{ bcryptCost: 4, currency: 'USD', locale: 'en-US', timeZone: 'UTC', country: 'US' },
  });
  let batches = 0;
  return createBackTests(platform, {
    models: loadShippedModels(),
    challenger: undefined,
    policies: {
      live: () => Promise.resolve({ version: 1, content: then }),
      version: (number) => Promise.resolve(number === 1 ? { version: 1, content: then } : undefined),
      draft: () => Promise.resolve({ version: 3, content: now }),
    },
    records: { scan: standInScan },
    ports: {
      groupsOf: async (ids) => {
        batches += 1;
        await halt?.(batches);
        return new Map(ids.map((id) => [id, { ageBand: Number(id.slice(-1)) < 5 ? 'under 30' : '30 to 39' }]));
      },
      outcomesOf: (ids) =>
        Promise.resolve(
          new Map(
            ids.map((loanId) => {
              const defaulted = Number(loanId.slice(-1)) === 0;
              return [loanId, { loanId, defaulted, worstDaysPastDue: 0, state: 'running' as const }];
            }),
          ),
        ),
      referencesOf: (ids) => Promise.resolve(new Map(ids.map((id) => [id, id.slice(-4)]))),
    },
    // Longer than any test: a lease falls free where a test says so, and not where the machine is slow.
    leaseMs: 120_000,
    ...rest,
  });
}
