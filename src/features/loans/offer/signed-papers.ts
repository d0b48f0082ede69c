import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Fault, notFound } from '#core/errors.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import type { SignedPaper } from '../applying/application.model.ts';

/** A paper as its bytes are: what is signed, and what is given out ever after. */
export interface Paper {
  kind: SignedPaper['kind'];
  bytes: Buffer;
}

export interface HeldPapers {
  /** As a signature names them. */
  documents: SignedPaper[];
  /** To be committed with the signature: from then on the files are its own. */
  companions: Companion[];
  /** After the commit, however it ended: what it kept is left alone. */
  discard(): Promise<void>;
}

/** Where the bytes of a paper are nobody's any more, since another signature took the place of the one they belonged to. */
export function releasePapers(
  { quarantine }: Pick<Platform, 'quarantine'>,
  { partyId, documents }: { partyId: string; documents: readonly { fileId?: string }[] },
): Companion[] {
  return documents.flatMap(({ fileId }) => (fileId === undefined ? [] : [quarantine.releasing({ fileId, partyId })]));
}

export function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The papers by what a page shows of them and a form brings back. */
export function fingerprints(papers: readonly Paper[]): { kind: Paper['kind']; sha256: string }[] {
  return papers.map(({ kind, bytes }) => ({ kind, sha256: sha256Of(bytes) }));
}

/**
 * Stores what is about to be signed, sealed under the signer's key, before the commit that refers to it: a signature
 * without its papers cannot be. A file that no signature came to keep is swept away within the hour.
 */
export async function holdPapers(
  { quarantine, logger }: Pick<Platform, 'quarantine' | 'logger'>,
  { partyId, papers }: { partyId: string; papers: readonly Paper[] },
): Promise<HeldPapers> {
  const documents: (SignedPaper & { fileId: string })[] = [];
  const discard = async () => {
    for (const { fileId } of documents) {
      await quarantine.discard(fileId).catch((error: unknown) => {
        logger.warn({ err: error }, 'A paper that nobody signed is still there; the sweep tries again');
      });
    }
  };
  try {
    for (const { kind, bytes } of papers) {
      documents.push({ kind, sha256: sha256Of(bytes), fileId: await quarantine.hold({ partyId, content: bytes }) });
    }
  } catch (error) {
    await discard();
    throw error;
  }
  return { documents, companions: documents.map(({ fileId }) => quarantine.keeping(fileId)), discard };
}

/**
 * The bytes as they were signed; undefined for a signature of before they were kept. Not found where the signer's data
 * were erased.
 */
export async function readSigned(
  { quarantine }: Pick<Platform, 'quarantine'>,
  { partyId, document }: { partyId: string; document: { sha256: string; fileId?: string } | undefined },
): Promise<Buffer | undefined> {
  if (document?.fileId === undefined) return undefined;
  const content = await quarantine.open({ fileId: document.fileId, partyId });
  if (!content) throw notFound('Paper');
  const bytes = await buffer(content);
  if (sha256Of(bytes) !== document.sha256) throw new Fault('internal', 'A signed paper is not the one that was signed');
  return bytes;
}
