import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Model } from 'mongoose';
import { newId } from '#core/ids.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { bsonDate, type Clock } from '../clock.ts';
import type { Companion } from '../companion.ts';
import { operators, type Database } from '../mongo.ts';
import type { Vault } from '../vault/vault.ts';
import { cleanedContent, declaredKind, type DeclaredFile, type FileKind } from './formats/kinds.ts';
import { FileRefused, type FileFault } from './formats/refusal.ts';
import { quarantineCollection, quarantineModel, type QuarantinedRow } from './quarantine.model.ts';
import type { Storage } from './storage.ts';

export interface IncomingFile extends DeclaredFile {
  /** Whose key it is sealed under. */
  partyId: string;
  content: AsyncIterable<Uint8Array>;
  mostBytes: number;
  /** Whoever sends it has gone. */
  signal: AbortSignal;
}

/** A file that was taken: clean of notes beside the picture, sealed, and nobody's until it is kept. */
export interface QuarantinedFile {
  fileId: string;
  partyId: string;
  kind: FileKind;
  /** Of what is kept, in plain. */
  bytes: number;
  sha256: string;
  /** As the browser gave it: personal. */
  name: string;
}

export interface Quarantine {
  /** Judges, cleans, seals and stores a file while it comes in. What is refused or fails is gone when this ends. */
  receive(file: IncomingFile): Promise<Result<QuarantinedFile, FileFault>>;
  /** Seals and stores a file that we made ourselves; gives its id. Like one that was received it is nobody's until it is kept. */
  hold(file: { partyId: string; content: Buffer }): Promise<string>;
  /** With what makes the file somebody's: misses where it has been swept away meanwhile. */
  keeping(fileId: string): Companion;
  /** With what makes the file nobody's again; the sweep then removes it. */
  releasing(file: { fileId: string; partyId: string }): Companion;
  /** Removes a file that was not kept; one that was is left alone. */
  discard(fileId: string): Promise<void>;
  /** The plain content; undefined where it is gone or its owner's key was destroyed. */
  open(file: { fileId: string; partyId: string }): Promise<AsyncIterable<Buffer> | undefined>;
  /** Removes what is leaving and what nobody kept within the hour; gives how many. */
  sweep(): Promise<number>;
}

/** An upload lasts a minute at most (the server's limit of a request). */
const heldMs = 60 * 60_000;
const sweptAtOnce = 200;
/** Of one person at a time, counted over all instances; and of all in this process. */
const mostUnderWay = { ofParty: 5, ofAll: 40 };
const mostNameLength = 200;

interface Parts {
  storage: Storage;
  vault: Pick<Vault, 'sealStream' | 'openStream'>;
  clock: Clock;
  rows: Model<QuarantinedRow>;
}

export function createQuarantine(options: {
  storage: Storage;
  vault: Pick<Vault, 'sealStream' | 'openStream'>;
  clock: Clock;
  database: Database;
}): Quarantine {
  const parts: Parts = { ...options, rows: quarantineModel(options.database.connection) };
  let underWay = 0;
  return {
    receive: async (file) => {
      if (underWay >= mostUnderWay.ofAll) return refuse('busy');
      underWay += 1;
      try {
        return await receive(parts, file);
      } finally {
        underWay -= 1;
      }
    },
    hold: (file) => hold(parts, file),
    keeping: (fileId) => ({
      collection: quarantineCollection,
      kind: 'delete',
      filter: { _id: fileId, state: 'held' },
    }),
    releasing: ({ fileId, partyId }) => {
      const document = { _id: fileId, partyId, at: bsonDate(options.clock.now()), state: 'leaving' };
      return { collection: quarantineCollection, kind: 'insert', document };
    },
    discard: (fileId) => discard(parts, fileId),
    open: async ({ fileId, partyId }) => {
      const sealed = await parts.storage.get(fileId);
      return sealed && parts.vault.openStream(partyId, placeOf(fileId), sealed);
    },
    sweep: () => sweep(parts),
  };
}

const placeOf = (fileId: string) => ({ collection: 'files', document: fileId });

async function receive(parts: Parts, file: IncomingFile): Promise<Result<QuarantinedFile, FileFault>> {
  const { rows, storage, vault, clock } = parts;
  const { partyId, signal } = file;
  const now = bsonDate(clock.now());
  const recent = { partyId, at: operators({ $gt: new Date(now.getTime() - heldMs) }), state: 'held' as const };
  if ((await rows.countDocuments(recent)) >= mostUnderWay.ofParty) return refuse('busy');
  const fileId = newId();
  await rows.create({ _id: fileId, partyId, at: now, state: 'held' });
  try {
    const kind = declaredKind(file);
    const measured = measuring(cleanedContent(kind, atMost(file.content, file.mostBytes)));
    await storage.put(fileId, await vault.sealStream(partyId, placeOf(fileId), measured.content), signal);
    signal.throwIfAborted();
    return ok({ fileId, partyId, kind, ...measured.measures(), name: shownName(file.name) });
  } catch (error) {
    await discard(parts, fileId);
    const refusal = refusedIn(error);
    if (refusal) return refuse(refusal.fault);
    throw error;
  }
}

async function hold(parts: Parts, { partyId, content }: { partyId: string; content: Buffer }): Promise<string> {
  const { rows, storage, vault, clock } = parts;
  const fileId = newId();
  await rows.create({ _id: fileId, partyId, at: bsonDate(clock.now()), state: 'held' });
  try {
    await storage.put(fileId, await vault.sealStream(partyId, placeOf(fileId), Readable.from([content])));
    return fileId;
  } catch (error) {
    await discard(parts, fileId);
    throw error;
  }
}

/** A storage may wrap what broke the stream that it was given. */
function refusedIn(error: unknown): FileRefused | undefined {
  if (error instanceof FileRefused) return error;
  return error instanceof Error && error.cause !== undefined ? refusedIn(error.cause) : undefined;
}

async function* atMost(content: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new FileRefused('too-large');
    yield chunk;
  }
}

function measuring(source: AsyncIterable<Buffer>) {
  const hash = createHash('sha256');
  let bytes = 0;
  const content = async function* () {
    for await (const piece of source) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  };
  return { content: content(), measures: () => ({ bytes, sha256: hash.digest('hex') }) };
}

/** The last part of a path, without what cannot be printed. */
function shownName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  return last.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').slice(-mostNameLength);
}

async function discard({ rows, storage }: Parts, fileId: string): Promise<void> {
  // Whoever marks the row removes the file; where it is gone, somebody keeps it.
  const { matchedCount } = await rows.updateOne({ _id: fileId, state: 'held' }, { state: 'leaving' });
  if (matchedCount === 0) return;
  await storage.remove(fileId);
  await rows.deleteOne({ _id: fileId, state: 'leaving' });
}

async function sweep({ rows, storage, clock }: Parts): Promise<number> {
  const before = new Date(bsonDate(clock.now()).getTime() - heldMs);
  await rows.updateMany({ state: 'held', at: operators({ $lt: before }) }, { state: 'leaving' });
  const leaving = await rows.find({ state: 'leaving' }).sort({ at: 1 }).limit(sweptAtOnce).lean<QuarantinedRow[]>();
  for (const { _id } of leaving) {
    await storage.remove(_id);
    await rows.deleteOne({ _id, state: 'leaving' });
  }
  return leaving.length;
}
