import { defineConfig } from 'vitest/config';

/** `npm run test:tickets`: against real ticket systems where they can be had, and with processes that are really killed. */
export default defineConfig({
  test: {
    pool: 'forks',
    fileParallelism: false,
    include: ['test/tickets/**/*.live.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    env: { TZ: 'America/St_Johns', LANG: 'C' },
  },
});
