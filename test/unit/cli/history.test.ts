import { describe, expect, test } from 'vitest';
import { makeWorkspace } from '../config/workspace-fixture.ts';
import { runCommand } from './streams-fixture.ts';

const manifestOf = (zone: object) =>
  JSON.stringify({
    reportId: '2026-W47-r1',
    kind: 'weekly',
    revision: 1,
    customer: { id: 'acme' },
    period: { start: '2026-11-15T23:00:00.000Z', end: '2026-11-22T23:00:00.000Z' },
    createdAt: '2026-11-23T23:03:00.000Z',
    outputs: [],
    ...zone,
  });

async function historyOf(zone: object): Promise<string> {
  const dir = await makeWorkspace({ 'reports/acme/2026-W47-r1/manifest.json': manifestOf(zone) });
  return (await runCommand(['history', '-w', dir])).out.replaceAll(/ {2,}/g, '  ');
}

describe('history', () => {
  test('lists a week by its first and last day where the customer is, with times in its zone', async () => {
    expect(await historyOf({ timeZone: 'Europe/Berlin' })).toBe(
      '2026-11-24 00:03 Europe/Berlin  acme  2026-W47-r1  weekly  2026-11-16 to 2026-11-22  current  not sent\n',
    );
  });

  test.each([{}, { timeZone: 'Nowhere/Land' }])(
    'takes UTC, and says so, where a manifest has no zone: %j',
    async (zone) => {
      expect(await historyOf(zone)).toMatch(/^2026-11-23 23:03 UTC {2}acme .* 2026-11-15 to 2026-11-22 /);
    },
  );
});
