/**
 * `npm test`: runs every project of vitest.config.ts and prints, as its very last line, `N passed, N failed, N skipped`
 * in plain text for other programs to read. Arguments are vitest's own: `npm test -- test/core`, `-t "a name"`.
 * The exit code is 1 after any failure and where no test ran; a run that is interrupted ends without the line.
 */
import { createVitest, parseCLI, type Reporter, type TestCase, type TestModule, type TestSuite } from 'vitest/node';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const counts: Counts = { passed: 0, failed: 0, skipped: 0 };

function countTest(test: TestCase): void {
  const { state } = test.result();
  if (state === 'passed') counts.passed += 1;
  else if (state === 'skipped') counts.skipped += 1;
  // A test that never came to a result (its worker died) is a failure too.
  else counts.failed += 1;
}

/** What failed around the tests (a file that does not load, a hook) counts as one failure each. */
function countAround(holder: TestModule | TestSuite): void {
  if (holder.errors().length > 0) counts.failed += 1;
}

const counting: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    for (const module of modules) {
      countAround(module);
      for (const suite of module.children.allSuites()) countAround(suite);
      for (const test of module.children.allTests()) countTest(test);
    }
    counts.failed += unhandledErrors.length;
  },
};

async function runTests(): Promise<void> {
  const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
  const vitest = await createVitest({ ...options, watch: false, reporters: ['default', counting] });
  try {
    await vitest.start(filter);
  } finally {
    await vitest.close();
  }
}

try {
  await runTests();
} catch (error) {
  counts.failed += 1;
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
const ran = counts.passed + counts.failed + counts.skipped > 0;
const code = counts.failed > 0 || !ran ? 1 : 0;
// The exit waits for the line: a pipe may still be taking what came before it.
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`, () => {
  process.exit(code);
});
