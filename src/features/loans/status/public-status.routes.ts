import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import { normaliseReference } from '#core/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { emailField } from '#web/fields.ts';
import { emptyForm, parseForm, withError } from '#web/forms.ts';
import { open } from '#web/permission.ts';
import { clientNetwork, type Limiter } from '#web/rate-limit.ts';
import type { Pages } from '#web/render.ts';
import type { PublicStatus } from './public-status.service.ts';
import { statusAnswer, statusLookUpPage } from './public-status.view.ts';

export interface PublicStatusParts {
  platform: Platform;
  publicStatus: PublicStatus;
  pages: Pages;
  limits: { statusByAddress: Limiter; statusByReference: Limiter };
}

const view = 'loans/status/look-up';
const referenceSentence = 'Enter the reference of your application, like 7K3M-92QX';
const lookUpForm = z.strictObject({
  reference: z
    .string({ error: referenceSentence })
    .max(30, referenceSentence)
    .transform(normaliseReference)
    .pipe(z.string().regex(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/, referenceSentence)),
  email: emailField,
});

/** One sentence for an unknown reference, a wrong address, and both: nobody finds out which applications there are. */
const nothingFound = 'We found no application with this reference and e-mail address. Check both for a slip';

/** `/status`: where an application stands, without signing in. The form is posted: nothing of it stands in an address. */
export function publicStatusRoutes(parts: PublicStatusParts): Router {
  const router = Router();
  router.get('/status', open(), async (_req, res) => {
    await parts.pages.show(res, { view, model: statusLookUpPage(emptyForm) });
  });
  router.post('/status', open(), (req, res) => lookUp(parts, req, res));
  return router;
}

async function lookUp(parts: PublicStatusParts, req: Request, res: Response): Promise<void> {
  const { pages, limits, publicStatus, platform } = parts;
  const parsed = parseForm(lookUpForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view, model: statusLookUpPage(parsed.form) });
    return;
  }
  const { reference, email } = parsed.value;
  await limits.statusByAddress.count(clientNetwork(req));
  await limits.statusByReference.count(reference);
  const found = await publicStatus.find({ reference, email });
  if (!found) {
    const form = withError(parsed.form, 'reference', nothingFound);
    await pages.refused(res, { view, model: statusLookUpPage(form), status: 422 });
    return;
  }
  const answer = statusAnswer({ reference, application: found, formats: platform.formats });
  await pages.show(res, { view, model: statusLookUpPage(parsed.form, answer) });
}
