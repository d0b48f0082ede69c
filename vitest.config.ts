import { defineConfig } from 'vitest/config';

const unit = ['test/core/**/*.test.ts', 'test/features/schedules/**/*.test.ts'];
const unitByName = ['test/**/*.unit.test.ts', 'test/**/*.rules.test.ts'];
const slowProject = { testTimeout: 240_000, hookTimeout: 240_000 };
const withMongod = { globalSetup: ['test/support/global-setup.ts'] };

export default defineConfig({
  test: {
    // Generous: these machines are shared, and a limit here is for what hangs, not for what is slow.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
    // The smallest machine this must pass on has two cores, and mongod needs its share of them.
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'unit', include: [...unit, ...unitByName], isolate: false } },
      {
        extends: true,
        test: {
          name: 'app',
          include: ['test/features/**/*.test.ts', 'test/web/**/*.test.ts', 'test/platform/**/*.test.ts'],
          exclude: [...unit, ...unitByName],
          ...withMongod,
        },
      },
      {
        extends: true,
        test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'] },
      },
      {
        extends: true,
        test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...slowProject, ...withMongod },
      },
      { extends: true, test: { name: 'faults', include: ['test/faults/**/*.test.ts'], ...slowProject, ...withMongod } },
    ],
  },
});
