/**
 * Home owns the signed-in start page of every role, and for now the trial balance and the audit trail. It reads from
 * every other feature and never changes anything.
 */
export { homeRoutes } from './home.routes.ts';
