import type { Request, Response } from 'express';
import { actor } from './express.ts';
import { clientNetwork, type Limiter } from './rate-limit.ts';

export interface PasswordConfirmation {
  identity: { confirmPassword(order: { userId: string; password: string }): Promise<boolean> };
  limits: { confirmPassword: Limiter };
}

/**
 * The password of who is signed in once more, since a page may have been left open; counted first, so that guesses sent
 * at once count too.
 */
export async function confirmsPassword(
  { identity, limits }: PasswordConfirmation,
  { req, res, password }: { req: Request; res: Response; password: string },
): Promise<boolean> {
  const { userId } = actor(res);
  const counted = `${userId} ${clientNetwork(req)}`;
  await limits.confirmPassword.count(counted);
  if (!(await identity.confirmPassword({ userId, password }))) return false;
  await limits.confirmPassword.forget(counted);
  return true;
}
