import { Router, type Request, type Response } from 'express';
import type { Formats } from '#core/format.ts';
import { emptyForm, parseForm, type FormState, type ParsedForm } from '#web/forms.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { pageNumber, pageSize, pagingView } from '#web/paging.ts';
import { open, permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { clientNetwork, type Limiter } from '#web/rate-limit.ts';
import type { Pages } from '#web/render.ts';
import { customerContactForm, enquiryDoneForm, strangerContactForm } from './site.forms.ts';
import { enquiryColumns, enquiryPage, enquiryRow, noEnquiries, stateChips, topicOptions } from './site.view.ts';
import type { Enquiries } from './site.service.ts';

/** What the public pages say of a product; composition fills it from the products feature, which stands right of this one. */
export interface ProductCard {
  code: string;
  name: string;
  summary: string;
  rate: string;
  amounts: string;
  terms: string;
  example: string;
}

export interface SiteRouteParts {
  enquiries: Enquiries;
  pages: Pages;
  formats: Formats;
  productCards: () => Promise<ProductCard[]>;
  limits: { contactByAddress: Limiter };
}

/** What is public: `/`, `/services`, `/contact`; and for staff the messages that came in. */
export function siteRoutes(parts: SiteRouteParts): Router {
  const { pages, productCards } = parts;
  const router = Router();
  router.get('/', open(), async (_req, res) => {
    const products = await productCards();
    await pages.show(res, { view: 'site/home', model: { title: 'Loans and everyday banking', products } });
  });
  router.get('/services', open(), async (_req, res) => {
    const products = await productCards();
    await pages.show(res, { view: 'site/services', model: { title: 'What we offer', products } });
  });
  router.get('/contact', open(), async (_req, res) => {
    await pages.show(res, { view: 'site/contact', model: contactPage(res, emptyForm) });
  });
  router.post('/contact', open(), (req, res) => sendEnquiry(parts, req, res));
  staffRoutes(parts, router);
  return router;
}

function staffRoutes(parts: SiteRouteParts, router: Router): void {
  const { enquiries, pages, formats } = parts;
  router.get('/contact/messages', permission('enquiry:read'), async (req, res) => {
    const page = pageNumber(req.query);
    const state = req.query.state === 'done' ? 'done' : 'new';
    const { enquiries: found, total } = await enquiries.list({ state, page, size: pageSize });
    const paging = pagingView({ page, total, path: paths.enquiries, query: { state } });
    const model = {
      title: 'Messages',
      chips: stateChips(state),
      columns: enquiryColumns,
      rows: found.map((one) => enquiryRow(one, formats)),
      paging,
      empty: noEnquiries({ state, total }),
    };
    await pages.show(res, { view: 'site/messages', model });
  });
  router.get('/contact/messages/:enquiryId', permission('enquiry:read'), async (req, res) => {
    const enquiry = await enquiries.find(pathParameter(req.params.enquiryId));
    await pages.show(res, { view: 'site/message', model: enquiryPage(enquiry, formats) });
  });
  router.post('/contact/messages/:enquiryId', permission('enquiry:read'), async (req, res) => {
    const id = pathParameter(req.params.enquiryId);
    const parsed = parseForm(enquiryDoneForm, req.body);
    if (!parsed.ok) {
      const model = { ...enquiryPage(await enquiries.find(id), formats), form: parsed.form };
      await pages.invalid(res, { view: 'site/message', model });
      return;
    }
    await enquiries.markDone({ actor: actor(res).userId, id, version: parsed.value.version });
    flash(req, { kind: 'success', text: 'The message is marked as done.' });
    res.redirect(303, paths.enquiries);
  });
}

async function sendEnquiry(parts: SiteRouteParts, req: Request, res: Response): Promise<void> {
  const { enquiries, pages, limits } = parts;
  const parsed = parseEnquiry(res, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: 'site/contact', model: contactPage(res, parsed.form) });
    return;
  }
  await limits.contactByAddress.count(clientNetwork(req));
  const reference = await enquiries.send(parsed.value);
  flash(req, {
    kind: 'success',
    text: `Thank you. We have your message and answer within two working days. Its reference is ${reference}.`,
  });
  res.redirect(303, paths.contact);
}

function parseEnquiry(res: Response, body: unknown): ParsedForm<Parameters<Enquiries['send']>[0]> {
  const partyId = res.locals.actor?.partyId;
  if (partyId !== undefined) {
    const parsed = parseForm(customerContactForm, body);
    return parsed.ok ? { ...parsed, value: { ...parsed.value, sender: { partyId } } } : parsed;
  }
  const parsed = parseForm(strangerContactForm, body);
  if (!parsed.ok) return parsed;
  const { name, email, ...matter } = parsed.value;
  return { ...parsed, value: { ...matter, sender: { name, email } } };
}

function contactPage(res: Response, form: FormState) {
  const knownSender = res.locals.actor?.partyId !== undefined;
  return { title: 'Contact us', form, topics: topicOptions(), knownSender };
}
