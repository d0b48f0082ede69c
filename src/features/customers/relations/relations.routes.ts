import { Router, type Request, type Response } from 'express';
import type { Formats } from '#core/format.ts';
import { newId } from '#core/ids.ts';
import type { Result } from '#core/result.ts';
import { may } from '#core/roles.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import { declareForm, endForm, registerForm } from './relations.forms.ts';
import type { RelateRefusal, Relations } from './relations.ts';
import { explainRelation, relationsPage } from './relations.view.ts';

export interface RelationRouteParts {
  relations: Relations;
  pages: Pages;
  formats: Formats;
}

type Scope = 'own' | 'all';

/** `/staff/relations`: whom of the customers the staff are related to. */
export function relationRoutes(parts: RelationRouteParts): Router {
  const router = Router();
  const declares = permission('relation:declare');
  const registers = permission('relation:register');
  router.get('/staff/relations', declares, (req, res) => show(parts, { req, res, scope: scopeOf(req, res) }));
  router.post('/staff/relations', declares, (req, res) => declare(parts, req, res));
  router.post('/staff/relations/register', registers, (req, res) => register(parts, req, res));
  router.post('/staff/relations/:relationId/end', registers, (req, res) => end(parts, req, res));
  return router;
}

function scopeOf(req: Request, res: Response): Scope {
  return req.query.show === 'all' && may(actor(res), 'relation:register') ? 'all' : 'own';
}

async function show(
  { relations, pages, formats }: RelationRouteParts,
  to: { req: Request; res: Response; scope: Scope; failed?: { form: FormState; status: 409 | 422 } },
): Promise<void> {
  const { req, res, scope, failed } = to;
  const page = pageNumber(req.query);
  const list =
    scope === 'all'
      ? await relations.all({ page, size: pageSize })
      : await relations.own({ actor: actor(res), page, size: pageSize });
  const facts = { actor: actor(res), scope, list, page, key: newId(), formats };
  const model = relationsPage({ ...facts, form: failed?.form ?? emptyForm });
  const view = 'customers/relations/relations';
  await (failed ? pages.refused(res, { view, model, status: failed.status }) : pages.show(res, { view, model }));
}

async function declare(parts: RelationRouteParts, req: Request, res: Response): Promise<void> {
  const parsed = parseForm(declareForm, req.body);
  const outcome = parsed.ok ? await parts.relations.declare({ ...parsed.value, actor: actor(res) }) : undefined;
  await answer(parts, { req, res, scope: 'own', form: parsed.form, outcome });
}

async function register(parts: RelationRouteParts, req: Request, res: Response): Promise<void> {
  const parsed = parseForm(registerForm, req.body);
  const outcome = parsed.ok ? await parts.relations.register({ ...parsed.value, actor: actor(res) }) : undefined;
  await answer(parts, { req, res, scope: 'all', form: parsed.form, outcome });
}

async function answer(
  parts: RelationRouteParts,
  to: {
    req: Request;
    res: Response;
    scope: Scope;
    form: FormState;
    /** Undefined where the form could not be read. */
    outcome: Result<'done', RelateRefusal> | undefined;
  },
): Promise<void> {
  const { req, res, scope, form, outcome } = to;
  if (outcome?.ok) {
    flash(req, { kind: 'success', text: 'The relation is on the list.' });
    res.redirect(303, scope === 'all' ? `${paths.staffRelations}?show=all` : paths.staffRelations);
    return;
  }
  if (!outcome) {
    await show(parts, { req, res, scope, failed: { form, status: 422 } });
    return;
  }
  const { field, sentence } = explainRelation(outcome.refusal);
  await show(parts, { req, res, scope, failed: { form: withError(form, field, sentence), status: 409 } });
}

async function end(parts: RelationRouteParts, req: Request, res: Response): Promise<void> {
  const parsed = parseForm(endForm, req.body);
  if (!parsed.ok) {
    await show(parts, { req, res, scope: 'all', failed: { form: parsed.form, status: 422 } });
    return;
  }
  const relationId = pathParameter(req.params.relationId);
  await parts.relations.end({ actor: actor(res), relationId, version: parsed.value.version });
  flash(req, { kind: 'success', text: 'The relation is ended. The trail keeps it.' });
  res.redirect(303, `${paths.staffRelations}?show=all`);
}
