import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Fault } from '#core/errors.ts';
import type { Scanner, ScanVerdict } from './scanner.ts';

export type ClamdAddress = { path: string } | { host: string; port: number };

/** clamd reads a file of 10 MB in well under a second; one that takes this long hangs. */
const idleMs = 30_000;
const mostAnswerBytes = 4_096;
const pieceBytes = 64 * 1024;

/** ClamAV's daemon over its socket or TCP, by INSTREAM (clamd(8)): pieces with their length before them, then a length of 0. */
export function createClamd(address: ClamdAddress): Scanner {
  return {
    kind: 'clamd',
    scan: async (content) => {
      const socket = connect(address);
      socket.setTimeout(idleMs, () => socket.destroy(new Error('clamd does not answer')));
      try {
        const answer = answerOf(socket);
        // What goes wrong while sending also ends the answer; it is told once.
        answer.catch(() => undefined);
        await send(socket, content);
        return verdictOf(await answer);
      } catch (error) {
        throw error instanceof Fault ? error : new Fault('unavailable', 'The scanner did not answer', { cause: error });
      } finally {
        socket.destroy();
      }
    },
  };
}

async function send(socket: Socket, content: AsyncIterable<Uint8Array>): Promise<void> {
  await once(socket, 'connect');
  socket.write('zINSTREAM\0');
  for await (const chunk of content) {
    for (let at = 0; at < chunk.byteLength; at += pieceBytes) {
      const piece = chunk.subarray(at, at + pieceBytes);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(piece.byteLength);
      socket.write(length);
      if (!socket.write(piece)) await once(socket, 'drain');
    }
  }
  socket.write(Buffer.alloc(4));
}

async function answerOf(socket: Socket): Promise<string> {
  let answer = '';
  socket.setEncoding('utf8');
  await new Promise<void>((resolve, reject) => {
    socket.on('data', (text: string) => {
      answer += text;
      if (answer.includes('\0') || answer.length > mostAnswerBytes) resolve();
    });
    socket.once('end', resolve);
    socket.once('error', reject);
    socket.once('close', () => {
      reject(new Error('clamd hung up'));
    });
  });
  return answer.replace(/\0.*$/s, '').trim();
}

function verdictOf(answer: string): ScanVerdict {
  if (answer === 'stream: OK') return { verdict: 'clean' };
  const signature = /^stream: (.{1,200}) FOUND$/.exec(answer)?.[1];
  if (signature !== undefined) return { verdict: 'infected', signature };
  throw new Fault('unavailable', `The scanner could not say: ${answer.slice(0, 200)}`);
}
