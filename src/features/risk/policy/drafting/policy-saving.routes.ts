import type { Request, Response } from 'express';
import type { FormPage } from '#web/render.ts';
import { actor } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { withError, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { PolicyContent } from '../policy.ts';
import type { PolicyRouteParts } from '../policy.pages.ts';
import type { DraftBase } from './policy-drafts.service.ts';

export const lockedMessage = 'This draft waits for a second person, so it was not changed. Withdraw the request first';

interface PartOrder {
  req: Request;
  res: Response;
  base: DraftBase;
  version: number;
  content: PolicyContent;
  part: string;
  /** What the draft's page says then. */
  done: string;
  /** The page of the part again, where the draft cannot be changed now. */
  again: (form: FormState) => Promise<{ view: string; model: FormPage }>;
  form: FormState;
}

/** Keeps one changed part of the draft and shows the whole of it. */
export async function savePart({ policies, pages }: PolicyRouteParts, order: PartOrder): Promise<void> {
  const { req, res, base, version, content, part, done, again, form } = order;
  const saved = await policies.save({ base, version, content, part, actor: actor(res) });
  if (!saved.ok) return pages.refused(res, await again(withError(form, 'form', lockedMessage)));
  flash(req, { kind: 'success', text: done });
  res.redirect(303, paths.riskPolicyDraft);
}
