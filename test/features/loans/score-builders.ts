import type { TestPortal } from '#test/portal.ts';
import { sendPapers } from '#test/papers.ts';
import { testPassword } from '#test/portal.ts';
import { answer, newDraft, unsecured } from './application-builders.ts';

/** A browser of somebody who was made without one. */
export async function signIn<T extends { email: string }>(portal: TestPortal, person: T) {
  const browser = portal.visitor();
  await browser.post('/login', { email: person.email, password: testPassword });
  return { ...person, ...browser };
}

/** An application sent with answers of one's own in place of the usual ones. */
export async function sentWith(portal: TestPortal, own: Partial<Record<string, object>>) {
  const draft = await newDraft(portal);
  const sections = unsecured.map(({ section, answers }) => ({ section, answers: { ...answers, ...own[section] } }));
  const answered = await answer(portal, draft, sections as unknown as typeof unsecured);
  await sendPapers(portal, answered);
  const declared = { truthful: true, creditBureau: true };
  const order = { ...draft.who, applicationId: answered._id, version: answered.version, declared };
  const sent = await portal.services.applications.submit(order);
  if (!sent.ok) throw new Error(sent.refusal.code);
  return { ...draft, application: sent.value };
}
