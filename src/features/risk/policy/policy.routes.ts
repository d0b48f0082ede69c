import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { may } from '#core/roles.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { restoreForm } from './drafting/policy-draft.forms.ts';
import { policyDraftRoutes } from './drafting/policy-draft.routes.ts';
import { policyPartRoutes } from './drafting/policy-parts.routes.ts';
import type { PolicyRouteParts } from './policy.pages.ts';
import { policyPage } from './policy.view.ts';

const view = 'risk/policies/policy';

/** `/risk/policies`: what decides now, every version before it, and the next one while it is written. */
export function policyRoutes(parts: PolicyRouteParts): Router {
  const { pages, policies } = parts;
  const router = Router();
  router.get('/risk/policies', permission('risk:view'), async (req, res) => {
    const { version } = await policies.live();
    await pages.show(res, { view, model: await policyModel(parts, { req, res }, { version, form: emptyForm }) });
  });
  // The draft before the versions: its address is no version's number.
  router.use(policyDraftRoutes(parts));
  router.use(policyPartRoutes(parts));
  router.get('/risk/policies/:version', permission('risk:view'), async (req, res) => {
    const facts = { version: versionOf(req), form: emptyForm };
    await pages.show(res, { view, model: await policyModel(parts, { req, res }, facts) });
  });
  router.post('/risk/policies/:version/restore', permission('policy:edit'), (req, res) => restore(parts, { req, res }));
  return router;
}

interface Exchange {
  req: Request;
  res: Response;
}

function versionOf(req: Request): number {
  const text = pathParameter(req.params.version);
  if (!/^[1-9]\d{0,5}$/.test(text)) throw notFound('Version');
  return Number(text);
}

async function policyModel(
  { policies, formats }: PolicyRouteParts,
  { req, res }: Exchange,
  { version, form }: { version: number; form: FormState },
) {
  const page = pageNumber(req.query);
  const [policy, before, live, draft, history, names] = await Promise.all([
    policies.version(version),
    policies.version(version - 1),
    policies.live(),
    policies.draft(),
    policies.list({ page, size: pageSize }),
    policies.names(),
  ]);
  if (!policy) throw notFound('Version');
  const facts = { policy, before, live: live.version, names, formats, form };
  const mayEdit = may(actor(res), 'policy:edit');
  return policyPage({ ...facts, mayEdit, hasDraft: draft !== undefined, history: { ...history, page } });
}

async function restore(parts: PolicyRouteParts, { req, res }: Exchange): Promise<void> {
  const { pages, policies } = parts;
  const version = versionOf(req);
  const model = (form: FormState) => policyModel(parts, { req, res }, { version, form });
  const parsed = parseForm(restoreForm, req.body);
  if (!parsed.ok) return pages.invalid(res, { view, model: await model(parsed.form) });
  const restored = await policies.restore({ number: version, actor: actor(res) });
  if (!restored.ok) {
    const message =
      restored.refusal.code === 'draft-open'
        ? 'There is a draft already. Publish or discard it first; nothing was changed'
        : 'A draft waits for a second person. Nothing was changed';
    return pages.refused(res, { view, model: await model(withError(emptyForm, 'form', message)) });
  }
  flash(req, { kind: 'success', text: `Version ${version} is a draft again. Compare it, then ask for publication.` });
  res.redirect(303, paths.riskPolicyComparison);
}
