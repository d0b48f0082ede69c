import type { NextFunction, Request, RequestHandler, Response } from 'express';
import multer, { MulterError } from 'multer';
import { Fault } from '#core/errors.ts';
import { may } from '#core/roles.ts';
import type { Quarantine } from '#platform/storage/quarantine.ts';
import { ownParty } from './express.ts';
import { isFromOwnPage } from './uploads/own-page.ts';
import { placeOf, type Place } from './uploads/places.ts';
import { quarantineEngine, type ReceivedFile } from './uploads/quarantine-engine.ts';

export type Upload =
  { ok: true; name: string; bytes: Uint8Array } | { ok: false; fault: 'none' | 'too-large' | 'unreadable' };
export type UploadedDocument = ReceivedFile | { ok: false; refusal: 'none' | 'unreadable' };

const uploads = new WeakMap<Request, Upload>();
const documents = new WeakMap<Request, UploadedDocument>();

/** Beside the file: the names and the values of the form's fields. */
const formBytes = 64 * 1024;
/** How long the rest of a form that is far too large may be sent; the page with the sentence is on its way long before. */
const passByMs = 30_000;

/**
 * Forms with a file, before their token can be read: who sends it and from which page is looked at first, then the file
 * is read into memory or quarantine within limits, and the token is checked behind this as with every form. Only a route
 * sees the file; what no route keeps is removed.
 */
export function receiveUploads(quarantine: Quarantine): RequestHandler {
  return (req: Request, res: Response, next: NextFunction) => {
    const place = req.method === 'POST' ? placeOf(req.path) : undefined;
    if (!place || !req.is('multipart/form-data')) {
      next();
      return;
    }
    const { actor } = res.locals;
    if (!actor) throw new Fault('signed-out', 'The session has ended');
    if (!may(actor, place.needs)) throw new Fault('forbidden', `Needs the permission ${place.needs}`);
    if (!isFromOwnPage(req)) throw new Fault('stale-form', 'The file was not sent from a page of this portal');
    refuseFarTooLarge(req, place);
    if (place.into === 'memory') readIntoMemory(place, { req, res, next });
    else readIntoQuarantine(quarantine, place, { req, res, next });
  };
}

/** The file that came with the form of this request, where its place reads files into memory. */
export function uploadedFile(req: Request): Upload {
  return uploads.get(req) ?? { ok: false, fault: 'none' };
}

/** The file that came with the form of this request, where its place reads files into quarantine. */
export function uploadedDocument(req: Request): UploadedDocument {
  return documents.get(req) ?? { ok: false, refusal: 'none' };
}

interface Exchange {
  req: Request;
  res: Response;
  next: NextFunction;
}

const limitsOf = { files: 1, fields: 10, fieldSize: 1_000, fieldNameSize: 100, headerPairs: 20 };

/** A form a little too large is read and answered at its page; one of many times the size is not read at all. */
function refuseFarTooLarge(req: Request, { mostBytes }: Place): void {
  const length = Number(req.get('content-length') ?? 0);
  if (length <= 2 * mostBytes + formBytes) return;
  const timer = setTimeout(() => req.destroy(), passByMs);
  req.once('close', () => {
    clearTimeout(timer);
  });
  req.resume();
  throw new Fault('too-large', 'The form is many times too large');
}

function readIntoMemory(place: Place, { req, res, next }: Exchange): void {
  const reader = multer({ storage: multer.memoryStorage(), limits: { ...limitsOf, fileSize: place.mostBytes } });
  reader.single(place.field)(req, res, (error: unknown) => {
    uploads.set(req, uploadOf(req, error));
    next();
  });
}

function readIntoQuarantine(quarantine: Quarantine, place: Place, { req, res, next }: Exchange): void {
  const tell = (received: ReceivedFile) => void documents.set(req, received);
  const { mostBytes } = place;
  const storage = quarantineEngine(quarantine, { req, res, partyId: ownParty(res), mostBytes, tell });
  // The quarantine itself stops at the limit; this one stops what has no length and never ends.
  const reader = multer({ storage, limits: { ...limitsOf, fileSize: 3 * mostBytes } });
  reader.single(place.field)(req, res, (error: unknown) => {
    if (error && !documents.has(req)) documents.set(req, { ok: false, refusal: 'unreadable' });
    // A storage or a key that is out of reach is no fault of the form.
    next(error instanceof Fault ? error : undefined);
  });
}

function uploadOf({ file }: Request, error: unknown): Upload {
  if (error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE') return { ok: false, fault: 'too-large' };
  if (error) return { ok: false, fault: 'unreadable' };
  return file ? { ok: true, name: file.originalname, bytes: file.buffer } : { ok: false, fault: 'none' };
}
