import { Router } from 'express';
import { open } from './permission.ts';

/** Whether this process may get traffic; turned off when it drains. */
export interface Readiness {
  draining: boolean;
  /** Rejects where the database does not answer. */
  ping(): Promise<void>;
}

// A short outage of the database must not make the balancer drop every task at once (shared reliability notes).
const toleratedMs = 30_000;

/** `/livez`: the process is there. `/readyz`: it may get traffic. Both before sessions, so that they cost nothing. */
export function healthRoutes(readiness: Readiness): Router {
  const router = Router();
  let lastAnswer = performance.now();
  router.get('/livez', open(), (_req, res) => {
    res.type('text').send('ok\n');
  });
  router.get('/readyz', open(), async (_req, res) => {
    if (readiness.draining) {
      res.status(503).type('text').send('draining\n');
      return;
    }
    const answered = await readiness.ping().then(
      () => true,
      () => false,
    );
    if (answered) lastAnswer = performance.now();
    const ready = answered || performance.now() - lastAnswer < toleratedMs;
    res
      .status(ready ? 200 : 503)
      .type('text')
      .send(ready ? 'ok\n' : 'database out of reach\n');
  });
  return router;
}
