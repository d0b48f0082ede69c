import { Router, type Request, type Response } from 'express';
import { dateText } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import { sendDocument } from '#web/send-document.ts';
import { cancelForm, changeOf, explainRefusal, periodFault, startForm } from './back-test.forms.ts';
import type { BackTest } from './back-test.ts';
import { backTestListPage, startValues } from './back-test-list.view.ts';
import { isUnderWay } from './back-test-words.view.ts';
import { backTestPage } from './back-test.view.ts';
import type { BackTests } from './back-tests.service.ts';
import { writeFlips } from './flips-csv.ts';

export interface BackTestRouteParts {
  backTests: BackTests;
  platform: Platform;
  pages: Pages;
}

const needs = 'model:test';
const views = { list: 'risk/back-testing/list', test: 'risk/back-testing/test' } as const;
/** A page of a test that is under way asks again by itself, with or without scripts. */
const refreshS = 3;

/** `/risk/back-tests`: past applications judged once more. */
export function backTestRoutes(parts: BackTestRouteParts): Router {
  const router = Router();
  router.get('/risk/back-tests', permission(needs), async (req, res) => {
    await parts.pages.show(res, { view: views.list, model: await listModel(parts, { req }) });
  });
  router.post('/risk/back-tests', permission(needs), (req, res) => start(parts, req, res));
  router.get('/risk/back-tests/:id', permission(needs), (req, res) => show(parts, req, res));
  router.get('/risk/back-tests/:id/flips.csv', permission(needs), (req, res) => download(parts, req, res));
  router.post('/risk/back-tests/:id/cancel', permission(needs), (req, res) => cancel(parts, req, res));
  return router;
}

async function listModel({ backTests, platform }: BackTestRouteParts, facts: { req: Request; form?: FormState }) {
  const { req, form } = facts;
  const page = pageNumber(req.query);
  const [{ tests, total }, choices, today] = await Promise.all([
    backTests.list({ page, size: pageSize }),
    backTests.choices(),
    platform.bankDay.today(),
  ]);
  const shown = form ?? formOf(startValues(choices, { today, query: req.query }));
  // A fresh key with every page: after a refusal the same press must not find the test of before.
  return backTestListPage({ tests, total, page, choices, form: shown, key: newId(), formats: platform.formats });
}

async function start(parts: BackTestRouteParts, req: Request, res: Response): Promise<void> {
  const { backTests, pages, platform } = parts;
  const parsed = parseForm(startForm, req.body);
  const fault = parsed.ok ? periodFault(parsed.value, await platform.bankDay.today()) : undefined;
  if (!parsed.ok || fault) {
    const form = fault ? withError(parsed.form, fault.field, fault.message) : parsed.form;
    await pages.invalid(res, { view: views.list, model: await listModel(parts, { req, form }) });
    return;
  }
  const { key, policy, model, from, to } = parsed.value;
  const order = { actor: actor(res).userId, key, policy, model, from: dateText(from), to: dateText(to) };
  const started = await backTests.start(order);
  if (started.ok) {
    res.redirect(303, paths.riskBackTest(started.value));
    return;
  }
  const { field, message } = explainRefusal(started.refusal);
  const form = withError(parsed.form, field, message);
  await pages.refused(res, { view: views.list, model: await listModel(parts, { req, form }) });
}

async function found({ backTests }: BackTestRouteParts, req: Request): Promise<BackTest> {
  const test = await backTests.find(pathParameter(req.params.id));
  if (!test) throw notFound('Back-test');
  return test;
}

async function show(parts: BackTestRouteParts, req: Request, res: Response): Promise<void> {
  const { backTests, pages, platform } = parts;
  const test = await found(parts, req);
  const page = pageNumber(req.query);
  const change = changeOf(req.query);
  const flips = test.state === 'done' ? await backTests.flips(test, { page, size: pageSize, change }) : undefined;
  const model = backTestPage(test, {
    found: flips && { ...flips, page, change },
    actor: actor(res),
    formats: platform.formats,
  });
  if (isUnderWay(test)) res.set('Refresh', String(refreshS));
  await pages.show(res, { view: views.test, model });
}

async function download(parts: BackTestRouteParts, req: Request, res: Response): Promise<void> {
  const test = await found(parts, req);
  if (test.state !== 'done') throw notFound('Back-test');
  const pieces = parts.backTests.pieces({ actor: actor(res).userId, test });
  await sendDocument(res, { name: `back-test-${test.from}-${test.to}.csv`, type: 'csv' }, () =>
    writeFlips(res, pieces),
  );
}

async function cancel(parts: BackTestRouteParts, req: Request, res: Response): Promise<void> {
  const test = await found(parts, req);
  const parsed = parseForm(cancelForm, req.body);
  const cancelled = parsed.ok && (await parts.backTests.cancel({ actor: actor(res).userId, id: test._id }));
  flash(
    req,
    cancelled
      ? { kind: 'success', text: 'The back-test was cancelled.' }
      : { kind: 'info', text: 'The back-test had ended already. Nothing was cancelled.' },
  );
  res.redirect(303, paths.riskBackTest(test._id));
}
