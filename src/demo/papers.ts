import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Application } from '#features/loans/index.ts';
import { writePaper } from '#platform/documents/paper.ts';
import type { Cast } from './cast.ts';
import { done } from './done.ts';

const mostBytes = 10 * 1024 * 1024;
let sample: Promise<Buffer> | undefined;

/** One page that says what it is: nobody's document. */
function samplePaper(): Promise<Buffer> {
  sample ??= (async () => {
    const out = new PassThrough();
    const read = buffer(out);
    await writePaper(out, {
      title: 'Sample document',
      about: 'Made for the demonstration',
      foot: 'This is nobody’s document',
      blocks: [{ kind: 'text', text: 'In a real bank this would be the document that the customer sent.' }],
      ...{ subject: 'A sample', lang: 'en', madeAt: new Date('2026-01-01T00:00:00Z') },
    });
    return read;
  })();
  return sample;
}

/** Sends every document that the application asks for. */
export async function sendPapers({ bank }: Cast, application: Application): Promise<void> {
  const { applicationDocuments } = bank.services;
  for (const { kind, partyId } of await applicationDocuments.missing(application)) {
    const received = done(
      await bank.platform.quarantine.receive({
        ...{ name: `${kind}.pdf`, type: 'application/pdf', partyId, mostBytes },
        content: Readable.from([await samplePaper()]),
        signal: new AbortController().signal,
      }),
      'receive a document',
    );
    const order = { actor: 'demo', partyId, applicationId: application._id, kind, file: received };
    done(await applicationDocuments.add(order), 'send a document');
  }
}

/** The officer looks at every document. */
export async function verifyPapers({ bank, officer }: Cast, application: Application): Promise<void> {
  const { applicationDocuments } = bank.services;
  const actor = { ...officer, roles: ['officer'] } as const;
  for (const { document } of await applicationDocuments.checklist(application)) {
    if (!document) continue;
    const { _id: documentId, revision } = document;
    const order = { actor, applicationId: application._id, documentId, revision };
    done(await applicationDocuments.verify(order), 'verify a document');
  }
}
