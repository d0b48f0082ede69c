import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

interface SourceFile {
  path: string;
  text: string;
}

/** A rule of the repository: gives the places that break it. Each is tried on a seeded violation below. */
type Rule = (files: readonly SourceFile[]) => string[];

const lines = (file: SourceFile, pattern: RegExp) =>
  file.text.split('\n').flatMap((line, n) => (pattern.test(line) ? [`${file.path}:${n + 1}`] : []));
const inSource = (files: readonly SourceFile[]) =>
  files.filter(({ path }) => path.startsWith('src/') && path.endsWith('.ts'));

const rules: Record<string, { rule: Rule; seed: SourceFile }> = {
  'process.env is read in config only': {
    rule: (files) =>
      inSource(files)
        .filter(({ path }) => !path.startsWith('src/config/'))
        .flatMap((file) => lines(file, /^(?!\s*(\*|\/)).*process\.env/)),
    seed: { path: 'src/web/x.ts', text: 'const port = process.env.PORT;' },
  },
  'nothing in src knows of tests': {
    rule: (files) =>
      inSource(files).flatMap((file) =>
        lines(file, /VITEST|isTest|NODE_ENV\s*===?\s*'test'|'test'\s*\]?\s*[,:].*NODE_ENV/),
      ),
    seed: { path: 'src/web/x.ts', text: "if (NODE_ENV === 'test') skip();" },
  },
  'a source file has at most 250 lines': {
    rule: (files) =>
      inSource(files)
        .filter(({ text }) => text.split('\n').length > 251)
        .map(({ path }) => path),
    seed: { path: 'src/web/x.ts', text: '\n'.repeat(260) },
  },
  'a view has at most 120 lines': {
    rule: (files) =>
      files.filter(({ path, text }) => path.endsWith('.ejs') && text.split('\n').length > 121).map(({ path }) => path),
    seed: { path: 'views/x.ejs', text: '\n'.repeat(130) },
  },
  'a view has no inline style, script or handler': {
    rule: (files) =>
      files
        .filter(({ path }) => path.endsWith('.ejs'))
        .flatMap((file) => lines(file, /\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+="/)),
    seed: { path: 'views/x.ejs', text: '<p style="color: red">' },
  },
  'every POST form carries the token': {
    rule: (files) =>
      files
        .filter(({ path }) => path.endsWith('.ejs'))
        .flatMap(({ path, text }) => {
          const forms = text.match(/<form\b[^>]*method="post"[\s\S]*?<\/form>/g) ?? [];
          return forms.filter((form) => !form.includes('/components/csrf')).map(() => path);
        }),
    seed: { path: 'views/x.ejs', text: '<form method="post" action="/x"><button>Go</button></form>' },
  },
  'lint and types are not switched off without a reason': {
    rule: (files) =>
      files.flatMap((file) =>
        file.path.startsWith('test/architecture/')
          ? []
          : lines(file, /eslint-disable(?!.*--)|@ts-(ignore|nocheck|expect-error)/),
      ),
    seed: { path: 'src/web/x.ts', text: '// eslint-disable-next-line no-console' },
  },
  'money is not handled as floating point': {
    rule: (files) =>
      inSource(files)
        // Probabilities and their statistics are no money.
        .filter(
          ({ path }) => !/^src\/(core|web|features\/(schedules|risk\/(judging|back-testing)))\/|\.view\.ts$/.test(path),
        )
        .flatMap((file) => lines(file, /parseFloat|Math\.(round|floor|ceil)|\.toFixed\(\d/)),
    seed: { path: 'src/features/loans/x.ts', text: 'const cents = Math.floor(x * 100);' },
  },
  'a feature opens with what it owns and exports at most ten things': {
    rule: (files) =>
      files
        .filter(({ path }) => /^src\/features\/[^/]+\/index\.ts$/.test(path))
        .filter(({ text }) => !/^\/[/*]/.test(text) || exportedValues(text) > 10)
        .map(({ path }) => path),
    seed: { path: 'src/features/loans/index.ts', text: "export { a } from './a.ts';" },
  },
  'nothing names this machine or a package registry': {
    rule: (files) =>
      files.flatMap((file) =>
        file.path.startsWith('test/architecture/')
          ? []
          : lines(file, /\/work\/main|\/root\/|registry\.npmjs|pypi\.org|files\.pythonhosted/),
      ),
    seed: { path: 'docs/x.md', text: 'see /work/main/src' },
  },
};

/** Types cost their importer nothing; what counts is what can be called. */
function exportedValues(text: string): number {
  const names = [...text.matchAll(/export (type )?\{([^}]*)\}/g)].flatMap(([, typeOnly, list = '']) =>
    typeOnly
      ? []
      : list
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== '' && !name.startsWith('type ')),
  );
  return names.length;
}

async function repositoryFiles(): Promise<SourceFile[]> {
  const kept = /\.(ts|js|mjs|cjs|ejs|css|md|json|ya?ml)$|Dockerfile$|^\.ci\/run$/;
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 16_000_000,
  });
  const paths = stdout.split('\n').filter((path) => kept.test(path) && path !== 'package-lock.json');
  const files = await Promise.all(
    paths.map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8').catch(() => '') })),
  );
  return files;
}

describe('the repository', () => {
  it.each(Object.entries(rules))('%s', async (_name, { rule }) => {
    expect(rule(await repositoryFiles())).toEqual([]);
  });

  it.each(Object.entries(rules))('%s: a violation is seen', (_name, { rule, seed }) => {
    expect(rule([seed])).toHaveLength(1);
  });

  it('has one mongodb driver in its tree', async () => {
    const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version: string }>;
    };
    const drivers = Object.entries(lock.packages).filter(([path]) => path.endsWith('node_modules/mongodb'));
    expect(drivers.map(([path]) => path)).toEqual(['node_modules/mongodb']);
    const { stdout } = await run('npm', ['ls', 'mongodb', '--json', '--all'], { cwd: root, maxBuffer: 16_000_000 });
    const versions = new Set(
      [...stdout.matchAll(/"mongodb": \{\s*"version": "([^"]+)"/g)].map(([, version]) => version),
    );
    expect(versions.size).toBe(1);
  });

  it('tests every feature', async () => {
    const directories = async (path: string) =>
      (await readdir(join(root, path), { withFileTypes: true }))
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name);
    const [features, tested] = await Promise.all([directories('src/features'), directories('test/features')]);
    expect(features.filter((name) => !tested.includes(name))).toEqual([]);
  });
});
