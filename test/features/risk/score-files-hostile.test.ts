import { request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadShippedModels } from '#features/risk/index.ts';
import { createScoreBatches } from '#features/risk/trying/batches.service.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { applicantsCsv } from './applicants.ts';
import { batchesPath, plain, scoreFiles, tokenIn, type Staff } from './score-file-builders.ts';

let portal: TestPortal;
let analyst: Staff;
let files: ReturnType<typeof scoreFiles>;
beforeAll(async () => {
  portal = await openPortal({ allowances: { scoreBatchByUser: { points: 60, windowS: 900 } } });
  await portal.setDay('2026-03-17');
  analyst = await portal.staff('analyst');
  files = scoreFiles(portal);
});
afterAll(() => portal.close());

const { models, scorecard } = loadShippedModels();

const refusal = async (file: string | Buffer, stage?: string) => {
  const before = await files.kept();
  const answer = await files.upload(analyst, file, stage);
  expect(await files.kept()).toEqual(before);
  return [answer.status, /id="file-error".*?<\/p>/s.exec(answer.text)?.[0].replaceAll(/<[^>]+>/g, '') ?? ''] as const;
};

describe('a hostile file', () => {
  const [header = '', row = ''] = applicantsCsv([{}]).split('\r\n');

  it.each<[string, () => string | Buffer, RegExp]>([
    [
      'of 20,001 rows',
      () => [header, ...Array.from({ length: 20_001 }, () => row)].join('\n'),
      /more than 20,000 rows/,
    ],
    ['of bytes that are no text', () => Buffer.from([0xff, 0xfe, 0x00, 0x01, 0x80]), /not UTF-8/],
    ['with a nought in it', () => `${header}\n${row}\u0000`, /not UTF-8/],
    ['with a line without end', () => `${header}\n"${'x'.repeat(4_900_000)}`, /Line \d+ is too long/],
    ['of one endless header', () => 'CreditScore,'.repeat(400_000), /Line \d+ is too long/],
    ['without a column', () => applicantsCsv([{}]).replaceAll('CreditScore', 'Credit'), /does not name “CreditScore”/],
    ['with a column twice', () => `${header},creditscore\n${row},700`, /“CreditScore” more than once/],
    ['with broken quotes', () => `${header}\n"a"b,${row}`, /quotation marks/],
    ['that is empty', () => '', /./],
    ['with a header alone', () => header, /no rows below/],
    ['over 5 MB', () => `${header}\n${`${row}\n`.repeat(60_000)}`, /larger than 5 MB/],
  ])('%s is refused in a sentence, and leaves nothing', async (_what, file, sentence) => {
    const [status, said] = await refusal(file());
    expect([status, said]).toEqual([422, expect.stringMatching(sentence)]);
  });

  it('of the other stage, or of none, is refused', async () => {
    expect(await refusal(applicantsCsv([{}]), 'quoted')).toEqual([422, expect.stringContaining('“BaseInterestRate”')]);
    expect((await files.upload(analyst, applicantsCsv([{}]), 'decided')).status).toBe(422);
    const foreign = await analyst.upload(batchesPath, applicantsCsv([{}]), {
      headers: { Origin: 'https://evil.test' },
    });
    expect(foreign.status).toBe(403);
    expect((await analyst.upload(batchesPath, applicantsCsv([{}]), { csrf: false })).status).toBe(403);
    expect((await (await portal.staff('finance')).upload(batchesPath, applicantsCsv([{}]))).status).toBe(403);
  });

  it('of 20,000 rows is scored within bounds of memory', async () => {
    const file = [header, ...Array.from({ length: 20_000 }, () => row)].join('\n');
    const before = process.memoryUsage().rss;
    let most = before;
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 20);
    const home = await files.scored(analyst, file);
    const csv = await analyst.download(`${home}/results.csv`);
    clearInterval(timer);
    expect((csv.body as Buffer).toString().split('\r\n')).toHaveLength(20_002);
    expect((most - before) / 1024 / 1024).toBeLessThan(250);
  });

  it('whose results cannot all be written leaves none of them', async () => {
    const before = await files.kept();
    const { platform } = portal;
    const missed = {
      collection: 'bank',
      kind: 'update',
      filter: { _id: 'nowhere' },
      change: { $set: { date: '' } },
    } as const;
    const batches = createScoreBatches(
      { ...platform, audit: { ...platform.audit, entry: () => missed } },
      { models: { models, scorecard } },
    );
    const actor = {
      userId: analyst.userId,
      partyId: undefined,
      roles: ['analyst'],
      branchId: '',
      displayName: '',
    } as const;
    const bytes = Buffer.from([header, ...Array.from({ length: 1_500 }, () => row)].join('\n'));
    await expect(batches.upload({ actor, stage: 'application', bytes })).rejects.toThrow('has changed');
    expect(await files.kept()).toEqual(before);
  });

  it('that breaks off on its way leaves nothing', async () => {
    const before = await files.kept();
    const server: Server = portal.app.listen(0);
    const { port } = server.address() as AddressInfo;
    const token = tokenIn((await analyst.get(batchesPath)).text);
    const part = (name: string, value: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const sent = httpRequest({
      ...{ port, path: batchesPath, method: 'POST' },
      headers: {
        'Content-Type': 'multipart/form-data; boundary=b',
        Cookie: analyst.cookies(),
        'Sec-Fetch-Site': 'same-origin',
      },
    });
    sent.on('error', () => undefined);
    sent.write(part('_csrf', token) + part('stage', 'application'));
    sent.write(`--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${header}\n${row}\n`);
    await wait(300);
    sent.destroy();
    await wait(300);
    await new Promise((done) => server.close(done));
    expect(await files.kept()).toEqual(before);
  });
});

describe('whoever sends many files', () => {
  it('is stopped at twenty results, and by the number of tries', async () => {
    const keen = await portal.staff('officer');
    for (let count = 0; count < 20; count += 1) await files.scored(keen, applicantsCsv([{}]));
    const over = await files.upload(keen, applicantsCsv([{}]));
    expect([over.status, plain(over.text).includes('You have 20 results here already')]).toEqual([409, true]);
    for (let count = 0; count < 39; count += 1) await files.upload(keen, '');
    expect((await files.upload(keen, applicantsCsv([{}]))).status).toBe(429);
    expect((await files.upload(await portal.staff('officer'), applicantsCsv([{}]))).status).toBe(303);
  });
});
