import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2, // left to itself, a machine with two cores gets one worker
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { TZ: 'America/St_Johns', LANG: 'C' }, // an unusual zone: a test that leans on the machine's zone fails
  },
});
