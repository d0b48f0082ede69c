import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

interface Report {
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
}

async function cruise(directory: string, ...more: string[]): Promise<Report['summary']['violations']> {
  const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...more, 'src'];
  const { stdout } = await run(process.execPath, args, { cwd: directory, maxBuffer: 64_000_000 }).catch(
    (error: unknown) => error as { stdout: string },
  );
  return (JSON.parse(stdout) as Report).summary.violations;
}

/** One file that breaks one rule each; the file it imports is made beside it. */
const seeded: Record<string, { file: string; imports: string }> = {
  'core-stands-alone': { file: 'src/core/money.ts', imports: '#platform/clock.ts' },
  'rules-and-maths-import-only-core': { file: 'src/features/loans/some.rules.ts', imports: '#platform/clock.ts' },
  'express-at-the-edge': { file: 'src/features/loans/some.service.ts', imports: 'express' },
  'web-only-from-routes': { file: 'src/features/loans/other.service.ts', imports: '#web/forms.ts' },
  'mongoose-in-platform-models-and-services': { file: 'src/features/loans/some.view.ts', imports: 'mongoose' },
  'session-store-only-in-session': { file: 'src/web/other.ts', imports: 'connect-mongo' },
  'aws-only-in-platform': { file: 'src/features/loans/keys.service.ts', imports: '@aws-sdk/client-kms' },
  'features-through-their-index': { file: 'src/features/loans/reach.ts', imports: '../ledger/post.ts' },
  'platform-and-web-know-no-feature': { file: 'src/platform/knows.ts', imports: '#features/ledger/index.ts' },
  'keys-are-made-and-destroyed-by-customers': {
    file: 'src/features/loans/make-keys.ts',
    imports: '#platform/vault/data-keys.ts',
  },
  'order-customers': { file: 'src/features/customers/forward.ts', imports: '#features/loans/index.ts' },
  'order-ledger': { file: 'src/features/ledger/forward.ts', imports: '#features/accounts/index.ts' },
  'order-loans': { file: 'src/features/loans/forward.ts', imports: '#features/servicing/index.ts' },
};

describe('the rules of direction', () => {
  let directory: string;
  let found: Report['summary']['violations'];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'layers-'));
    await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
    for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs'])
      await cp(join(root, name), join(directory, name));
    const write = async (file: string, text: string) => {
      await mkdir(dirname(join(directory, file)), { recursive: true });
      await writeFile(join(directory, file), text);
    };
    const targets = ['core/assert', 'platform/clock', 'platform/vault/data-keys', 'web/forms', 'features/ledger/post'];
    for (const target of targets) await write(`src/${target}.ts`, 'export const one = 1;\n');
    for (const feature of ['ledger', 'loans', 'accounts', 'servicing'])
      await write(`src/features/${feature}/index.ts`, 'export const one = 1;\n');
    for (const { file, imports } of Object.values(seeded))
      await write(file, `import * as other from '${imports}';\nexport default other;\n`);
    await write('src/platform/ring-a.ts', "import './ring-b.ts';\nexport const a = 1;\n");
    await write('src/platform/ring-b.ts', "import './ring-a.ts';\nexport const b = 1;\n");
    found = await cruise(directory, '--preserve-symlinks');
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('hold in this checkout', async () => {
    expect((await cruise(root)).map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  });

  it.each(Object.entries(seeded))('%s is seen to be broken', (rule, { file }) => {
    expect(found.filter((violation) => violation.rule.name === rule).map(({ from }) => from)).toContain(file);
  });

  it('no-cycles is seen to be broken', () => {
    expect(found.some(({ rule, from }) => rule.name === 'no-cycles' && from.includes('ring'))).toBe(true);
  });
});
