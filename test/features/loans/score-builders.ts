import type { TestPortal } from '#test/portal.ts';
import { testPassword } from '#test/portal.ts';

/** A browser of somebody who was made without one. */
export async function signIn<T extends { email: string }>(portal: TestPortal, person: T) {
  const browser = portal.visitor();
  await browser.post('/login', { email: person.email, password: testPassword });
  return { ...person, ...browser };
}
