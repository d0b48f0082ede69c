import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from 'express';
import { Fault, type FaultKind } from '#core/errors.ts';
import { newReference } from '#core/ids.ts';
import type { Logger } from '#platform/logger.ts';
import { isOutOfReach } from '#platform/transaction.ts';
import { paths } from './paths.ts';
import type { PageModel, Pages } from './render.ts';

interface FaultPage {
  status: number;
  level: 'info' | 'warn' | 'error';
  heading: string;
  text: string;
  /** Whether the page says that no money moved: only where that is certain. */
  moneyLine?: string;
  action?: { href: string; text: string };
}

const nothingMoved = 'No money has moved.';
const toHome = { href: paths.dashboard, text: 'Go to the start page' };

/** One table: what a fault of each kind answers. */
const faultPages: Record<FaultKind, FaultPage> = {
  'not-found': {
    status: 404,
    level: 'info',
    heading: 'We could not find this page',
    text: 'The address may be mistyped, or what it showed is not there for you.',
    action: toHome,
  },
  forbidden: {
    status: 403,
    level: 'warn',
    heading: 'This page is not part of your role',
    text: 'You are signed in, but your role does not include this. If you need it, ask an administrator.',
    moneyLine: nothingMoved,
    action: toHome,
  },
  'signed-out': {
    status: 403,
    level: 'info',
    heading: 'Your session has ended',
    text: 'You were signed out after a while without activity. Sign in and send the form again.',
    moneyLine: nothingMoved,
    action: { href: paths.login, text: 'Sign in' },
  },
  'stale-form': {
    status: 403,
    level: 'warn',
    heading: 'This form is too old to send',
    text: 'It was opened before you last signed in or out. Go back, load the page again and send it from there.',
    moneyLine: nothingMoved,
    action: toHome,
  },
  malformed: {
    status: 400,
    level: 'info',
    heading: 'We could not read what was sent',
    text: 'It was too large, or not in the form that the page sends. Go back, load the page again and send it from there.',
    moneyLine: nothingMoved,
    action: toHome,
  },
  'too-large': {
    status: 413,
    level: 'info',
    heading: 'This file is too large',
    text: 'We stopped reading it, and nothing of it was kept. Go back and choose a smaller file; the page says how large it may be. A photograph taken with fewer pixels, or a scan in grey, is usually small enough.',
    moneyLine: nothingMoved,
    action: toHome,
  },
  conflict: {
    status: 409,
    level: 'info',
    heading: 'This has changed since you opened it',
    text: 'Somebody, or another window, saved a newer version. Open it again, look at what changed, and repeat your change.',
    moneyLine: nothingMoved,
    action: toHome,
  },
  'too-many': {
    status: 429,
    level: 'warn',
    heading: 'Too many tries',
    text: 'Please wait fifteen minutes and try again. Nothing is locked for good.',
  },
  'outcome-unknown': {
    status: 202,
    level: 'warn',
    heading: 'This is being processed',
    text: 'Your order has reached us and is not decided yet. Please do not send it again; look at its outcome instead.',
  },
  unavailable: {
    status: 503,
    level: 'error',
    heading: 'We cannot do this right now',
    text: 'A part of the bank is not reachable at the moment. Please try again in a few minutes. If you were moving money, look at your account first.',
  },
  'keys-unavailable': {
    status: 503,
    level: 'error',
    heading: 'Personal data cannot be opened right now',
    text: 'The key service does not answer, so that pages with personal data stay closed. Please try again in a few minutes.',
    moneyLine: nothingMoved,
  },
  internal: {
    status: 500,
    level: 'error',
    heading: 'Something went wrong on our side',
    text: 'We have noted it. If you were moving money, look at your account before you try again.',
    action: toHome,
  },
};

/** No route took the request. */
export const noRoute: RequestHandler = () => {
  throw new Fault('not-found', 'No route');
};

/** The one place where faults become answers. A fault page shows a reference that stands in the log. */
export function faultHandler(options: { pages: Pages; logger: Logger }): ErrorRequestHandler {
  return (error: unknown, req: Request, res: Response, next: NextFunction) => {
    const fault = asFault(error);
    const page = faultPages[fault.kind];
    const reference = newReference();
    options.logger[page.level](
      { err: error, reference, requestId: res.locals.requestId, kind: fault.kind, path: req.path },
      'Fault',
    );
    if (res.headersSent) {
      next(error);
      return;
    }
    const model = faultModel({ fault, page: wayBack(page, req, res), reference });
    options.pages.show(res, { view: 'errors/fault', model, status: page.status }).catch((failure: unknown) => {
      // The frame itself needs the database; without it a bare sentence is better than a broken connection.
      options.logger.error({ err: failure, reference }, 'The fault page could not be shown');
      if (!res.headersSent)
        res.status(page.status).type('text').send(`${page.heading}. ${page.text} Reference ${reference}.`);
    });
  };
}

/** A section of an application whose form came after the session had ended: signing in leads back to it. */
const section = /^(\/loans\/apply\/[0-9a-f-]{36}\/[a-z]{2,20})(\/keep)?$/;

function wayBack(page: FaultPage, req: Request, res: Response): FaultPage {
  const [, place] = section.exec(req.path) ?? [];
  if (res.locals.actor || page.status !== 403 || place === undefined) return page;
  return {
    ...faultPages['signed-out'],
    text: 'You were signed out after a while without activity. Sign in, and you are back at this section of your application, with what we have kept of it.',
    action: { href: `${paths.login}?next=${encodeURIComponent(place)}`, text: 'Sign in and go on' },
  };
}

function faultModel(facts: { fault: Fault; page: FaultPage; reference: string }): PageModel {
  const { fault, page, reference } = facts;
  const followUp =
    fault.operationKey === undefined
      ? page.action
      : { href: paths.operation(fault.operationKey), text: 'See the outcome' };
  const model = {
    title: page.heading,
    heading: page.heading,
    text: page.text,
    ...(page.moneyLine === undefined ? {} : { moneyLine: page.moneyLine }),
    ...(page.level === 'info' ? {} : { reference }),
    ...(followUp === undefined ? {} : { action: followUp }),
  };
  return model;
}

/** What express and its body parser throw at a visitor's mistake, and a driver at a lost database. */
function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof URIError) return new Fault('not-found', 'The address is malformed', { cause: error });
  const status: unknown = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 404) return new Fault('not-found', 'Not found', { cause: error });
  if (status === 400 || status === 413 || status === 415)
    return new Fault('malformed', 'The request is malformed', { cause: error });
  if (isOutOfReach(error)) {
    return new Fault('unavailable', 'The database is not reachable', { cause: error });
  }
  return new Fault('internal', 'Not expected', { cause: error });
}
