import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import type { Formats } from '#core/format.ts';
import type { Platform } from '#platform/platform.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import { declineRoutes } from './adverse/decline.routes.ts';
import type { RefusedDecision } from './deciding/decidable.ts';
import type { ProposalOrder } from './deciding/proposing.service.ts';
import { explainBureau, explainDecision } from './underwriting-refusals.ts';
import { filePanels, type PanelParts } from './file/file-panels.pages.ts';
import type { FileForms } from './file/file-facts.view.ts';
import { filePage } from './file/file.view.ts';
import { approveForm, bureauForm, moreReasons, rejectForm } from './underwriting.forms.ts';
import type { Underwriting } from './underwriting.service.ts';

export interface UnderwritingRouteParts extends PanelParts {
  underwriting: Underwriting;
  platform: Pick<Platform, 'clock' | 'currency'>;
  pages: Pages;
  formats: Formats;
}

const view = 'officer/file/file';

interface Exchange {
  req: Request;
  res: Response;
}

/** `/officer/applications/:id`: a file, and what an officer decides on it; and the borrower's side of a decline. */
export function underwritingRoutes(parts: UnderwritingRouteParts): Router {
  const router = Router();
  const file = '/officer/applications/:applicationId';
  const decides = permission('application:decide');
  router.get(file, permission('application:review'), (req, res) => show(parts, { req, res }));
  router.post(`${file}/approve`, decides, (req, res) => approve(parts, { req, res }, 'decide'));
  router.post(`${file}/recommend`, decides, (req, res) => approve(parts, { req, res }, 'recommend'));
  router.post(`${file}/reject`, decides, (req, res) => reject(parts, { req, res }, 'decide'));
  router.post(`${file}/recommend-decline`, decides, (req, res) => reject(parts, { req, res }, 'recommend'));
  router.post(`${file}/bureau`, permission('application:review'), (req, res) => askBureau(parts, { req, res }));
  return router.use(declineRoutes(parts));
}

const idOf = (req: Request) => pathParameter(req.params.applicationId);

/** Opening a file asks the bureau, once: an officer who has to wait for a report has lost the minute it takes to decide. */
async function show(parts: UnderwritingRouteParts, exchange: Exchange): Promise<void> {
  const { req, res } = exchange;
  await parts.underwriting.askBureau({ actor: actor(res), applicationId: idOf(req) });
  await parts.pages.show(res, { view, model: await page(parts, exchange, {}) });
}

async function page(parts: UnderwritingRouteParts, { req, res }: Exchange, forms: FileForms & { form?: FormState }) {
  const officer = actor(res);
  const file = await parts.underwriting.findForReview(idOf(req), officer);
  if (!file) throw notFound('Application');
  const model = filePage(file, { ...forms, actor: officer, formats: parts.formats, key: newId() });
  const panels = await filePanels(parts, { file, actor: officer });
  return { ...model, form: forms.form ?? model.form, panels, scripts: ['desk.js'] };
}

type How = 'decide' | 'recommend';
type Which = 'approve' | 'reject';

async function approve(parts: UnderwritingRouteParts, exchange: Exchange, how: How): Promise<void> {
  const { req, res } = exchange;
  const { underwriting, platform } = parts;
  const parsed = parseForm(approveForm(platform.currency), req.body);
  if (!parsed.ok) return invalid(parts, exchange, { which: 'approve', form: parsed.form });
  const { key, ...answers } = parsed.value;
  const order = { actor: actor(res), applicationId: idOf(req), ...answers };
  if (how === 'recommend') {
    const { amount, annualRate, instalments, conditions } = answers;
    const proposed = { outcome: 'approve' as const, amount, annualRate, instalments, conditions };
    return recommend(parts, exchange, { which: 'approve', form: parsed.form, order: { ...order, key, proposed } });
  }
  const approved = await underwriting.approve(order);
  if (!approved.ok) return refused(parts, exchange, { refusal: approved.refusal, which: 'approve', form: parsed.form });
  done(exchange, `Application ${approved.value.reference} is approved. The borrower has the offer.`);
}

async function reject(parts: UnderwritingRouteParts, exchange: Exchange, how: How): Promise<void> {
  const { req, res } = exchange;
  const parsed = parseForm(rejectForm, req.body);
  if (!parsed.ok) return invalid(parts, exchange, { which: 'reject', form: parsed.form });
  const { rejectionNote: note, rejectionKey: key, reason, version } = parsed.value;
  const reasons = { reason, moreReasons: moreReasons(parsed.value) };
  const order = { actor: actor(res), applicationId: idOf(req), version, note };
  if (how === 'recommend') {
    const proposed = { outcome: 'reject' as const, ...reasons };
    return recommend(parts, exchange, { which: 'reject', form: parsed.form, order: { ...order, key, proposed } });
  }
  const rejected = await parts.underwriting.reject({ ...order, ...reasons });
  if (!rejected.ok) return refused(parts, exchange, { refusal: rejected.refusal, which: 'reject', form: parsed.form });
  done(exchange, `Application ${rejected.value.reference} is declined. The borrower is told why.`);
}

interface Sent {
  which: Which;
  form: FormState;
}

const noteFields = { approve: 'note', reject: 'rejectionNote' } as const;

async function recommend(
  parts: UnderwritingRouteParts,
  exchange: Exchange,
  sent: Sent & { order: Omit<ProposalOrder, 'key'> & { key: string | undefined } },
): Promise<void> {
  const { which, form, order } = sent;
  const field = noteFields[which];
  if (order.note === '') {
    const missing = withError(form, field, 'Say why you recommend it: a second person decides on your words');
    return invalid(parts, exchange, { which, form: missing });
  }
  if (order.key === undefined)
    return invalid(parts, exchange, { which, form: withError(form, 'form', 'Open the page again') });
  const asked = await parts.underwriting.propose({ ...order, key: order.key });
  if (!asked.ok) return refused(parts, exchange, { refusal: asked.refusal, which, form });
  done(exchange, 'Your recommendation waits for a second person. Nothing is decided yet.');
}

function done({ req, res }: Exchange, text: string): void {
  flash(req, { kind: 'success', text, link: { href: paths.nextInLine, text: 'Open the next file' } });
  res.redirect(303, paths.officerApplication(idOf(req)));
}

async function invalid(parts: UnderwritingRouteParts, exchange: Exchange, failed: Sent): Promise<void> {
  await parts.pages.invalid(exchange.res, { view, model: await page(parts, exchange, { failed }) });
}

async function refused(
  parts: UnderwritingRouteParts,
  exchange: Exchange,
  outcome: Sent & { refusal: RefusedDecision },
): Promise<void> {
  const { refusal, which, form } = outcome;
  const { field, text, status } = explainDecision(refusal, parts.formats);
  const failed = { which, form: withError(form, field, text) };
  await parts.pages.refused(exchange.res, { view, model: await page(parts, exchange, { failed }), status });
}

async function askBureau(parts: UnderwritingRouteParts, exchange: Exchange): Promise<void> {
  const { req, res } = exchange;
  const parsed = parseForm(bureauForm, req.body);
  if (!parsed.ok) throw notFound('Person');
  const order = { actor: actor(res), applicationId: idOf(req), partyId: parsed.value.partyId };
  const asked = await parts.underwriting.refreshBureau(order);
  if (asked.ok) {
    done(exchange, 'The bureau has answered. The report is on the file.');
    return;
  }
  const form = withError(emptyForm, 'form', explainBureau(asked.refusal, parts.formats));
  await parts.pages.refused(res, { view, model: await page(parts, exchange, { form }) });
}
