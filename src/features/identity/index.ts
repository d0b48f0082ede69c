/**
 * Identity owns users: who may sign in, with which roles, and how passwords are kept. It knows no customers; a party
 * is an id to it.
 */
export { createIdentity, type Identity, type NewUser } from './identity.service.ts';
export { createPasswords, type Passwords, type Pepper } from './password.service.ts';
export { judgePassword, passwordLength, type PasswordRefusal } from './password.rules.ts';
export { identityRoutes } from './identity.routes.ts';
