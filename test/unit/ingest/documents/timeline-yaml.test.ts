import { describe, expect, test } from 'vitest';
import { yamlTimelineReader } from '../../../../src/ingest/documents/timeline-yaml.ts';
import { faultOf, openDocument, readDocument } from './read-document.ts';

const open = (text: string, input = {}) => openDocument(text, { path: 'incidents/timeline.yaml', ...input });
const timesOf = async (text: string, input = {}) =>
  (await readDocument(yamlTimelineReader, open(text, input))).timeline.map((entry) => new Date(entry.at).toISOString());
const entries = (...at: string[]) => at.map((time) => `  - { at: ${time}, title: Something happened }`).join('\n');

describe('a timeline in YAML', () => {
  test('gives every entry its time, its precision and who may read it', async () => {
    const text = `
date: 2026-11-17
timeZone: Europe/Berlin
entries:
  - at: 14:05
    milestone: detected
    title: Alert for the shop
    visibility: customer
    actorKind: automatic
  - at: 14:07:30
    end: 14:20
    title: Rule changed from Log to Block
    detail: |
      Sensitivity was raised.
      Nobody was asked.
  - at: 2026-11-17T14:30:00.250Z
    title: Call with the customer
`;
    const got = await readDocument(yamlTimelineReader, open(text));
    expect(got.timeline).toEqual([
      {
        at: Date.UTC(2026, 10, 17, 13, 5),
        precisionMs: 60_000,
        milestone: 'detected',
        title: 'Alert for the shop',
        actorKind: 'automatic',
        visibility: 'customer',
        source: 'timeline.yaml',
        originalTime: '14:05',
        input: 'in1',
      },
      {
        at: Date.UTC(2026, 10, 17, 13, 7, 30),
        end: Date.UTC(2026, 10, 17, 13, 20),
        precisionMs: 1_000,
        milestone: 'note',
        title: 'Rule changed from Log to Block',
        detail: expect.stringContaining('Nobody was asked.'),
        actorKind: 'soc',
        visibility: 'internal',
        source: 'timeline.yaml',
        originalTime: '14:07:30',
        input: 'in1',
      },
      expect.objectContaining({ at: Date.UTC(2026, 10, 17, 14, 30, 0, 250), precisionMs: 1, visibility: 'internal' }),
    ]);
    expect(got.records).toBe(3);
  });

  test('unquoted 14:05 is a time of day, not the number 845', async () => {
    expect(await timesOf(`date: 2026-11-17\ntimeZone: UTC\nentries:\n${entries('14:05')}`)).toEqual([
      '2026-11-17T14:05:00.000Z',
    ]);
  });

  test('past midnight the times of day belong to the next day', async () => {
    const text = `date: 2026-11-17\ntimeZone: UTC\nentries:\n${entries('23:50', '23:50', '00:05', '03:00')}`;
    expect(await timesOf(text)).toEqual([
      '2026-11-17T23:50:00.000Z',
      '2026-11-17T23:50:00.000Z',
      '2026-11-18T00:05:00.000Z',
      '2026-11-18T03:00:00.000Z',
    ]);
  });

  test('a time that goes back is not taken for the next day', async () => {
    const text = `date: 2026-11-17\ntimeZone: UTC\nentries:\n${entries('14:05', '13:50')}`;
    expect(await faultOf(yamlTimelineReader, open(text))).toMatch(
      /^incidents\/timeline\.yaml:5:\d+: entries\[1\]\.at: "13:50" is before the time above it; write its date out/,
    );
  });

  test('a full time sets the day, in the zone of the file, for the times of day below it', async () => {
    // 23:30 UTC on the 17th is the 18th in Berlin.
    const text = `timeZone: Europe/Berlin\nentries:\n${entries('2026-11-17T23:30:00Z', '01:00')}`;
    expect(await timesOf(text)).toEqual(['2026-11-17T23:30:00.000Z', '2026-11-18T00:00:00.000Z']);
  });

  test('a time of day may bring its own offset', async () => {
    expect(await timesOf(`date: 2026-11-17\nentries:\n${entries('"14:05+05:30"', '14:05Z')}`)).toEqual([
      '2026-11-17T08:35:00.000Z',
      '2026-11-17T14:05:00.000Z',
    ]);
  });

  test('without a date or a zone nothing is guessed; the case file may give the zone', async () => {
    expect(await faultOf(yamlTimelineReader, open(`timeZone: UTC\nentries:\n${entries('14:05')}`))).toContain(
      '"14:05" has no date',
    );
    const bare = `date: 2026-11-17\nentries:\n${entries('14:05')}`;
    expect(await faultOf(yamlTimelineReader, open(bare))).toContain('"14:05" has no zone');
    expect(await timesOf(bare, { timeZone: 'America/New_York' })).toEqual(['2026-11-17T19:05:00.000Z']);
  });

  test('in the night when clocks change, a time that came twice or not at all must be written with its offset', async () => {
    const night = (time: string, date: string) => `date: ${date}\ntimeZone: Europe/Berlin\nentries:\n${entries(time)}`;
    expect(await faultOf(yamlTimelineReader, open(night('02:30', '2026-10-25')))).toContain(
      'came twice in Europe/Berlin',
    );
    expect(await faultOf(yamlTimelineReader, open(night('02:30', '2026-03-29')))).toContain(
      'did not exist in Europe/Berlin',
    );
    expect(await timesOf(night('"02:30+02:00"', '2026-10-25'))).toEqual(['2026-10-25T00:30:00.000Z']);
    expect(await timesOf(night('"02:30+01:00"', '2026-10-25'))).toEqual(['2026-10-25T01:30:00.000Z']);
  });

  test('an end before its start is a fault, past midnight it is not', async () => {
    const text = (start: string, end: string) =>
      `date: 2026-11-17\ntimeZone: UTC\nentries:\n  - { at: ${start}, end: ${end}, title: Scrubbing }`;
    expect(await faultOf(yamlTimelineReader, open(text('14:05', '14:00')))).toContain(
      'entries[0].end: "14:00" is before',
    );
    const { timeline } = await readDocument(yamlTimelineReader, open(text('23:55', '00:10')));
    expect(timeline[0]?.end).toBe(Date.UTC(2026, 10, 18, 0, 10));
  });

  test('all faults are told together', async () => {
    const text = `date: 2026-11-17\ntimeZone: UTC\nentries:\n${entries('25:00', '14:05', 'noonish')}`;
    const message = await faultOf(yamlTimelineReader, open(text));
    expect(message.split('\n').map((line) => /entries\[\d\]\.at/.exec(line)?.[0])).toEqual([
      'entries[0].at',
      'entries[2].at',
    ]);
  });

  test('a key or a milestone that is not known names the nearest one', async () => {
    const text = `date: 2026-11-17\ntimeZone: UTC\nentries:\n  - { at: 14:05, titel: x, title: y, milestone: mitigate }`;
    const message = await faultOf(yamlTimelineReader, open(text));
    expect(message).toContain('did you mean "title"?');
    expect(message).toContain('did you mean "mitigated"?');
  });
});

test('a timeline is recognised by its content', () => {
  expect(yamlTimelineReader.recognises(open('# by hand\nentries:\n  - at: 14:05\n'))).toBe(true);
  expect(yamlTimelineReader.recognises(open('{"entries": [{"at": "14:05", "title": "x"}]}'))).toBe(true);
  expect(yamlTimelineReader.recognises(open('{"entries": [{"id": 1}]}'))).toBe(false);
  expect(yamlTimelineReader.recognises(open('time,entries\n1,2\n'))).toBe(false);
});
