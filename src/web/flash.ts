import type { Request } from 'express';

export interface Flash {
  kind: 'success' | 'info' | 'warn' | 'danger';
  text: string;
  /** Where to go on from here. */
  link?: { href: string; text: string };
}

/** A message for the next page; kept in the session as text. */
export function flash(req: Request, message: Flash): void {
  req.session.flash = JSON.stringify(message);
}

/** The message, shown once. */
export function takeFlash(req: Request): Flash[] {
  const kept = req.session.flash;
  if (kept === undefined) return [];
  delete req.session.flash;
  return [JSON.parse(kept) as Flash];
}
