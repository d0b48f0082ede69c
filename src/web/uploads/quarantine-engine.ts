import { addAbortSignal, type Readable } from 'node:stream';
import type { Request, Response } from 'express';
import type { StorageEngine } from 'multer';
import type { Result } from '#core/result.ts';
import type { FileFault } from '#platform/storage/formats/refusal.ts';
import type { Quarantine, QuarantinedFile } from '#platform/storage/quarantine.ts';

export type ReceivedFile = Result<QuarantinedFile, FileFault>;

interface Exchange {
  req: Request;
  res: Response;
  partyId: string;
  mostBytes: number;
  tell(received: ReceivedFile): void;
}

/**
 * Where multer puts a file: into quarantine, while it comes in. When the answer is given, or the sender has gone, what
 * nobody kept is removed; the quarantine knows by itself what was kept.
 */
export function quarantineEngine(quarantine: Quarantine, exchange: Exchange): StorageEngine {
  const { req, res } = exchange;
  const left = new AbortController();
  req.once('close', () => {
    if (!req.complete) left.abort(new Error('The sender has gone'));
  });
  const discard = (fileId: string) => {
    // Where even that fails, the sweep does it within the hour.
    quarantine.discard(fileId).catch((error: unknown) => {
      res.locals.log.warn({ err: error }, 'A file that nobody keeps could not be removed yet');
    });
  };
  const receive = async (file: Express.Multer.File): Promise<ReceivedFile> => {
    const { partyId, mostBytes } = exchange;
    // A refusal in the middle leaves the stream open: the rest of the form comes behind it.
    const content = addAbortSignal(left.signal, file.stream).iterator({ destroyOnReturn: false });
    const { originalname: name, mimetype: type } = file;
    const received = await quarantine.receive({ name, type, partyId, mostBytes, content, signal: left.signal });
    if (!received.ok) return received;
    const { fileId } = received.value;
    if (res.closed) discard(fileId);
    else
      res.once('close', () => {
        discard(fileId);
      });
    return received;
  };
  return {
    _handleFile: (_req, file, done) => {
      receive(file).then(
        (received) => {
          exchange.tell(received);
          passBy(file.stream);
          done(null, {});
        },
        (error: unknown) => {
          passBy(file.stream);
          done(error);
        },
      );
    },
    // What happens to a file is decided when the answer is given, in one place.
    _removeFile: (_req, _file, done) => {
      done(null);
    },
  };
}

/** The rest of a refused file is read past, since the form's token may come behind it. */
function passBy(stream: Readable): void {
  stream.on('error', () => undefined);
  if (!stream.destroyed) stream.resume();
}
