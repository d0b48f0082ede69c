import { join } from 'node:path';
import ejs from 'ejs';
import type { Request, RequestHandler, Response } from 'express';
import { formatDate, type PlainDate } from '#core/calendar.ts';
import type { Actor } from '#core/roles.ts';
import { csrfToken } from './csrf.ts';
import { takeFlash, type Flash } from './flash.ts';
import type { FormState } from './forms.ts';
import { bottomNavigationFor, navigationFor, type NavItem } from './navigation.ts';

/** What every page model has; the rest is the view's own. */
export interface PageModel {
  title: string;
  crumbs?: { text: string; href?: string }[];
  scripts?: string[];
  /** What the view itself reads; it is written by the feature that owns the view. */
  [ofTheView: string]: unknown;
}

export interface FormPage extends PageModel {
  form: FormState;
}

/** What the frame around a page shows. */
interface Chrome {
  readonly csrf: string;
  nonce: string;
  lang: string;
  currency: string;
  businessDate: string;
  signedIn: boolean;
  userName: string;
  unread: number;
  nav: NavItem[];
  bottomNav: NavItem[];
  flash: Flash[];
  plainHttp: boolean;
  demo: boolean;
}

export interface FrameFacts {
  lang: string;
  currency: string;
  plainHttp: boolean;
  demo: boolean;
  businessDate(): Promise<PlainDate>;
  unread(actor: Actor): Promise<number>;
}

export interface Pages {
  show(res: Response, page: { view: string; model: PageModel; status?: number }): Promise<void>;
  /** The same page again, with the input kept and a sentence at each wrong field: 422. */
  invalid(res: Response, page: { view: string; model: FormPage }): Promise<void>;
  /** The same page again, with what the bank refused: 409, or 422 where the input was the reason. */
  refused(res: Response, page: { view: string; model: FormPage; status?: 409 | 422 }): Promise<void>;
}

export function createPages(options: { viewsDir: string; cache: 'cached' | 'fresh'; frame: FrameFacts }): Pages {
  const { viewsDir, frame } = options;
  const render = (view: string, data: object) =>
    ejs.renderFile(join(viewsDir, `${view}.ejs`), data, { root: viewsDir, cache: options.cache === 'cached' });

  const show: Pages['show'] = async (res, { view, model, status = 200 }) => {
    const ui = await chromeOf(res, frame);
    const body = await render(view, { m: model, ui });
    const html = await render('layouts/page', { m: model, ui, body });
    res.status(status).type('html').send(html);
  };
  return {
    show,
    invalid: (res, { view, model }) => show(res, { view, model: { ...model, ...errorMark(model.form) }, status: 422 }),
    refused: (res, { view, model, status = 409 }) =>
      show(res, { view, model: { ...model, ...errorMark(model.form) }, status }),
  };
}

function errorMark(form: FormState): { errorTitle: boolean } {
  return { errorTitle: Object.keys(form.errors).length > 0 };
}

async function chromeOf(res: Response, frame: FrameFacts): Promise<Chrome> {
  const { req } = res;
  const { actor, cspNonce } = res.locals;
  const [businessDate, unread] = await Promise.all([frame.businessDate(), actor ? frame.unread(actor) : 0]);
  return {
    // Made when a form prints it: a page without a form must not cost a session.
    get csrf() {
      return tokenOf(req);
    },
    nonce: cspNonce,
    lang: frame.lang,
    currency: frame.currency,
    businessDate: formatDate(businessDate, frame.lang),
    signedIn: actor !== undefined,
    userName: actor?.displayName ?? '',
    unread,
    nav: navigationFor(actor, req.path),
    bottomNav: bottomNavigationFor(actor, req.path),
    flash: takeFlash(req),
    plainHttp: frame.plainHttp,
    demo: frame.demo,
  };
}

// A page that fails before its session was read (the database is gone) has no form to protect.
function tokenOf(req: Request): string {
  return 'session' in req ? csrfToken(req) : '';
}

/** `res.render` is not used: a route that tried would skip the frame. */
export const noExpressViews: RequestHandler = (_req, res, next) => {
  res.render = () => {
    throw new Error('Use the pages of web/render');
  };
  next();
};
