import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { ok, refuse, type Result } from '#core/result.ts';

/** What is wrong with a line: the field in the way (`fees.0.percent`), and why. */
export interface LineFault {
  field: string;
  message: string;
}

/** Answers one line's object, its `id` already taken off. */
export type Answer = (input: Record<string, unknown>) => Result<object, LineFault>;

export interface Streams {
  input: Readable;
  output: Writable;
}

const longestLine = 1_000_000;

/**
 * Reads one JSON object a line and writes one a line, in order, with the `id` echoed. A bad line is answered on its own
 * line and the others still are; the exit code is then 2. Blank lines are passed over. Holds one line at a time.
 */
export async function answerLines(streams: Streams, answer: Answer): Promise<0 | 2> {
  let exitCode: 0 | 2 = 0;
  for await (const line of linesOf(streams.input)) {
    if (line?.trim() === '') continue;
    const reply = replyTo(line, answer);
    if ('error' in reply) exitCode = 2;
    // A reader slower than we are must not make the answers pile up in memory.
    if (!streams.output.write(`${JSON.stringify(reply)}\n`)) await once(streams.output, 'drain');
  }
  return exitCode;
}

/** The lines one by one; null for one that is too long to be kept. */
async function* linesOf(input: Readable): AsyncGenerator<string | null> {
  const decoder = new TextDecoder();
  let line: string | null = '';
  for await (const chunk of input as AsyncIterable<Uint8Array | string>) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      yield extended(line, text.slice(from, end));
      line = '';
      from = end + 1;
    }
    line = extended(line, text.slice(from));
  }
  yield extended(line, decoder.decode());
}

function extended(line: string | null, more: string): string | null {
  return line === null || line.length + more.length > longestLine ? null : line + more;
}

function replyTo(line: string | null, answer: Answer): object {
  if (line === null) return faulty(null, { field: 'line', message: `is longer than ${longestLine} characters` });
  const parsed = parseObject(line);
  if (!parsed.ok) return faulty(null, parsed.refusal);
  const { id = null, ...input } = parsed.value;
  if (id !== null && typeof id !== 'string' && typeof id !== 'number') {
    return faulty(null, { field: 'id', message: 'must be a text or a number' });
  }
  const answered = answer(input);
  return answered.ok ? { id, ...answered.value } : faulty(id, answered.refusal);
}

function faulty(id: string | number | null, error: LineFault): object {
  return { id, error };
}

function parseObject(line: string): Result<Record<string, unknown>, LineFault> {
  const fault = { field: 'line', message: 'is not a JSON object' };
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? ok(value) : refuse(fault);
  } catch {
    return refuse(fault);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
