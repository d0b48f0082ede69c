import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assess, loadShippedModels } from '#features/risk/index.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { applicantsCsv, nobody } from './applicants.ts';
import { batchesPath, plain, scoreFiles, type Staff } from './score-file-builders.ts';

let portal: TestPortal;
let analyst: Staff;
let files: ReturnType<typeof scoreFiles>;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
  analyst = await portal.staff('analyst');
  files = scoreFiles(portal);
});
afterAll(() => portal.close());

const { models, scorecard } = loadShippedModels();

describe('a file of applicants', () => {
  it('is scored row by row, and a bad row named with its column while the others are scored', async () => {
    const home = await files.scored(
      analyst,
      applicantsCsv(
        [
          {},
          { CreditScore: '' },
          { EmploymentStatus: 'Quetzal keeper' },
          { AnnualIncome: '-1' },
          { TotalAssets: '1e300' },
          { AnnualIncome: '250000', NetWorth: '900000', TotalAssets: '950000' },
        ],
        { more: ['LoanApproved', 'Name'] },
      ),
    );
    const page = plain((await analyst.get(home)).text);
    for (const text of [
      'Rows 6',
      'Not scored 4',
      'CreditScore must be a number from 300 to 850 and not empty',
      'EmploymentStatus must be one of Employed, Self-Employed, Unemployed and not empty',
      'AnnualIncome must be a number from 0 to 100000000',
      'TotalAssets must be a number from 0 to 10000000000',
    ])
      expect(page).toContain(text);
    expect(page).not.toContain('Quetzal');
    const faulty = (await analyst.get(`${home}?show=faulty`)).text;
    expect(faulty.match(/Not scored<\/span>/g)).toHaveLength(4);
    const csv = (await analyst.get(`${home}/results.csv`)).text.split('\r\n');
    expect(csv[0]).toContain('row,risk_score,expected_risk_score,approval_probability,grade,reason_1');
    expect(csv).toHaveLength(8);
    expect(csv[2]).toMatch(/^2,,,,,,,,,CreditScore,/);
    const said = assess({ model: models.application, scorecard }, nobody);
    if (!said.ok) throw new Error('The example does not score');
    const { riskScore, expectedRiskScore, approvalProbability, grade } = said.value;
    const figures = [expectedRiskScore, approvalProbability, grade].join(',');
    expect(csv[1]).toContain(`1,${riskScore},${figures},`);
  });

  it('names a row with too many cells, and passes over columns that the model does not read', async () => {
    const [header, row] = applicantsCsv([{}]).split('\r\n');
    const home = await files.scored(analyst, `${header},Notes,Notes\r\n${row},a,b\r\n${row},a,b,c\r\n${row},a,b`);
    const page = plain((await analyst.get(home)).text);
    expect(page).toContain('Rows 3');
    expect(page).toContain('row must have as many cells as the header names columns');
  });

  it('pages its rows, and shows nothing past the end', async () => {
    const home = await files.scored(analyst, applicantsCsv(Array.from({ length: 931 }, () => ({}))));
    const rowsOn = async (page: number) =>
      (await analyst.get(`${home}?page=${page}`)).text.match(/scope="row"/g)?.length ?? 0;
    expect([await rowsOn(1), await rowsOn(30), await rowsOn(31), await rowsOn(32), await rowsOn(33)]).toEqual([
      30, 30, 30, 1, 0,
    ]);
    expect((await analyst.get(`${home}?page=31`)).text).toContain('>901<');
    expect((await analyst.get(`${home}/results.csv`)).text.split('\r\n')).toHaveLength(933);
  });

  it('is its uploader’s alone, for a day', async () => {
    const home = await files.scored(analyst, applicantsCsv([{}]));
    const other = await portal.staff('analyst');
    for (const way of [home, `${home}/results.csv`]) expect((await other.get(way)).status, way).toBe(404);
    expect((await other.post(`${home}/remove`)).status).toBe(404);
    expect(plain((await other.get(batchesPath)).text)).toContain('No results here');
    for (const role of ['finance', 'compliance', 'administrator'] as const)
      expect((await (await portal.staff(role)).get(home)).status, role).toBe(403);
    expect((await analyst.get(`${batchesPath}/not-an-id`)).status).toBe(404);
    const batchId = home.split('/').at(-1) ?? '';
    const found = await files.collection('scoreBatches').findOne({ _id: batchId });
    const left = (found as unknown as { expiresAt: Date }).expiresAt.getTime() - Date.now();
    expect(Math.round(left / 3_600_000)).toBe(24);
    await files
      .collection('scoreBatches')
      .updateOne({ _id: batchId }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    for (const way of [home, `${home}/results.csv`]) expect((await analyst.get(way)).status, way).toBe(404);
    for (const name of ['scoreBatches', 'scoreBatchParts']) {
      const indexes = await files.collection(name).indexes();
      expect(indexes).toContainEqual(expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }));
    }
  });

  it('can be removed at once, with all its parts', async () => {
    const home = await files.scored(analyst, applicantsCsv([{}, { CreditScore: 'x' }]));
    const batchId = home.split('/').at(-1) ?? '';
    expect(await files.collection('scoreBatchParts').countDocuments({ batchId })).toBe(2);
    expect((await analyst.post(`${home}/remove`)).status).toBe(303);
    expect((await analyst.get(home)).status).toBe(404);
    expect(await files.collection('scoreBatchParts').countDocuments({ batchId })).toBe(0);
  });

  it('leaves none of its cells in the bank, and no formula in the download', async () => {
    const formula = '=HYPERLINK("http://evil.test";"x")';
    const home = await files.scored(
      analyst,
      applicantsCsv([{ Name: 'Quetzalia Northwind', LoanPurpose: `"${formula.replaceAll('"', '""')}"` }], {
        more: ['Name'],
      }),
    );
    const csv = (await analyst.get(`${home}/results.csv`)).text;
    expect(csv).not.toMatch(/HYPERLINK|evil|(^|,)"?[=+@]/m);
    const { db } = portal.platform.database;
    for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
      const documents = await db.collection(name).find().limit(5_000).toArray();
      const text = JSON.stringify(documents, (_key, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      expect(text, name).not.toMatch(/Quetzalia|HYPERLINK|applicants\.csv/);
    }
  });

  it('is found and paged by indexes', async () => {
    const stages = async (name: string, filter: object, sort: Record<string, 1 | -1>) => {
      const said = (await files.collection(name).find(filter).sort(sort).explain()) as {
        queryPlanner: { winningPlan: object };
      };
      return JSON.stringify(said.queryPlanner.winningPlan);
    };
    expect(await stages('scoreBatches', { uploadedBy: 'x', expiresAt: { $gt: new Date() } }, { _id: -1 })).not.toMatch(
      /COLLSCAN|"SORT"/,
    );
    expect(await stages('scoreBatchParts', { batchId: 'x', list: 'all', place: 1 }, {})).not.toContain('COLLSCAN');
  });

  it('can be tried with the sample, of either stage', async () => {
    for (const stage of ['application', 'quoted']) {
      const sample = await analyst.get(`${batchesPath}/sample.csv?stage=${stage}`);
      const answer = await files.upload(analyst, sample.text, stage);
      expect(answer.status, stage).toBe(303);
      expect(plain((await analyst.get(String(answer.headers.location))).text)).toContain('Not scored 0');
    }
  });
});
