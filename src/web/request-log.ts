import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { pinoHttp } from 'pino-http';
import type { Logger } from '#platform/logger.ts';

/** An id for each request (the load balancer's, where it sent one) and one log line for each answer, without query or body. */
export function requestLog(logger: Logger): RequestHandler[] {
  const identify = (req: Request, res: Response, next: NextFunction) => {
    const given = req.get('x-amzn-trace-id') ?? req.get('x-request-id');
    res.locals.requestId = given && /^[\w=;:.-]{8,120}$/.test(given) ? given : randomUUID();
    res.locals.log = logger.child({ requestId: res.locals.requestId });
    res.set('X-Request-Id', res.locals.requestId);
    next();
  };
  const log = pinoHttp<Request, Response>({
    logger,
    genReqId: (_req, res) => res.locals.requestId,
    autoLogging: {
      ignore: (req) => req.path === '/livez' || req.path === '/readyz' || req.path.startsWith('/static/'),
    },
    customLogLevel: (_req, res) => (res.statusCode >= 500 ? 'error' : 'info'),
    serializers: {
      req: (req: { id: string; method: string; raw: Request }) => ({
        id: req.id,
        method: req.method,
        path: req.raw.path,
      }),
      res: (res: { statusCode: number }) => ({ status: res.statusCode }),
    },
    customSuccessMessage: () => 'Request',
    customErrorMessage: () => 'Request failed',
    customProps: (_req, res) => (res.locals.actor ? { user: res.locals.actor.userId } : {}),
  });
  return [identify, log as RequestHandler];
}
