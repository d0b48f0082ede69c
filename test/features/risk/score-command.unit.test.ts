import { readFileSync } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { runScore, type ScoreOptions } from '#src/cli/score.ts';
import { loadShippedModels } from '#features/risk/index.ts';

const models = loadShippedModels();
const applicants = readFileSync(new URL('fixtures/applicants.csv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');
const header = applicants[0] ?? '';
const first = applicants[1] ?? '';
const names = header.split(',');
const row = Object.fromEntries(names.map((name, at) => [name, first.split(',')[at] ?? '']));

async function run(input: string, options: Partial<ScoreOptions> = {}) {
  const output = new PassThrough();
  const written = readAll(output);
  const exitCode = await runScore({
    input: Readable.from([input]),
    output,
    stage: 'application',
    form: 'csv',
    models,
    ...options,
  });
  output.end();
  const lines = (await written).split('\n').slice(0, -1);
  return { exitCode, answers: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const csvOf = (...rows: Record<string, string>[]) =>
  [header, ...rows.map((one) => names.map((name) => one[name] ?? '').join(','))].join('\n');

describe('cli score', () => {
  it('answers a row of the file with all its parts, which sum', async () => {
    const { exitCode, answers } = await run(csvOf({ ...row, LoanApproved: '1' }));
    expect(exitCode).toBe(0);
    const [answer = {}] = answers;
    expect(Object.keys(answer)).toEqual([
      'id',
      'riskScore',
      'expectedRiskScore',
      'approvalProbability',
      'grade',
      'reasons',
      'intercept',
      'contributions',
    ]);
    const sum = Object.values(answer.contributions as Record<string, number>).reduce(
      (a, b) => a + b,
      Number(answer.intercept),
    );
    expect(1 / (1 + Math.exp(-sum))).toBeCloseTo(Number(answer.approvalProbability), 9);
  });

  it('answers an object a line alike, texts or numbers, with its id echoed', async () => {
    const csv = await run(csvOf(row));
    const asNumbers = Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        value !== '' && Number.isFinite(Number(value)) ? Number(value) : value,
      ]),
    );
    const lines = [JSON.stringify({ id: 'a', ...row }), JSON.stringify({ id: 7, ...asNumbers })].join('\n');
    const { exitCode, answers } = await run(lines, { form: 'lines' });
    expect(exitCode).toBe(0);
    expect(answers).toEqual([
      { ...csv.answers[0], id: 'a' },
      { ...csv.answers[0], id: 7 },
    ]);
  });

  it.each([
    ['1', 0.8],
    ['0', 1],
  ])('gives the decided score where the row carries the outcome %s', async (LoanApproved, factor) => {
    const { answers } = await run(JSON.stringify({ ...row, LoanApproved }), { form: 'lines' });
    expect(answers[0]?.decidedRiskScore).toBeCloseTo(Number(answers[0]?.riskScore) * factor, 9);
  });

  it('scores without any rate before one is known, and asks for it afterwards', async () => {
    const rates = ['BaseInterestRate', 'InterestRate', 'MonthlyLoanPayment', 'TotalDebtToIncomeRatio'];
    const rest = Object.fromEntries(Object.entries(row).filter(([name]) => !rates.includes(name)));
    expect((await run(JSON.stringify(rest), { form: 'lines' })).exitCode).toBe(0);
    const quoted = await run(JSON.stringify(rest), { form: 'lines', stage: 'quoted' });
    expect(quoted).toEqual({
      exitCode: 2,
      answers: [{ id: null, error: { field: 'BaseInterestRate', message: 'is missing' } }],
    });
  });

  it.each([
    ['AnnualIncome', '', 'is empty'],
    ['AnnualIncome', '-5', 'must not be below 0'],
    ['CreditScore', '9999', 'must not be above 850'],
    ['LoanAmount', 'lots', 'must be a number'],
    ['EmploymentStatus', 'Wizard', 'does not know'],
    ['LoanApproved', 'yes', 'must be 1 or 0'],
  ])('names row and column of %s = %j, and scores the other rows', async (field, value, message) => {
    const csv = [
      `${header},LoanApproved`,
      `${first},`,
      ...[{ ...row, LoanApproved: '', [field]: value }].map((one) =>
        [...names, 'LoanApproved'].map((name) => one[name as keyof typeof one] ?? '').join(','),
      ),
      `${first},0`,
    ].join('\n');
    const { exitCode, answers } = await run(csv);
    expect(exitCode).toBe(2);
    expect(answers).toHaveLength(3);
    expect(answers[1]).toMatchObject({ id: 2, error: { row: 2, field } });
    expect((answers[1]?.error as { message: string }).message).toMatch(new RegExp(`^row 2: ${field} .*${message}`));
    expect(answers[0]).toHaveProperty('riskScore');
    expect(answers[2]).toHaveProperty('decidedRiskScore');
  });

  it('names the columns that a file does not have', async () => {
    const without = csvOf(row).replace('CreditScore', 'Creditscore');
    await expect(run(without)).rejects.toThrow('The file has no column CreditScore');
    await expect(run('')).rejects.toThrow('The file is empty');
    await expect(run(`${header},CreditScore\n`)).rejects.toThrow('two columns CreditScore');
  });

  it('goes on after a row with a cell too many, and stops with a sentence at quotes that never end', async () => {
    const { exitCode, answers } = await run([header, `${first},1`, first].join('\n'));
    expect(exitCode).toBe(2);
    expect(answers[0]).toMatchObject({ id: 1, error: { row: 1, field: 'row' } });
    expect(answers[1]).toHaveProperty('grade');
    await expect(run([header, first, `"${first}`].join('\n'))).rejects.toThrow(
      'The file cannot be read as CSV: Quote Not Closed',
    );
  });

  it('reads a byte order mark, CRLF and quotes, and the id of a file that has one', async () => {
    const quoted = first
      .split(',')
      .map((one) => `"${one}"`)
      .join(',');
    const { answers, exitCode } = await run(`\uFEFFid,${header}\r\nx-1,${quoted}\r\n`);
    expect(exitCode).toBe(0);
    expect(answers[0]?.id).toBe('x-1');
  });
});
