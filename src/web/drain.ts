import type { Server } from 'node:http';
import type { RequestHandler } from 'express';
import type { Logger } from '#platform/logger.ts';
import type { Readiness } from './health.ts';

/**
 * Stops a server without failing a request: say not ready, go on serving until the balancer has looked away, take no
 * new connection, finish those in hand (at most `graceMs`).
 */
export async function drain(options: {
  server: Server;
  readiness: Readiness;
  waitMs: number;
  graceMs: number;
  logger: Logger;
}): Promise<void> {
  const { server, readiness, waitMs, graceMs, logger } = options;
  readiness.draining = true;
  logger.info({ waitMs }, 'Draining: no longer ready');
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  const force = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
  clearTimeout(force);
}

/** Ends a busy connection with an answer rather than between two: without it, it would stay open until the grace is over. */
export function closeWhileDraining(readiness: Readiness): RequestHandler {
  return (_req, res, next) => {
    if (readiness.draining) res.set('Connection', 'close');
    next();
  };
}

/** Above the balancer's idle time of 60 s, so that it never writes into a connection we just closed. */
export function setConnectionTimeouts(server: Server): void {
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 66_000;
  server.requestTimeout = 60_000;
}
