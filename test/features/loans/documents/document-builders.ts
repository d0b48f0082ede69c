import { Readable } from 'node:stream';
import type { PaperKind } from '#features/loans/documents/document.model.ts';
import type { TestBank, Visitor } from '#test/portal.ts';
import { pdfFile } from '#test/files.ts';

/** Through quarantine into the application, without a browser. */
export async function add(
  bank: TestBank,
  who: { actor: string; partyId: string },
  file: { applicationId: string; kind?: PaperKind; name?: string; type?: string; content?: Buffer },
) {
  const { applicationId, kind = 'identity', name = 'canary-name.pdf', type = 'application/pdf' } = file;
  const received = await bank.platform.quarantine.receive({
    ...{ name, type, partyId: who.partyId, mostBytes: 10 * 1024 * 1024 },
    content: Readable.from([file.content ?? pdfFile()]),
    signal: new AbortController().signal,
  });
  if (!received.ok) throw new Error(`The test file was refused: ${received.refusal}`);
  const added = await bank.services.applicationDocuments.add({ ...who, applicationId, kind, file: received.value });
  return { added, fileId: received.value.fileId };
}

/** How many files and rows there are: what a refusal must leave as it was. */
export async function filesIn(bank: TestBank) {
  const { db } = bank.database;
  const names = ['files.files', 'files.chunks', 'quarantinedFiles', 'applicationDocuments'];
  const counts = await Promise.all(names.map((name) => db.collection(name).countDocuments()));
  return Object.fromEntries(names.map((name, n) => [name, counts[n]]));
}

/** As a browser sends it from the documents page. */
export const sendFile = (
  browser: Pick<Visitor, 'upload'>,
  applicationId: string,
  file: {
    kind?: string;
    name?: string;
    type?: string;
    content: Buffer;
    csrf?: false;
    headers?: Record<string, string>;
  },
) => {
  const { kind = 'identity', name = 'passport.pdf', type = 'application/pdf', content, csrf, headers } = file;
  return browser.upload(`/loans/apply/${applicationId}/documents/${kind}/upload`, content, {
    ...{ name, type },
    ...(csrf === false ? { csrf } : {}),
    ...(headers ? { headers } : {}),
  });
};

/** What nobody keeps is removed when the answer is given, a moment after it. */
export async function settled(check: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It did not settle');
}
