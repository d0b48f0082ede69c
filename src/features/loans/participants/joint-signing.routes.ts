import { Router, type Request, type Response } from 'express';
import { confirmsPassword } from '#web/confirm-password.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { JointRouteParts } from './joint.pages.ts';
import { signPage } from './joint-signing.view.ts';
import { signForm } from './participant.forms.ts';
import { explainSign } from './participant-refusals.ts';
import type { SignedDocument } from './participant.model.ts';

const view = 'loans/people-sign';
const path = '/loans/joint/:participantId/sign';

/** `/loans/joint/:id/sign`: nothing is paid out before everybody who owes it has signed. */
export function jointSigningRoutes(parts: JointRouteParts): Router {
  const router = Router();
  const may = permission('loan:join');
  router.get(path, may, async (req, res) => {
    const model = await modelOf(parts, { req, res }, emptyForm);
    if (model) await parts.pages.show(res, { view, model });
    else back(req, res);
  });
  router.post(path, may, (req, res) => sign(parts, req, res));
  return router;
}

const ownOf = (req: Request, res: Response) => ({
  partyId: ownParty(res),
  participantId: pathParameter(req.params.participantId),
});

function back(req: Request, res: Response): void {
  res.redirect(303, paths.jointLoan(pathParameter(req.params.participantId)));
}

async function modelOf(
  { participants, formats }: JointRouteParts,
  at: { req: Request; res: Response },
  form: FormState,
) {
  const own = ownOf(at.req, at.res);
  const [joint, offer] = await Promise.all([participants.joint(own), participants.offerToSign(own)]);
  return offer?.open ? signPage(joint, { offer, form, formats }) : undefined;
}

async function sign(parts: JointRouteParts, req: Request, res: Response): Promise<void> {
  const { participants, pages } = parts;
  const own = ownOf(req, res);
  const parsed = parseForm(signForm, req.body);
  if (!parsed.ok) {
    const model = await modelOf(parts, { req, res }, parsed.form);
    if (model) await pages.invalid(res, { view, model });
    else back(req, res);
    return;
  }
  const { documents, typedName, password } = parsed.value;
  if (!(await confirmsPassword(parts, { req, res, password }))) {
    const text = 'This is not your password. Enter the one that you sign in with. Nothing was signed';
    await refused(parts, { req, res }, { form: withError(parsed.form, 'password', text), status: 422 });
    return;
  }
  const signer = { actor: actor(res).userId, ...own, typedName, address: req.ip ?? 'unknown' };
  const signed = await participants.sign({ ...signer, documents: shownDocuments(documents) });
  if (!signed.ok) {
    const { field, text } = explainSign(signed.refusal);
    const status = field === 'form' ? 409 : 422;
    await refused(parts, { req, res }, { form: withError(parsed.form, field, text), status });
    return;
  }
  // The page itself says that it is signed and what comes next.
  back(req, res);
}

async function refused(
  parts: JointRouteParts,
  at: { req: Request; res: Response },
  { form, status }: { form: FormState; status: 409 | 422 },
): Promise<void> {
  const model = await modelOf(parts, at, form);
  if (model) await parts.pages.refused(at.res, { view, model, status });
  else back(at.req, at.res);
}

function shownDocuments(text: string): SignedDocument[] {
  return text.split(' ').map((one) => {
    const [kind = '', sha256 = ''] = one.split(':');
    return { kind, sha256 };
  });
}
