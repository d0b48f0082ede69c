import type { Request } from 'express';

/** Every browser says one of the two with a form; what says neither is no page of ours. */
export function isFromOwnPage(req: Request): boolean {
  const site = req.get('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') return false;
  const origin = req.get('origin');
  if (origin === undefined) return site !== undefined;
  return URL.canParse(origin) && new URL(origin).host === req.host;
}
