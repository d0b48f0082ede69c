import { Router, type Request, type Response } from 'express';
import type { z } from 'zod';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { Platform } from '#platform/platform.ts';
import type { Pages } from '#web/render.ts';
import { kycFilePage } from './kyc-file.view.ts';
import { kycListPage } from './kyc-list.view.ts';
import { explainDecision } from './kyc-texts.ts';
import type { Decided, KycOrder } from './kyc-deciding.ts';
import {
  againForm,
  checkForm,
  duplicateForm,
  kycTabOf,
  matchForm,
  rejectForm,
  screenForm,
  startForm,
  verifyForm,
} from './kyc.forms.ts';
import type { Kyc } from './kyc.service.ts';
import { ownIdentityPage } from './own-identity.view.ts';

export interface KycRouteParts {
  platform: Platform;
  kyc: Kyc;
  pages: Pages;
}

const path = '/staff/customers/:partyId/kyc';

/** `/profile/identity` for the customer; `/staff/kyc` and a customer's check for staff. */
export function kycRoutes(parts: KycRouteParts): Router {
  const router = Router();
  const { kyc, pages, platform } = parts;
  router.get('/profile/identity', permission('profile:own'), async (_req, res) => {
    const model = ownIdentityPage({ standing: await kyc.of(ownParty(res)), formats: platform.formats });
    await pages.show(res, { view: 'customers/kyc/own', model });
  });
  router.get('/staff/kyc', permission('kyc:view'), async (req, res) => {
    const [tab, page] = [kycTabOf(req.query), pageNumber(req.query)];
    const list = await kyc.list({ tab, page, size: pageSize });
    const model = kycListPage({ list, tab, page, formats: platform.formats });
    await pages.show(res, { view: 'customers/kyc/list', model });
  });
  router.get(path, permission('kyc:view'), (req, res) => showFile(parts, { req, res }));
  router.post(`${path}/start`, permission('kyc:decide'), (req, res) => begin(parts, req, res));
  for (const [name, decision] of Object.entries(decisions)) {
    router.post(`${path}/${name}`, permission('kyc:decide'), (req, res) => decide(parts, { req, res, decision }));
  }
  return router;
}

interface Failed {
  form: FormState;
  status: 409 | 422;
}

async function showFile(
  { kyc, pages, platform }: KycRouteParts,
  { req, res, failed }: { req: Request; res: Response; failed?: Failed },
): Promise<void> {
  const found = await kyc.file({ partyId: pathParameter(req.params.partyId), actor: actor(res) });
  const form = failed?.form ?? emptyForm;
  const model = kycFilePage({ found, actor: actor(res), form, formats: platform.formats });
  const page = { view: 'customers/kyc/file', model };
  await (failed ? pages.refused(res, { ...page, status: failed.status }) : pages.show(res, page));
}

async function begin(parts: KycRouteParts, req: Request, res: Response): Promise<void> {
  const partyId = pathParameter(req.params.partyId);
  const found = await parts.kyc.file({ partyId, actor: actor(res) });
  const parsed = parseForm(startForm, req.body);
  const refusal = found.conflict === 'self' ? 'own-file' : 'relative';
  const sentence = found.conflict ? explainDecision({ code: refusal }, parts.platform.formats) : undefined;
  if (!parsed.ok || sentence !== undefined) {
    const form = sentence === undefined ? parsed.form : withError(parsed.form, 'form', sentence);
    await showFile(parts, { req, res, failed: { form, status: sentence === undefined ? 422 : 409 } });
    return;
  }
  await parts.kyc.start({ partyId, by: actor(res).userId });
  flash(req, { kind: 'success', text: 'The check has begun.' });
  res.redirect(303, paths.staffKyc(partyId));
}

/** One form of the page: how it is read, what it asks for, and what is said when it is done. */
interface Decision {
  read: (body: unknown) => { form: FormState; run: ((kyc: Kyc, who: Who) => Promise<Decided>) | undefined };
  said: string;
}
type Who = Pick<KycOrder, 'actor' | 'partyId'>;

function decision<S extends z.ZodObject>(
  schema: S,
  said: string,
  run: (kyc: Kyc, who: Who, value: z.output<S>) => Promise<Decided>,
): Decision {
  const read = (body: unknown) => {
    const parsed = parseForm(schema, body);
    return { form: parsed.form, run: parsed.ok ? (kyc: Kyc, who: Who) => run(kyc, who, parsed.value) : undefined };
  };
  return { read, said };
}

const decisions: Record<string, Decision> = {
  checks: decision(checkForm, 'What you saw is noted.', (kyc, who, { version, check, checkVerdict: verdict }) =>
    kyc.noteCheck({ ...who, version, check, verdict }),
  ),
  verify: decision(verifyForm, 'The customer is verified.', (kyc, who, value) => kyc.verify({ ...who, ...value })),
  reject: decision(rejectForm, 'The customer is rejected and has been told.', (kyc, who, { version, rejectReason }) =>
    kyc.reject({ ...who, version, reason: rejectReason }),
  ),
  again: decision(againForm, 'The customer has been asked for the documents.', (kyc, who, { version, askReason }) =>
    kyc.askAgain({ ...who, version, reason: askReason }),
  ),
  match: decision(matchForm, 'Your decision on the match is kept.', (kyc, who, value) =>
    kyc.judgeMatch({ ...who, version: value.version, verdict: value.matchVerdict, reason: value.matchReason }),
  ),
  screen: decision(screenForm, 'The name was screened again.', (kyc, who, { version }) =>
    kyc.screenAgain({ ...who, version }),
  ),
  duplicates: decision(duplicateForm, 'Your decision on the duplicate is kept.', (kyc, who, value) => {
    const { version, other: otherId, pairVerdict: verdict, pairReason: reason } = value;
    return kyc.judgeDuplicate({ ...who, version, otherId, verdict, reason });
  }),
};

async function decide(
  parts: KycRouteParts,
  { req, res, decision: { read, said } }: { req: Request; res: Response; decision: Decision },
): Promise<void> {
  const partyId = pathParameter(req.params.partyId);
  const { form, run } = read(req.body);
  if (!run) {
    await showFile(parts, { req, res, failed: { form, status: 422 } });
    return;
  }
  const outcome = await run(parts.kyc, { actor: actor(res), partyId });
  if (!outcome.ok) {
    const sentence = explainDecision(outcome.refusal, parts.platform.formats);
    await showFile(parts, { req, res, failed: { form: withError(form, 'form', sentence), status: 409 } });
    return;
  }
  flash(req, { kind: 'success', text: said });
  res.redirect(303, paths.staffKyc(partyId));
}
