import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { jpegFile } from '#test/files.ts';
import { newId } from '#core/ids.ts';
import { inArena } from './arena.ts';
import { rounded, say, type Benchmark } from './measuring.ts';
import type { UploadsMemory } from './uploads.child.ts';

const program = join(import.meta.dirname, 'uploads.child.ts');
const heapMb = 96;
const sizes = { full: { rounds: 3, parallel: 20 }, quick: { rounds: 1, parallel: 20 } };
const fileBytes = 10 * 1024 * 1024 - 10_000;

/** Memory of a process that takes 20 uploads of 10 MB at a time, against what it takes for one after the other. */
export const run: Benchmark = ({ pace }) =>
  inArena(async (arena) => {
    const { rounds, parallel } = sizes[pace];
    const child = fork(program, [arena.uriOf('uploads')], {
      execArgv: ['--expose-gc', `--max-old-space-size=${heapMb}`],
    });
    const endAbruptly = () => void child.kill('SIGKILL');
    process.once('exit', endAbruptly);
    const { port = 0 } = await told(child);
    const form = formOf(jpegFile({ dataBytes: fileBytes }));
    const single = await peakOf(child, async () => {
      for (let n = 0; n < rounds * parallel; n += 1) await send(port, form);
    });
    const many = await peakOf(child, async () => {
      for (let n = 0; n < rounds; n += 1) await Promise.all(Array.from({ length: parallel }, () => send(port, form)));
    });
    endAbruptly();
    process.off('exit', endAbruptly);
    say(`one at a time ${mb(single.peakRssBytes)}, ${parallel} at a time ${mb(many.peakRssBytes)}`);
    return {
      ratios: {
        rss: rounded(many.peakRssBytes / single.peakRssBytes),
        heap: rounded(many.peakHeapBytes / single.peakHeapBytes),
      },
      raw: { ...arena.machine, parallel, rounds, fileBytes, heapMb, single, many },
    };
  });

async function told(child: ChildProcess): Promise<UploadsMemory> {
  const [message] = (await once(child, 'message')) as [UploadsMemory];
  return message;
}

async function peakOf(child: ChildProcess, work: () => Promise<void>): Promise<UploadsMemory> {
  child.send('begin');
  await work();
  const answer = told(child);
  child.send('tell');
  const memory = await answer;
  if (memory.refused > 0) throw new Error(`${memory.refused} uploads were refused`);
  return memory;
}

const boundary = 'bench-boundary';

function formOf(file: Buffer): Buffer {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

async function send(port: number, form: Buffer): Promise<void> {
  const sending = request({
    ...{ host: '127.0.0.1', port, method: 'POST', path: `/loans/apply/${newId()}/documents/identity/upload` },
    headers: {
      'Content-Type': `multipart/form-data; boundary=${boundary}`,
      'Content-Length': form.length,
      'Sec-Fetch-Site': 'same-origin',
    },
  });
  sending.end(form);
  const [answer] = (await once(sending, 'response')) as [import('node:http').IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 204) throw new Error(`An upload was answered with ${answer.statusCode ?? 'nothing'}`);
}

function mb(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
