import type { Express, RequestHandler } from 'express';
import { declaredPermission } from '#web/permission.ts';
import type { Permission } from '#core/roles.ts';

export interface WalkedRoute {
  method: string;
  path: string;
  declares: Permission | 'public' | undefined;
}

interface Layer {
  route?: { path: string; stack: { method: string; handle: RequestHandler }[] };
  handle: RequestHandler & { stack?: Layer[] };
}

/** Every route of an application with what its first handler declares; routers are mounted at the root, so paths are whole. */
export function walkRoutes(app: Express): WalkedRoute[] {
  const walk = (layers: Layer[]): WalkedRoute[] =>
    layers.flatMap(({ route, handle }) => {
      if (!route) return handle.stack ? walk(handle.stack) : [];
      const methods = [...new Set(route.stack.map((layer) => layer.method))];
      return methods.map((method) => {
        const first = route.stack.find((layer) => layer.method === method);
        return { method, path: route.path, declares: first && declaredPermission(first.handle) };
      });
    });
  return walk((app.router as unknown as { stack: Layer[] }).stack);
}
