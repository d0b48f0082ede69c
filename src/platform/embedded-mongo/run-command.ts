import { spawn } from 'node:child_process';

export type Variables = Readonly<Record<string, string | undefined>>;

export interface CommandOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why the command did not even run (not found, wrong architecture), or null. */
  readonly failure: string | null;
  readonly timedOut: boolean;
}

const keptCharacters = 64_000;

/** Runs a program to its end, or kills it when the time is up or the caller's signal fires; never throws. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: { timeoutMs: number; variables: Variables; signal?: AbortSignal },
): Promise<CommandOutcome> {
  const time = AbortSignal.timeout(options.timeoutMs);
  const stop = options.signal ? AbortSignal.any([time, options.signal]) : time;
  return new Promise((resolve) => {
    const child = spawn(program, [...args], {
      env: { ...options.variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const output = { stdout: '', stderr: '' };
    let failure: string | null = null;
    const kill = () => child.kill('SIGKILL');
    stop.addEventListener('abort', kill);
    child.stdout.on('data', (part: Buffer) => {
      output.stdout = (output.stdout + part.toString()).slice(-keptCharacters);
    });
    child.stderr.on('data', (part: Buffer) => {
      output.stderr = (output.stderr + part.toString()).slice(-keptCharacters);
    });
    child.on('error', (error) => {
      failure = error.message;
    });
    child.on('close', (code) => {
      stop.removeEventListener('abort', kill);
      resolve({ code, ...output, failure, timedOut: stop.aborted });
    });
  });
}
