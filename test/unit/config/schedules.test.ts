import { describe, expect, test } from 'vitest';
import { loadSchedules } from '../../../src/config/config.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/model/time.ts';
import { makeWorkspace } from './workspace-fixture.ts';

const GLOBEX = 'id: globex\nname: Globex\ntimeZone: America/New_York\n';

function customer(id: string, name: string, timeZone: string) {
  return { id, name, timeZone, dueZone: timeZone, weekStart: 'monday' };
}

function workspaceWith(schedules: string): Promise<string> {
  return makeWorkspace({
    'debrief.yaml': `provider: { name: Northwind Shield }\nschedules:\n${schedules}`,
    'customers/globex.yaml': GLOBEX,
  });
}

describe('the schedules of a workspace', () => {
  test('are none where none is written', async () => {
    const { schedules, customerIds } = await loadSchedules(await makeWorkspace());
    expect(schedules).toEqual([]);
    expect(customerIds).toEqual(['acme']);
  });

  test('need no more than an id and a cadence, and are for every customer in its own zone', async () => {
    const { schedules } = await loadSchedules(await workspaceWith('  - { id: weekly, cadence: weekly }\n'));
    expect(schedules).toEqual([
      {
        id: 'weekly',
        cadence: 'weekly',
        customers: [customer('acme', 'Acme Shop', 'Europe/Berlin'), customer('globex', 'Globex', 'America/New_York')],
        dueAt: { minutesOfDay: 6 * 60 },
        latenessMs: 2 * HOUR_MS,
        catchUp: 'all',
        maxAgeMs: 21 * DAY_MS,
        jitterMs: 15 * MINUTE_MS,
        formats: ['pdf', 'html', 'json', 'csv'],
        deliver: false,
      },
    ]);
  });

  test('may name customers, a zone, a day and a time', async () => {
    const { schedules } = await loadSchedules(
      await workspaceWith(
        '  - { id: us, customers: [globex], cadence: weekly, weekStart: sunday, timeZone: UTC, dueAt: Tue 07:30, lateness: P1DT12H, maxAge: P3W }\n' +
          '  - { id: month, cadence: monthly, dueAt: 3 06:00, deliver: [desk], formats: [pdf] }\n',
      ),
    );
    expect(schedules).toMatchObject([
      {
        customers: [{ id: 'globex', timeZone: 'America/New_York', dueZone: 'UTC', weekStart: 'sunday' }],
        dueAt: { day: 2, minutesOfDay: 450 },
        latenessMs: 36 * HOUR_MS,
        maxAgeMs: 21 * DAY_MS,
      },
      { dueAt: { day: 3, minutesOfDay: 360 }, deliver: ['desk'], formats: ['pdf'] },
    ]);
  });

  test.each([
    ['{ id: a, cadence: hourly }', 'schedules[0].cadence: is "hourly"; expected one of daily, weekly, monthly'],
    [
      '{ id: a, cadence: weekly, lateness: 2h }',
      'schedules[0].lateness: is "2h"; must be an ISO 8601 duration such as PT6H or P21D',
    ],
    ['{ id: a, cadence: weekly, maxAge: PT }', 'schedules[0].maxAge: "PT" must be an ISO 8601 duration'],
    ['{ id: a, cadence: weekly, maxAge: P900D }', 'schedules[0].maxAge: "P900D" is longer than a year'],
    [
      '{ id: a, cadence: daily, dueAt: Mon 06:00 }',
      'schedules[0].dueAt: "Mon 06:00" must be a time of day such as 06:00',
    ],
    [
      '{ id: a, cadence: weekly, dueAt: "25:00" }',
      'schedules[0].dueAt: "25:00" must be a time of day, after a weekday or not',
    ],
    [
      '{ id: a, cadence: monthly, dueAt: 31 06:00 }',
      'schedules[0].dueAt: "31 06:00" must be a time of day, after a day of the month from 1 to 28',
    ],
    [
      '{ id: a, cadence: weekly, customers: [globx] }',
      'schedules[0].customers[0]: is "globx", which is no customer of the workspace; did you mean "globex"?',
    ],
    ['{ id: a, cadence: weekly, catchup: all }', 'schedules[0].catchup: is not a known key; did you mean "catchUp"?'],
    ['{ id: a, cadence: weekly }\n  - { id: a, cadence: daily }', 'schedules[1].id: "a" is the id of two schedules'],
  ])('that say %s are refused', async (text, message) => {
    await expect(loadSchedules(await workspaceWith(`  - ${text}\n`))).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining(message),
    });
  });

  test('are all refused while the file of any customer is at fault', async () => {
    const dir = await makeWorkspace({ 'customers/globex.yaml': 'id: globex\n' });
    await expect(loadSchedules(dir)).rejects.toThrow('customers/globex.yaml:1:1: name: is missing; expected text');
  });
});
