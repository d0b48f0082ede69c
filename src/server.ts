import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { ConfigFault, isLoopback, type Config } from '#config/config.ts';
import { readConfig } from '#config/environment.ts';
import { EmbeddedMongoError } from '#platform/embedded-mongo/index.ts';
import { createLogger, type Logger } from '#platform/logger.ts';
import { DatabaseRefused } from '#platform/mongo.ts';
import { drain, setConnectionTimeouts } from '#web/drain.ts';
import type { Readiness } from '#web/health.ts';
import { createApp } from './app.ts';
import { startBackground } from './background.ts';
import { openBank, type OpenBank } from './bank.ts';
import { demoPassword, demoSignIns, seedDemoOnce } from './demo/demo.ts';

// With the wait before it this stays below the 30 s after which an orchestrator kills.
const drainGraceMs = 20_000;

/** The process: configuration, database, demonstration data, listen; and on SIGTERM or SIGINT the way back. */
async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger({ level: config.logLevel });
  const bank = await openBank({ config, logger });
  logger.info(`Database: ${bank.databaseSource}`);
  if (config.demoData) await seedDemoOnce({ bank, logger });
  const readiness: Readiness = { draining: false, ping: () => ping(bank) };
  const app = createApp({
    bank,
    readiness,
    root: join(import.meta.dirname, '..'),
    sessionSecrets: bank.secrets.session,
    trustProxyHops: config.trustProxyHops,
    templates: config.production ? 'cached' : 'fresh',
    demo: config.demoData ? { signIns: demoSignIns, password: demoPassword } : undefined,
  });
  const server = createServer(app);
  setConnectionTimeouts(server);
  await listen(server, config);
  const stopBackground = await startBackground(bank);
  announce({ server, config, logger });
  await stopSignal();
  await drain({ server, readiness, waitMs: config.drainWaitMs, graceMs: drainGraceMs, logger });
  await stopBackground();
  await bank.close();
  logger.info('Stopped');
}

async function ping(bank: OpenBank): Promise<void> {
  await bank.platform.database.db.command({ ping: 1 }, { timeoutMS: 2_000 });
}

function listen(server: Server, config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function announce(facts: { server: Server; config: Config; logger: Logger }): void {
  const { server, config, logger } = facts;
  const { port } = server.address() as AddressInfo;
  if (config.trustProxyHops === 0) {
    const reach = isLoopback(config.host) ? 'only this machine can reach it' : 'OTHER MACHINES CAN READ WHAT IS SENT';
    logger.warn(`Serving plain http: the session cookie is not Secure, and ${reach}`);
  }
  const lines = [`CloudBank is open: http://${isLoopback(config.host) ? 'localhost' : config.host}:${port}`];
  if (config.demoData) {
    lines.push('', `Demonstration sign-ins, all with the password ${demoPassword}`);
    lines.push(...demoSignIns.map(({ role, email }) => `  ${role.padEnd(20)} ${email}`));
  }
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}

/** The handlers stay: npm hands a Ctrl-C on once more, and a second signal must not cut the drain short. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        resolve();
      });
    }
  });
}

/** A fault that its reader can mend is a sentence; everything else keeps its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigFault || error instanceof DatabaseRefused || error instanceof EmbeddedMongoError)
    return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return 'The port is taken by another program. Stop it, or choose another port with PORT=3001 npm start.';
  }
  return error instanceof Error ? (error.stack ?? error.message) : 'Unknown fault';
}

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(`CloudBank did not start.\n${explain(error)}\n`);
  process.exit(1);
}
