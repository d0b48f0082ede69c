import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import { newId } from '#core/ids.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import { inviteForm, pressForm } from './participant.forms.ts';
import { explainInvite } from './participant-refusals.ts';
import { isActive } from './participant.rules.ts';
import type { Participants } from './participants.service.ts';
import { peoplePage, removePage } from './people.view.ts';

export interface PeopleRouteParts {
  participants: Participants;
  pages: Pages;
  formats: Formats;
}

const view = 'loans/people';
const path = '/loans/apply/:applicationId/people';

/** `/loans/apply/:id/people`, the applicant's side. */
export function peopleRoutes(parts: PeopleRouteParts): Router {
  const router = Router();
  const may = permission('loan:apply');
  router.get(path, may, async (req, res) => {
    await parts.pages.show(res, { view, model: await model(parts, { req, res }) });
  });
  router.post(path, may, (req, res) => invite(parts, req, res));
  router.get(`${path}/:participantId/remove`, may, (req, res) => askToRemove(parts, req, res));
  router.post(`${path}/:participantId/remove`, may, (req, res) => remove(parts, req, res));
  return router;
}

function ownOf(req: Request, res: Response) {
  return { partyId: ownParty(res), applicationId: pathParameter(req.params.applicationId) };
}

async function model(
  { participants, formats }: PeopleRouteParts,
  at: { req: Request; res: Response },
  form?: FormState,
) {
  const { application, ...own } = await participants.own(ownOf(at.req, at.res));
  const { again } = at.req.query;
  const before = own.people.find((one) => one.id === again && !isActive(one.state));
  const { fullName = '', email = '', relationship = '', role = '' } = before ?? {};
  const start = before ? formOf({ fullName, email, relationship, role }) : emptyForm;
  return peoplePage({ application, own, form: form ?? start, key: newId(), formats });
}

async function invite(parts: PeopleRouteParts, req: Request, res: Response): Promise<void> {
  const { participants, pages, formats } = parts;
  const own = ownOf(req, res);
  const parsed = parseForm(inviteForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view, model: await model(parts, { req, res }, parsed.form) });
    return;
  }
  const outcome = await participants.invite({ actor: actor(res).userId, ...own, ...parsed.value });
  if (!outcome.ok) {
    const { field, text } = explainInvite(outcome.refusal);
    const again = await model(parts, { req, res }, withError(parsed.form, field, text));
    await pages.refused(res, { view, model: again, status: field === 'form' ? 409 : 422 });
    return;
  }
  const until = formats.date(outcome.value.openUntil);
  // The same words for a customer's address and for any other.
  const text = `The invitation is there until ${until}. Tell the person to sign in here, or to open an account with this address, and give them the code below.`;
  flash(req, { kind: 'success', text });
  res.redirect(303, paths.applicationPeople(own.applicationId));
}

async function askToRemove(parts: PeopleRouteParts, req: Request, res: Response): Promise<void> {
  const { application, people } = await parts.participants.own(ownOf(req, res));
  const id = pathParameter(req.params.participantId);
  const person = people.find((one) => one.id === id);
  if (!person || !isActive(person.state)) throw notFound('Participant');
  await parts.pages.show(res, { view: 'loans/people-remove', model: removePage(application, person) });
}

async function remove(parts: PeopleRouteParts, req: Request, res: Response): Promise<void> {
  const own = ownOf(req, res);
  const parsed = parseForm(pressForm, req.body);
  if (!parsed.ok) throw notFound('Participant');
  const participantId = pathParameter(req.params.participantId);
  const outcome = await parts.participants.remove({ actor: actor(res).userId, ...own, participantId });
  flash(
    req,
    outcome.ok
      ? { kind: 'success', text: 'The person is no longer part of this application.' }
      : {
          kind: 'warn',
          text: 'This application has been sent, so nobody can be taken out by you any more. Ask us; nothing was changed.',
        },
  );
  res.redirect(303, paths.applicationPeople(own.applicationId));
}
