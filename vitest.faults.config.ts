import { defineConfig } from 'vitest/config';

/** `npm run test:faults`: the long form, one file after the other, since each has the machine's time-outs to itself. */
export default defineConfig({
  test: {
    name: 'faults-long',
    include: ['test/faults-long/**/*.test.ts', 'test/faults/one-key.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 30 * 60_000,
    hookTimeout: 5 * 60_000,
    teardownTimeout: 60_000,
  },
});
