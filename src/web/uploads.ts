import type { NextFunction, Request, RequestHandler, Response } from 'express';
import multer, { MulterError } from 'multer';
import { Fault } from '#core/errors.ts';
import { may, type Permission } from '#core/roles.ts';
import { paths } from './paths.ts';

/** Where files may be sent, and by whom. A file sent anywhere else is not read at all. */
const places: readonly { path: string; needs: Permission; field: string; mostBytes: number }[] = [
  { path: paths.uploadImport, needs: 'transaction:import', field: 'file', mostBytes: 5 * 1024 * 1024 },
  { path: paths.uploadLoanImport, needs: 'loan:import', field: 'file', mostBytes: 5 * 1024 * 1024 },
];

export type Upload =
  { ok: true; name: string; bytes: Uint8Array } | { ok: false; fault: 'none' | 'too-large' | 'unreadable' };

const uploads = new WeakMap<Request, Upload>();

/**
 * Forms with a file, before their token can be read: who sends it and from which page is looked at first, then the form
 * is read into memory within limits, and the token is checked behind this as with every form. Only a route sees the file.
 */
export const receiveUploads: RequestHandler = (req: Request, res: Response, next: NextFunction) => {
  const place = places.find(({ path }) => req.method === 'POST' && path === req.path);
  if (!place || !req.is('multipart/form-data')) {
    next();
    return;
  }
  const { actor } = res.locals;
  if (!actor) throw new Fault('signed-out', 'The session has ended');
  if (!may(actor, place.needs)) throw new Fault('forbidden', `Needs the permission ${place.needs}`);
  if (!isFromOwnPage(req)) throw new Fault('stale-form', 'The file was not sent from a page of this portal');
  const reader = multer({
    storage: multer.memoryStorage(),
    limits: { files: 1, fileSize: place.mostBytes, fields: 10, fieldSize: 1_000, fieldNameSize: 100, headerPairs: 20 },
  }).single(place.field);
  reader(req, res, (error: unknown) => {
    uploads.set(req, uploadOf(req, error));
    next();
  });
};

/** The file that came with the form of this request. */
export function uploadedFile(req: Request): Upload {
  return uploads.get(req) ?? { ok: false, fault: 'none' };
}

function uploadOf({ file }: Request, error: unknown): Upload {
  if (error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE') return { ok: false, fault: 'too-large' };
  if (error) return { ok: false, fault: 'unreadable' };
  return file ? { ok: true, name: file.originalname, bytes: file.buffer } : { ok: false, fault: 'none' };
}

/** Every browser says one of the two with a form; what says neither is no page of ours. */
function isFromOwnPage(req: Request): boolean {
  const site = req.get('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') return false;
  const origin = req.get('origin');
  if (origin === undefined) return site !== undefined;
  return URL.canParse(origin) && new URL(origin).host === req.host;
}
