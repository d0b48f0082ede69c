import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { loanModel, type Loan } from '#features/loans/index.ts';
import { createLendingBook, bookPipeline, sumPipeline } from '#features/loans/underwriting/file/book.service.ts';
import type { ScoreRecord } from '#features/risk/index.ts';
import { weakLoanQuery } from '#features/risk/records/records.service.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { sentWith } from './score-builders.ts';
import { offered, paidOut } from './underwriting-builders.ts';

let portal: TestPortal;
let officer: Awaited<ReturnType<TestPortal['staff']>>;
let weak: string[];

type Row = Record<string, unknown> & { _id: string };
const rows = (name: string) => portal.database.db.collection<Row>(name);

/** Running loans like one that was paid out, as many and as large as asked for; gives their ids. */
async function lend(like: Row, order: { count: number; product: string; each: bigint; state?: Loan['state'] }) {
  const { count, product, each, state = 'active' } = order;
  const ids = Array.from({ length: count }, () => newId());
  const own = { productCode: product, outstandingPrincipal: each, state };
  await rows('loans').insertMany(
    ids.map((_id) => ({ ...like, ...own, _id, number: `L-${_id}`, applicationId: `import:${_id}` })),
  );
  return ids;
}

async function decidedWith(like: Row, loanIds: readonly string[], grade: string) {
  const scored = { ...(like.scored as ScoreRecord['scored']), grade };
  await rows('scoreRecords').insertMany(
    loanIds.map((loanId) => ({ ...like, _id: `${loanId}.decided`, applicationId: `import:${loanId}`, loanId, scored })),
  );
}

beforeAll(async () => {
  portal = await openPortal();
  officer = await portal.staff('officer');
  const { loanId } = await paidOut(portal, await offered(portal));
  await portal.platform.outbox.drain();
  const loan = await rows('loans').findOne({ _id: loanId });
  const record = await rows('scoreRecords').findOne({ loanId, moment: 'decided' });
  if (!loan || !record) throw new Error('The test loan is gone');
  await rows('loans').deleteOne({ _id: loanId });
  await rows('scoreRecords').deleteMany({ loanId });
  weak = await lend(loan, { count: 8, product: 'personal', each: 10_000_00n });
  const strong = await lend(loan, { count: 4, product: 'home', each: 5_000_00n });
  const gone = await lend(loan, { count: 3, product: 'home', each: 90_000_00n, state: 'closed' });
  await decidedWith(record, weak.slice(0, 4), 'D');
  await decidedWith(record, [...weak.slice(4), ...gone], 'E');
  await decidedWith(record, strong, 'B');
  // The portal has counted its empty book already, less than a minute ago.
  const real = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => real() + 60_000);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await portal.close();
});

const parts = () => ({
  platform: portal.platform,
  loans: loanModel(portal.database.connection),
  records: portal.services.risk.records,
});

interface Plan {
  queryPlanner?: { winningPlan: { queryPlan?: object } };
  stages?: { $cursor?: Plan }[];
}

/** The plan that is carried out, without the machine's own form of it. */
function winner(plan: Plan): object {
  const inner = plan.stages?.[0]?.$cursor ?? plan;
  const won = inner.queryPlanner?.winningPlan;
  return won?.queryPlan ?? won ?? {};
}

describe('The book', () => {
  it('is what runs, by product and of weak grades, and nothing that is closed', async () => {
    expect(await createLendingBook(parts())()).toEqual({
      loans: 12,
      whole: 100_000_00n,
      byProduct: new Map([
        ['personal', 80_000_00n],
        ['home', 20_000_00n],
      ]),
      weakGrades: 80_000_00n,
    });
  });

  it('is counted once a minute, however many ask, and anew after a failure', async () => {
    let at = 0;
    let walks = 0;
    let broken = true;
    const records = {
      weakLoans: async function* () {
        walks += 1;
        await Promise.resolve();
        if (broken) throw new Error('No database');
        yield [];
      },
    };
    const book = createLendingBook({ ...parts(), records, now: () => at });
    await expect(book()).rejects.toThrow('No database');
    broken = false;
    await Promise.all([book(), book(), book()]);
    at = 59_999;
    await book();
    expect(walks).toBe(2);
    at = 60_000;
    await book();
    expect(walks).toBe(3);
  });

  it('is read from its indexes alone, or by ids', async () => {
    const { currency } = portal.platform;
    const loans = rows('loans');
    const { filter, fields, order } = weakLoanQuery('');
    const walk = rows('scoreRecords').find(filter, { projection: fields }).sort(order).limit(500);
    const plans = [
      await loans.aggregate(bookPipeline(currency) as object[]).explain('queryPlanner'),
      await walk.explain('queryPlanner'),
    ].map((plan) => inspect(winner(plan), { depth: 30 }));
    for (const plan of plans) {
      expect(plan).toContain("'IXSCAN'");
      expect(plan).not.toMatch(/'COLLSCAN'|'FETCH'|'SORT'/);
    }
    const sum = inspect(await loans.aggregate(sumPipeline(weak, currency)).explain('queryPlanner'), {
      depth: 30,
    });
    expect(sum).toMatch(/indexName: '_id_'|'IXSCAN'/);
    expect(sum).not.toContain("'COLLSCAN'");
  });
});

describe('An officer’s panel', () => {
  it('warns of a product and of weak grades that take too much of the book', async () => {
    const poor = {
      employment: { monthlyIncome: moneyOf(220_000n) },
      terms: { amount: moneyOf(2_000_000n), instalments: 24 },
    };
    const { application } = await sentWith(portal, poor);
    const page = (await officer.get(`/officer/applications/${application._id}`)).text;
    const file = await portal.services.underwriting.findForReview(application._id, { ...officer, partyId: undefined });
    expect(file?.judgement.assessment?.grade).toMatch(/[DE]/);
    // 100,000 of 120,000 with this loan of 20,000 in it.
    expect(file?.judgement.limits).toEqual([
      { limit: 'productShare', value: '83.33', most: '75' },
      { limit: 'weakGradesShare', value: '83.33', most: '25' },
    ]);
    expect(page).toContain('83.33%');
    expect(page).toContain('The most of the book in one product');
    expect(page).toContain('The most of the book in grades D and E');
  });

  it('counts a loan that runs once', async () => {
    const file = await offered(portal);
    const { loanId } = await paidOut(portal, file);
    const id = file.application._id;
    const shown = await portal.services.underwriting.findForReview(id, { ...officer, partyId: undefined });
    expect(shown?.loan?._id).toBe(loanId);
    expect(shown?.judgement.limits).toContainEqual({ limit: 'productShare', value: '80', most: '75' });
  });
});
