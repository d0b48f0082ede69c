import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { may } from '#core/roles.ts';
import { actor } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { PolicyRouteParts } from '../policy.pages.ts';
import { draftVersionForm, publicationForm } from './policy-draft.forms.ts';
import { comparePage, draftPage } from './policy-draft.view.ts';
import { lockedMessage } from './policy-saving.routes.ts';

const draftView = 'risk/policies/draft';
const compareView = 'risk/policies/compare';

interface Exchange {
  req: Request;
  res: Response;
}

/** `/risk/policies/draft`: the next version until a second person publishes it. */
export function policyDraftRoutes(parts: PolicyRouteParts): Router {
  const { pages } = parts;
  const router = Router();
  const read = permission('risk:view');
  const edit = permission('policy:edit');
  router.get('/risk/policies/draft', read, async (_req, res) => {
    await pages.show(res, { view: draftView, model: await draftModel(parts, res, emptyForm) });
  });
  router.get('/risk/policies/draft/compare', read, async (_req, res) => {
    // A request that is decided still leads here, and the draft has become the live version.
    if (!(await parts.policies.draft())) {
      res.redirect(303, paths.riskPolicies);
      return;
    }
    await pages.show(res, { view: compareView, model: await compareModel(parts, res, emptyForm) });
  });
  router.post('/risk/policies/draft/discard', edit, (req, res) => discard(parts, { req, res }));
  router.post('/risk/policies/draft/publication', edit, (req, res) => askForPublication(parts, { req, res }));
  return router;
}

async function factsOf({ policies, formats }: PolicyRouteParts, res: Response, form: FormState) {
  const [base, draft, pending, names] = await Promise.all([
    policies.base(),
    policies.draft(),
    policies.pending(),
    policies.names(),
  ]);
  const faults = await policies.check(base.content);
  return { base, draft, pending, names, faults, form, formats, mayEdit: may(actor(res), 'policy:edit') };
}

async function draftModel(parts: PolicyRouteParts, res: Response, form: FormState) {
  return draftPage(await factsOf(parts, res, form));
}

async function compareModel(parts: PolicyRouteParts, res: Response, form: FormState) {
  const facts = await factsOf(parts, res, form);
  const { draft } = facts;
  if (!draft) throw notFound('Draft');
  const live = await parts.policies.version((await parts.policies.live()).version);
  if (!live) throw notFound('Version');
  return comparePage({ ...facts, draft, live, key: newId(), mayTest: may(actor(res), 'model:test') });
}

async function discard(parts: PolicyRouteParts, { req, res }: Exchange): Promise<void> {
  const { pages, policies } = parts;
  const parsed = parseForm(draftVersionForm, req.body);
  if (!parsed.ok) return pages.invalid(res, { view: draftView, model: await draftModel(parts, res, parsed.form) });
  const discarded = await policies.discard({ ...parsed.value, actor: actor(res) });
  if (!discarded.ok) {
    const form = withError(emptyForm, 'form', lockedMessage);
    return pages.refused(res, { view: draftView, model: await draftModel(parts, res, form) });
  }
  flash(req, { kind: 'success', text: 'The draft is discarded. The live policy is as it was.' });
  res.redirect(303, paths.riskPolicies);
}

async function askForPublication(parts: PolicyRouteParts, { req, res }: Exchange): Promise<void> {
  const { pages, policies } = parts;
  const parsed = parseForm(publicationForm, req.body);
  const model = (form: FormState) => compareModel(parts, res, form);
  if (!parsed.ok) return pages.invalid(res, { view: compareView, model: await model(parsed.form) });
  const { key, version, reason } = parsed.value;
  const asked = await policies.askForPublication({ id: key, version, reason, actor: actor(res) });
  if (!asked.ok) {
    const form = withError(parsed.form, 'form', asked.refusal.message);
    return pages.refused(res, { view: compareView, model: await model(form) });
  }
  flash(req, { kind: 'success', text: 'Asked for. Somebody who did not write in the draft publishes it.' });
  res.redirect(303, paths.approval(asked.value.id));
}
