import { describe, expect, it } from 'vitest';
import { openPgBossQueue } from '../../../src/schedule/pg-boss-queue.ts';
import { makeLog } from '../../support/run-delivery.ts';

const open = (database: string) =>
  openPgBossQueue('0123456789abcdef', { database, retries: 5, retryPauseSeconds: 0, expireSeconds: 60 }, makeLog());

describe('the address of the queue', () => {
  it.each([
    ['mysql://soc:canary-4f9a@localhost/debrief', 'no address of a PostgreSQL database'],
    ['canary-4f9a', 'no address of a PostgreSQL database'],
    ['postgres://soc:canary-4f9a@db.example/debrief?sslmode=no-verify', 'has parameters'],
    ['postgres://soc:canary-4f9a%@db.example/debrief', 'not percent-encoded'],
    ['postgres://soc:1/canary-4f9a@db.example/debrief', 'not percent-encoded'],
    ['postgres://soc:x@canary-4f9a/y@db.example/debrief', 'not percent-encoded'],
    ['postgres://soc:1#canary-4f9a@db.example/debrief', 'not percent-encoded'],
    ['postgres://soc:1?canary-4f9a@db.example/debrief', 'not percent-encoded'],
  ])('is refused without a connection and without being shown: %s', async (database, problem) => {
    const refused = await open(database).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'queue-unusable', message: expect.stringContaining(problem) as string });
    expect(String(refused)).not.toContain('canary-4f9a');
  });

  it('says so when nobody answers there', async () => {
    await expect(open('postgres://soc:canary-4f9a@127.0.0.1:9/debrief')).rejects.toMatchObject({
      code: 'queue-unusable',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});
