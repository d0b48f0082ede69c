import { Router, type Request, type Response } from 'express';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { formValues, prefilled } from '../applying/application-form.view.ts';
import { parseSection, typed } from '../applying/application.forms.ts';
import type { SectionInput } from '../applying/application-sections.ts';
import { sectionTitles } from '../applying/application-texts.ts';
import { withRows } from '../applying/obligations.view.ts';
import type { PersonInput } from './filling.ts';
import { papersOf, type JointRouteParts, type PapersTask } from './joint.pages.ts';
import { confirmPage, jointSectionPage, stepAfter } from './joint-steps.view.ts';
import { confirmForm } from './participant.forms.ts';
import type { PersonSection } from './participant.model.ts';
import { personSections } from './participant-parts.ts';
import { explainComplete, explainSave } from './participant-refusals.ts';
import { hasJoined } from './participant.rules.ts';
import type { JointLoan, JointView } from './joint-reading.ts';
import { personFields } from './person-fields.view.ts';

const sectionView = 'loans/people-section';
const confirmView = 'loans/people-confirm';
const path = '/loans/joint/:participantId';

/** What a participant answers, section by section, and declares at the end. */
export function jointFillingRoutes(parts: JointRouteParts): Router {
  const router = Router();
  const may = permission('loan:join');
  for (const section of personSections) {
    router.get(`${path}/${section}`, may, (req, res) => showSection(parts, { section, req, res }));
    router.post(`${path}/${section}`, may, (req, res) => saveSection(parts, { section, req, res }));
  }
  router.get(`${path}/confirm`, may, async (req, res) => {
    const found = await openView(parts, req, res);
    if (found) await parts.pages.show(res, { view: confirmView, model: await confirmModel(parts, found, emptyForm) });
  });
  router.post(`${path}/confirm`, may, (req, res) => confirm(parts, req, res));
  return router;
}

interface Call {
  section: PersonSection;
  req: Request;
  res: Response;
}

type Open = JointView & { loan: JointLoan; papers: PapersTask | undefined };

/** What can be answered now; anything else leads back to where it says why not. */
async function openView(parts: JointRouteParts, req: Request, res: Response): Promise<Open | undefined> {
  const participantId = pathParameter(req.params.participantId);
  const found = await parts.participants.joint({ partyId: ownParty(res), participantId });
  const { loan, participant } = found;
  if (loan?.editable && hasJoined(participant.state)) return { ...found, loan, papers: await papersOf(parts, found) };
  if (req.method !== 'GET')
    flash(req, { kind: 'warn', text: 'This can no longer be answered. Nothing was changed just now.' });
  res.redirect(303, paths.jointLoan(participantId));
  return undefined;
}

function orderOf(req: Request, res: Response) {
  return {
    actor: actor(res).userId,
    partyId: ownParty(res),
    participantId: pathParameter(req.params.participantId),
  };
}

function sectionModel({ formats }: JointRouteParts, view: Open, at: { section: PersonSection; form: FormState }) {
  return jointSectionPage(view, { ...at, own: personFields(at.section, at.form, formats) });
}

async function showSection(parts: JointRouteParts, { section, req, res }: Call): Promise<void> {
  const found = await openView(parts, req, res);
  if (!found) return;
  const form = await startingForm(parts, found, section);
  await parts.pages.show(res, { view: sectionView, model: sectionModel(parts, found, { section, form }) });
}

/** What they typed since, their own answers, or what their profile has for the section. */
async function startingForm({ participants }: JointRouteParts, view: Open, section: PersonSection): Promise<FormState> {
  const { record, loan } = view;
  const typedSince = await participants.openUnfinished(record, section);
  if (typedSince) return formOf(typedSince);
  const answers = (await participants.ownAnswers(record))[section];
  // The section's name and its answers are one pair, which the compiler cannot see through the union.
  if (answers) return formOf(formValues({ section, answers } as SectionInput, loan.currency));
  if (section === 'obligations' || record.partyId === null) return emptyForm;
  return formOf(prefilled(section, await participants.prefill(record.partyId), loan.currency));
}

async function saveSection(parts: JointRouteParts, call: Call): Promise<void> {
  const { section, req, res } = call;
  const { participants, pages, formats } = parts;
  const found = await openView(parts, req, res);
  if (!found) return;
  const order = orderOf(req, res);
  const action = typed(req.body, 'action');
  const parsed = parseSection(section, req.body, { currency: found.loan.currency, locale: formats.locale });
  if (section === 'obligations' && /^(add|remove-\d{1,2})$/.test(action)) {
    await participants.keepUnfinished({ ...order, section, values: withRows(parsed.form, action) });
    res.redirect(303, paths.jointStep(order.participantId, section));
    return;
  }
  if (!parsed.ok) {
    await keepWrong(parts, call, { found, form: parsed.form });
    return;
  }
  // What a section's own form gives is of that section.
  const input = parsed.input as PersonInput;
  const saved = await participants.save({ ...order, version: parsed.version, input });
  if (!saved.ok) {
    const { field, text } = explainSave(saved.refusal);
    const model = sectionModel(parts, found, { section, form: withError(parsed.form, field, text) });
    await pages.refused(res, { view: sectionView, model, status: field === 'form' ? 409 : 422 });
    return;
  }
  const next = stepAfter(saved.value, section);
  const { participantId } = order;
  res.redirect(303, action === 'leave' ? paths.jointLoan(participantId) : paths.jointStep(participantId, next));
}

/** What does not make answers yet is kept all the same, so that nothing is lost when the person or the session goes. */
async function keepWrong(
  parts: JointRouteParts,
  { section, req, res }: Call,
  { found, form }: { found: Open; form: FormState },
): Promise<void> {
  const order = orderOf(req, res);
  const { action, version: _version, ...values } = form.values;
  await parts.participants.keepUnfinished({ ...order, section, values });
  if (action !== 'leave') {
    await parts.pages.invalid(res, { view: sectionView, model: sectionModel(parts, found, { section, form }) });
    return;
  }
  const text = `We kept what you entered in “${sectionTitles[section]}”. It is not complete yet.`;
  flash(req, { kind: 'info', text });
  res.redirect(303, paths.jointLoan(order.participantId));
}

async function confirmModel({ participants, formats }: JointRouteParts, view: Open, form: FormState) {
  return confirmPage(view, { answers: await participants.ownAnswers(view.record), form, formats });
}

async function confirm(parts: JointRouteParts, req: Request, res: Response): Promise<void> {
  const { participants, pages } = parts;
  const found = await openView(parts, req, res);
  if (!found) return;
  const parsed = parseForm(confirmForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: confirmView, model: await confirmModel(parts, found, parsed.form) });
    return;
  }
  const { version, terms, marketing = 'no' } = parsed.value;
  const order = orderOf(req, res);
  const done = await participants.complete({ ...order, version, terms, marketing });
  if (!done.ok) {
    const now = await openView(parts, req, res);
    if (!now) return;
    const { field, text } = explainComplete(done.refusal);
    const model = await confirmModel(parts, now, withError(formOf({}), field, text));
    await pages.refused(res, { view: confirmView, model });
    return;
  }
  flash(req, { kind: 'success', text: 'You have finished. The applicant is told that you have, and nothing else.' });
  res.redirect(303, paths.jointLoan(order.participantId));
}
