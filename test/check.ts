/**
 * `npm run check`: types, lint, layer rules and format. The lint takes as long as the rest together, so that it runs
 * beside it; what each says is printed as a whole when it ends. The exit code is 1 where any of them found something.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

async function passes(script: string): Promise<boolean> {
  const child = spawn('npm', ['run', '-s', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [said, complained, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  process.stdout.write(`${said}${complained}${script}: ${code === 0 ? 'passed' : 'failed'}\n`);
  return code === 0;
}

async function inTurn(scripts: readonly string[]): Promise<boolean> {
  let all = true;
  for (const script of scripts) all = (await passes(script)) && all;
  return all;
}

const lanes = await Promise.all([inTurn(['lint']), inTurn(['types', 'layers', 'format:check'])]);
process.exitCode = lanes.every(Boolean) ? 0 : 1;
