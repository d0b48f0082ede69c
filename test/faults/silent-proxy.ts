import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Between the app and mongod: passes everything on, until it is told to lose replies or to fall silent. */
export interface SilentProxy {
  port: number;
  /** The next message with all these words reaches the server and its reply does not come back; then connections break. */
  loseReplyTo(...words: string[]): void;
  /** Nothing passes any more, in either direction, and nobody is told. */
  fallSilent(): void;
  heal(): void;
  close(): Promise<void>;
}

type Mood = 'passing' | 'losing' | 'broken' | 'silent';

export async function openSilentProxy(target: { port: number }): Promise<SilentProxy> {
  const sockets = new Set<Socket>();
  let mood: Mood = 'passing';
  let fateful: readonly string[] = [];
  const breakAll = () => {
    mood = 'broken';
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    if (mood === 'broken') {
      client.destroy();
      return;
    }
    const upstream = connect(target.port, '127.0.0.1');
    let swallowing = false;
    client.on('data', (data) => {
      if (mood === 'silent') return;
      if (mood === 'losing' && fateful.every((word) => data.includes(word))) {
        swallowing = true;
        setTimeout(breakAll, 300);
      }
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (mood !== 'silent' && !swallowing) client.write(data);
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    loseReplyTo: (...words) => {
      fateful = words;
      mood = 'losing';
    },
    fallSilent: () => (mood = 'silent'),
    heal: () => {
      // What was held up is not delivered late: a healed network has lost it.
      for (const socket of sockets) socket.destroy();
      mood = 'passing';
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
