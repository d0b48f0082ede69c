import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { may, roles, type Role } from '#core/roles.ts';
import { open, permission } from '#web/permission.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { walkRoutes, type WalkedRoute } from '#test/router-walk.ts';

/** What anybody may call, signed in or not. A route that is not here needs a permission. */
const publicRoutes = [
  'get /livez',
  'get /readyz',
  'get /',
  'get /services',
  'get /contact',
  'post /contact',
  'get /register',
  'post /register',
  'get /login',
  'post /login',
  'get /logout',
  'post /logout',
  'get /loans/estimate',
  'get /calculator',
  'get /calculator/schedule.csv',
  'get /indicative',
  'post /indicative',
  'get /status',
  'post /status',
];

let portal: TestPortal;
let routes: WalkedRoute[];
beforeAll(async () => {
  portal = await openPortal();
  routes = walkRoutes(portal.app);
});
afterAll(() => portal.close());

const name = ({ method, path }: WalkedRoute) => `${method} ${path}`;
const addressOf = ({ path }: WalkedRoute) => path.replace(/:(\w+)/g, () => newId());
const guarded = () =>
  routes.flatMap((route) =>
    route.declares === undefined || route.declares === 'public' ? [] : [{ ...route, needs: route.declares }],
  );

describe('the router', () => {
  it('has a permission on every route, or the route stands on the list of public ones', () => {
    expect(routes.length).toBeGreaterThan(30);
    expect(routes.filter((route) => route.declares === undefined).map(name)).toEqual([]);
    expect(
      routes
        .filter((route) => route.declares === 'public')
        .map(name)
        .sort(),
    ).toEqual(publicRoutes.toSorted());
  });

  it('is seen to lack a permission where one is missing', () => {
    const app = express();
    app.get('/bare', (_req, res) => res.end());
    app.get('/open', open(), (_req, res) => res.end());
    app.use(express.Router().post('/inside', permission('loan:own'), (_req, res) => res.end()));
    expect(walkRoutes(app).map(({ declares }) => declares)).toEqual([undefined, 'public', 'loan:own']);
  });

  it('has no other methods than GET and POST', () => {
    expect(new Set(routes.map((route) => route.method))).toEqual(new Set(['get', 'post']));
  });

  it('sends who is signed out to sign in, and takes no form from them', async () => {
    const visitor = portal.visitor();
    for (const route of guarded()) {
      const answer =
        route.method === 'get' ? await visitor.get(addressOf(route)) : await visitor.post(addressOf(route));
      expect([name(route), answer.status], name(route)).toEqual([name(route), route.method === 'get' ? 303 : 403]);
    }
  });

  it('takes no POST without the session’s token', async () => {
    const people = new Map<Role, Awaited<ReturnType<TestPortal['staff']>>>();
    for (const role of roles) people.set(role, await portal.staff(role));
    for (const route of routes.filter(({ method }) => method === 'post')) {
      const role = roles.find(
        (one) => route.declares === 'public' || (route.declares && may({ roles: [one] }, route.declares)),
      );
      const answer = await people.get(role ?? 'borrower')?.post(addressOf(route), {}, { csrf: false });
      expect([name(route), answer?.status]).toEqual([name(route), 403]);
    }
  });

  it.each(roles)('lets a user with the role %s where the role may go, and nowhere else', async (role) => {
    const user = await portal.staff(role);
    for (const route of guarded()) {
      const answer = route.method === 'get' ? await user.get(addressOf(route)) : await user.post(addressOf(route));
      const allowed = may({ roles: [role] }, route.needs);
      if (allowed)
        expect([name(route), answer.status < 500], `${name(route)} ${answer.status}`).toEqual([name(route), true]);
      else expect([name(route), answer.status]).toEqual([name(route), 403]);
    }
  });
});
