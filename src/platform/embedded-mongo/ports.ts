import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedMongoError } from './errors.ts';

/** A port of 127.0.0.1 that nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new EmbeddedMongoError('The system gave no free port on 127.0.0.1'));
      });
    });
  });
}

export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}

/** Resolves once somebody accepts connections there; stops asking when the given promise settles. */
export async function waitUntilListening(
  port: number,
  { timeoutMs, given }: { timeoutMs: number; given: Promise<unknown> },
): Promise<'listening'> {
  const over = { yet: false };
  void given.then(() => {
    over.yet = true;
  });
  const deadline = Date.now() + timeoutMs;
  while (!(await accepts(port))) {
    if (over.yet || Date.now() > deadline)
      throw new EmbeddedMongoError(`Nothing listens on 127.0.0.1:${port} after ${timeoutMs / 1000} s`);
    await sleep(20);
  }
  return 'listening';
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
