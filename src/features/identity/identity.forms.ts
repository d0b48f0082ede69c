import { z } from 'zod';

const credential = (message: string) => z.string({ error: message }).min(1, message).max(512, message);

export const signInForm = z.strictObject({
  email: credential('Enter your e-mail address').transform((text) => text.trim()),
  password: credential('Enter your password'),
  next: z.string().max(500).default(''),
});

export const signOutForm = z.strictObject({});
