import { describe, expect, test } from 'vitest';
import { jiraReader } from '../../../../src/ingest/documents/jira.ts';
import { pagerdutyReader } from '../../../../src/ingest/documents/pagerduty.ts';
import { statuspageReader } from '../../../../src/ingest/documents/statuspage.ts';
import { zendeskReader } from '../../../../src/ingest/documents/zendesk.ts';
import { codesOf, faultOf, openDocument, readDocument } from './read-document.ts';

const open = (value: unknown) => openDocument(JSON.stringify(value, null, 1));

describe('PagerDuty', () => {
  const person = { id: 'P1', type: 'user_reference', summary: 'Lee Turner' };
  const logEntry = (type: string, at: string, rest: object = {}) => ({
    id: at,
    type: `${type}_log_entry`,
    created_at: at,
    agent: person,
    summary: `${type} by Lee Turner`,
    ...rest,
  });
  const read = (value: unknown) => readDocument(pagerdutyReader, open(value));

  test('log entries mark what the closed table says; pages to staff are dropped and counted', async () => {
    const got = await read({
      log_entries: [
        logEntry('resolve', '2026-11-17T14:00:00Z'),
        logEntry('notify', '2026-11-17T13:36:00Z'),
        logEntry('notify', '2026-11-17T13:35:00Z'),
        logEntry('escalate', '2026-11-17T13:38:00Z'),
        logEntry('acknowledge', '2026-11-17T13:37:00Z'),
        logEntry('urgency_change', '2026-11-17T13:36:30Z'),
        logEntry('trigger', '2026-11-17T13:34:00Z', { agent: { type: 'service_reference', summary: 'Edge alerts' } }),
      ],
      more: true,
    });
    expect(
      got.timeline.map(({ milestone, title, actorKind, visibility }) => [milestone, title, actorKind, visibility]),
    ).toEqual([
      ['resolved', 'PagerDuty incident resolved', 'soc', 'internal'],
      ['escalated', 'PagerDuty incident escalated', 'soc', 'internal'],
      ['acknowledged', 'PagerDuty incident acknowledged', 'soc', 'internal'],
      ['note', 'PagerDuty: urgency change', 'soc', 'internal'],
      ['alerted', 'PagerDuty incident opened', 'automatic', 'internal'],
    ]);
    expect(codesOf(got)).toEqual(['left-out', 'possibly-truncated']);
    expect(got.warnings.map((warning) => warning.message).join(' ')).toContain('2 entries about pages to staff');
    expect(JSON.stringify(got)).not.toContain('Turner');
  });

  test('only status updates are for the customer, and no name of a person gets into one', async () => {
    const got = await read({
      notes: [
        {
          id: 'N1',
          user: person,
          content: 'Lee Turner thinks it is the same botnet',
          created_at: '2026-11-17T08:40:00-05:00',
        },
      ],
      status_updates: [
        {
          id: 'S1',
          sender: person,
          message: 'Mitigation is in place. Contact: LEE TURNER',
          created_at: '2026-11-17T13:45:00Z',
        },
      ],
    });
    expect(got.timeline).toEqual([
      expect.objectContaining({
        at: Date.UTC(2026, 10, 17, 13, 40),
        visibility: 'internal',
        detail: '[name removed] thinks it is the same botnet',
      }),
      expect.objectContaining({
        visibility: 'customer',
        milestone: 'update',
        title: 'Mitigation is in place. Contact: [name removed]',
      }),
    ]);
  });

  test('an incident and its log in one file tell each moment once', async () => {
    const got = await read({
      incident: {
        type: 'incident',
        incident_number: 7,
        created_at: '2026-11-17T13:34:00Z',
        acknowledgements: [{ at: '2026-11-17T13:37:00Z', acknowledger: person }],
        resolved_at: '2026-11-17T14:00:00Z',
      },
      log_entries: [logEntry('acknowledge', '2026-11-17T13:37:00Z')],
    });
    expect(got.timeline.map((entry) => entry.milestone)).toEqual(['alerted', 'acknowledged', 'resolved']);
  });

  test('a note without a usable time is told with its place', async () => {
    expect(await faultOf(pagerdutyReader, open({ notes: [{ content: 'x', created_at: 'today' }] }))).toMatch(
      /notes\[0\]\.created_at: "today" is not a time/,
    );
  });
});

describe('Statuspage', () => {
  const update = (status: string, display: string | null, created: string) => ({
    status,
    body: `<p>We are ${status}.</p>`,
    display_at: display,
    created_at: created,
  });

  test('updates are public, by the time they display, and the first of them is when customers were told', async () => {
    const got = await readDocument(
      statuspageReader,
      open({
        incidents: [
          {
            name: 'Shop slow',
            incident_updates: [
              update('resolved', '2026-11-17T15:00:00.000+01:00', '2026-11-17T15:20:00.000+01:00'),
              update('identified', null, '2026-11-17T14:10:00.000+01:00'),
              update('investigating', '2026-11-17T13:40:00.000+01:00', '2026-11-17T13:55:00.000+01:00'),
            ],
          },
        ],
      }),
    );
    expect(
      got.timeline.map(({ at, milestone, title, detail, visibility }) => [
        new Date(at).toISOString(),
        milestone,
        title,
        detail,
        visibility,
      ]),
    ).toEqual([
      [
        '2026-11-17T12:40:00.000Z',
        'customer_notified',
        'Shop slow: investigating',
        'We are investigating.',
        'customer',
      ],
      ['2026-11-17T13:10:00.000Z', 'update', 'Shop slow: identified', 'We are identified.', 'customer'],
      ['2026-11-17T14:00:00.000Z', 'resolved', 'Shop slow: resolved', 'We are resolved.', 'customer'],
    ]);
  });

  test('is told apart from PagerDuty, which has incidents too', () => {
    const page = open({ incidents: [{ name: 'x', incident_updates: [] }] });
    const pager = open({ incidents: [{ type: 'incident', incident_number: 1, created_at: '2026-11-17T13:34:00Z' }] });
    expect([statuspageReader.recognises(page), pagerdutyReader.recognises(page)]).toEqual([true, false]);
    expect([statuspageReader.recognises(pager), pagerdutyReader.recognises(pager)]).toEqual([false, true]);
  });
});

describe('Zendesk', () => {
  const audit = (at: string, author: number, ...events: object[]) => ({ created_at: at, author_id: author, events });

  test('only comments marked public are for the customer; a comment without the mark is internal', async () => {
    const got = await readDocument(
      zendeskReader,
      open({
        ticket: { id: 2, subject: 'Attack', requester_id: 77, created_at: '2026-11-17T13:30:00Z' },
        audits: [
          audit('2026-11-17T13:31:00Z', 5, { type: 'Comment', public: false, body: 'Do not tell them yet' }),
          audit('2026-11-17T13:32:00Z', 5, {
            type: 'Comment',
            public: true,
            body: '',
            html_body: '<div>We are <b>on it</b> &amp; watching<br>the edge</div><script>x()</script>',
          }),
          audit('2026-11-17T13:33:00Z', 77, { type: 'Comment', public: true, body: 'The shop is slow' }),
          audit(
            '2026-11-17T13:34:00Z',
            5,
            { type: 'Comment', body: 'no mark' },
            { type: 'Change', field_name: 'status', value: 'solved' },
            { type: 'Change', field_name: 'tags', value: ['x'] },
          ),
        ],
        next_page: 'https://zendesk.example/next',
      }),
    );
    expect(
      got.timeline.map(({ title, detail, visibility, milestone, actorKind }) => [
        title,
        detail,
        visibility,
        milestone,
        actorKind,
      ]),
    ).toEqual([
      ['Ticket opened', undefined, 'internal', 'note', 'customer'],
      ['Internal note on the ticket', 'Do not tell them yet', 'internal', 'note', 'soc'],
      ['Message to the customer', 'We are on it & watching\nthe edge', 'customer', 'update', 'soc'],
      ['Message from the customer', 'The shop is slow', 'customer', 'note', 'customer'],
      ['Internal note on the ticket', 'no mark', 'internal', 'note', 'soc'],
      ['Ticket status: solved', undefined, 'internal', 'resolved', 'soc'],
    ]);
    expect(codesOf(got)).toEqual(['possibly-truncated']);
  });
});

describe('Jira', () => {
  const comment = (created: string, body: unknown, rest: object = {}) => ({
    created,
    body,
    author: { displayName: 'Fred User', name: 'fred' },
    ...rest,
  });

  test('is internal but for comments that the service desk made public and no role restricts', async () => {
    const adf = {
      type: 'doc',
      content: [
        {
          type: 'paragraph',
          content: [
            { type: 'mention', attrs: { text: '@Fred' } },
            { type: 'text', text: 'Filter is' },
            { type: 'text', text: ' live' },
          ],
        },
      ],
    };
    const got = await readDocument(
      jiraReader,
      open({
        key: 'SOC-1',
        fields: {
          comment: {
            total: 9,
            comments: [
              comment('2026-11-17T13:30:00.461+0000', 'Fred User: [~fred] look at this'),
              comment('2026-11-17T06:31:00.000-0700', adf, { jsdPublic: true }),
              comment('2026-11-17T13:32:00.000+0000', 'restricted', {
                jsdPublic: true,
                visibility: { type: 'role', value: 'Administrators' },
              }),
            ],
          },
          worklog: { worklogs: [{ started: '2026-11-17T13:33:00.000+0000', comment: 'Tuning' }] },
        },
        changelog: {
          histories: [
            {
              created: '2026-11-17T13:34:00.000+0000',
              items: [
                { field: 'status', fromString: 'Open', toString: 'Done' },
                { field: 'labels', toString: 'x' },
              ],
            },
          ],
        },
      }),
    );
    expect(
      got.timeline.map(({ at, title, detail, visibility, milestone }) => [
        new Date(at).toISOString(),
        title,
        detail,
        visibility,
        milestone,
      ]),
    ).toEqual([
      ['2026-11-17T13:30:00.461Z', 'Comment on the ticket', '[name removed]: look at this', 'internal', 'note'],
      ['2026-11-17T13:31:00.000Z', 'Message to the customer', 'Filter is live', 'customer', 'update'],
      ['2026-11-17T13:32:00.000Z', 'Comment on the ticket', 'restricted', 'internal', 'note'],
      ['2026-11-17T13:33:00.000Z', 'Work logged on the ticket', 'Tuning', 'internal', 'note'],
      ['2026-11-17T13:34:00.000Z', 'Ticket status: Done', undefined, 'internal', 'resolved'],
    ]);
    expect(codesOf(got)).toEqual(['possibly-truncated']);
  });

  test('a history without a new status does not borrow one from the prototype', async () => {
    const got = await readDocument(
      jiraReader,
      open({
        key: 'SOC-1',
        fields: {},
        changelog: { histories: [{ created: '2026-11-17T13:34:00.000+0000', items: [{ field: 'status' }] }] },
      }),
    );
    expect(got.timeline).toEqual([]);
  });
});
