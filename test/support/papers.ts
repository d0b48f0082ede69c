import { Readable } from 'node:stream';
import type { Application } from '#features/loans/index.ts';
import type { Bank } from '#src/composition.ts';
import { pdfFile } from './files.ts';

/** Everything that an application asks of everybody on it is sent, so that it can be submitted. */
export async function sendPapers({ platform, services }: Bank, application: Application): Promise<void> {
  const { applicationDocuments } = services;
  for (const { kind, partyId } of await applicationDocuments.missing(application)) {
    const received = await platform.quarantine.receive({
      ...{ name: `${kind}.pdf`, type: 'application/pdf', partyId, mostBytes: 10 * 1024 * 1024 },
      content: Readable.from([pdfFile()]),
      signal: new AbortController().signal,
    });
    if (!received.ok) throw new Error(`The test paper was refused: ${received.refusal}`);
    const order = { actor: partyId, partyId, applicationId: application._id, kind, file: received.value };
    const added = await applicationDocuments.add(order);
    if (!added.ok) throw new Error(`The test paper was not kept: ${added.refusal.code}`);
  }
}

/** Somebody has looked at every paper that was sent. */
export async function verifyPapers({ services }: Bank, application: Application): Promise<void> {
  const { applicationDocuments } = services;
  const actor = { userId: 'paper-officer', partyId: undefined, roles: ['officer'] } as const;
  for (const { document } of await applicationDocuments.checklist(application)) {
    if (!document || document.verdict === 'verified') continue;
    const { _id: documentId, revision } = document;
    const verified = await applicationDocuments.verify({ actor, applicationId: application._id, documentId, revision });
    if (!verified.ok) throw new Error(`The test paper was not verified: ${verified.refusal.code}`);
  }
}
