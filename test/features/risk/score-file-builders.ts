import supertest from 'supertest';
import { expect } from 'vitest';
import type { TestPortal } from '#test/portal.ts';

export type Staff = Awaited<ReturnType<TestPortal['staff']>>;

export const batchesPath = '/risk/try/batches';

export const plain = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
export const tokenIn = (html: string) => /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';

/** Sending files to be scored, and what the bank keeps of them. */
export function scoreFiles(portal: TestPortal) {
  const collection = (name: string) => portal.platform.database.db.collection<{ _id: string; batchId?: string }>(name);

  /** A form of a choice and a file, as the page sends it. */
  const upload = async (staff: Staff, file: string | Buffer, stage = 'application') => {
    const token = tokenIn((await staff.get(batchesPath)).text);
    return supertest(portal.app)
      .post(batchesPath)
      .set({ Cookie: staff.cookies(), 'Sec-Fetch-Site': 'same-origin' })
      .field('_csrf', token)
      .field('stage', stage)
      .attach('file', Buffer.from(file), 'applicants.csv');
  };

  return {
    collection,
    upload,
    kept: async () => [
      await collection('scoreBatches').countDocuments(),
      await collection('scoreBatchParts').countDocuments(),
    ],
    /** Where the results stand. */
    scored: async (staff: Staff, file: string): Promise<string> => {
      const answer = await upload(staff, file);
      expect([answer.status, plain(answer.text).slice(0, 400)]).toEqual([303, expect.any(String)]);
      return String(answer.headers.location);
    },
  };
}
