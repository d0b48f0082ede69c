import { Router, type Request, type Response } from 'express';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { parseForm } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Formats } from '#core/format.ts';
import { notFound } from '#core/errors.ts';
import type { Desk } from '../desk/desk.service.ts';
import { explainDesk } from '../desk/desk-refusals.ts';
import { pressForm } from './participant.forms.ts';
import type { Released } from './filling.ts';
import type { Participants } from './participants.service.ts';

export interface ReleaseRouteParts {
  participants: Pick<Participants, 'release'>;
  desk: Pick<Desk, 'authorise'>;
  formats: Formats;
}

const path = '/officer/applications/:applicationId/participants/:participantId/release';

/** The officer lets a participant of a sent application go, as an act on the file like any other. */
export function releaseRoutes(parts: ReleaseRouteParts): Router {
  const router = Router();
  router.post(path, permission('application:review'), (req, res) => release(parts, req, res));
  return router;
}

const releasedTexts: Record<Released, string> = {
  released: 'They are let go, and told so.',
  'guarantor-missing':
    'They are let go, and told so. This loan needs a guarantor: give the application back, so that the borrower can invite somebody. Until then it cannot be approved.',
};

async function release({ participants, desk, formats }: ReleaseRouteParts, req: Request, res: Response): Promise<void> {
  if (!parseForm(pressForm, req.body).ok) throw notFound('Participant');
  const applicationId = pathParameter(req.params.applicationId);
  const participantId = pathParameter(req.params.participantId);
  const authorised = await desk.authorise({ actor: actor(res), applicationId });
  if (authorised.ok) {
    const order = { actor: actor(res).userId, applicationId, participantId };
    const released = await participants.release(order);
    flash(
      req,
      released.ok
        ? { kind: 'success', text: releasedTexts[released.value] }
        : {
            kind: 'warn',
            text: 'They cannot be let go at this moment: they are gone already, or the file is decided.',
          },
    );
  } else flash(req, { kind: 'warn', text: explainDesk(authorised.refusal, formats) });
  res.redirect(303, paths.officerApplication(applicationId));
}
