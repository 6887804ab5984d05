import { describe, expect, test } from 'vitest';
import { markdownTimelineReader } from '../../../../src/ingest/documents/timeline-markdown.ts';
import { faultOf, openDocument, readDocument } from './read-document.ts';

const open = (text: string, input = {}) => openDocument(text, { path: 'incidents/postmortem.md', ...input });
const read = async (text: string, input = {}) =>
  (await readDocument(markdownTimelineReader, open(text, input))).timeline;

describe('a table with a time column', () => {
  test('is read with the zone of its header and the date above it; the rest of the document is not', async () => {
    const text = `# Post-mortem INC-4907 (2026-11-17)

| Team | On call |
|------|---------|
| SOC  | nobody  |

\`\`\`
| Time (UTC) | Event |
|---|---|
| 10:00 | an example |
\`\`\`

## Timeline

| Time (UTC) | **Event** | Data Link |
|:-----------|:---------:|-----------|
| 23:58 | **Alert** for \`203.0.113.0/24\`, see [graph](https://graphs.example/1) | x |
| 00:03:20 – 00:10 | Rule \\| filter deployed | y |

Action items follow.
`;
    expect(await read(text)).toEqual([
      {
        at: Date.UTC(2026, 10, 17, 23, 58),
        precisionMs: 60_000,
        milestone: 'note',
        title: 'Alert for 203.0.113.0/24, see graph',
        actorKind: 'soc',
        visibility: 'internal',
        source: 'postmortem.md',
        originalTime: '23:58',
        input: 'in1',
      },
      expect.objectContaining({
        at: Date.UTC(2026, 10, 18, 0, 3, 20),
        end: Date.UTC(2026, 10, 18, 0, 10),
        precisionMs: 1_000,
        title: 'Rule | filter deployed',
      }),
    ]);
  });

  test('may have columns for date, person, milestone, detail and who may read it', async () => {
    const text = `| Date | Time (Europe/Berlin) | Who | What | Milestone | Visibility | Notes |
|---|---|---|---|---|---|---|
| 2026-11-17 | 9:05 | Lee Turner | Customer called | Customer notified | customer | by telephone |
| 2026-11-17 | 14:06 | Lee Turner | Rule changed | | | |
`;
    const timeline = await read(text);
    expect(timeline).toEqual([
      expect.objectContaining({
        at: Date.UTC(2026, 10, 17, 8, 5),
        milestone: 'customer_notified',
        title: 'Customer called',
        detail: 'by telephone',
        visibility: 'customer',
      }),
      expect.objectContaining({
        at: Date.UTC(2026, 10, 17, 13, 6),
        milestone: 'note',
        visibility: 'internal',
        actor: 'Lee Turner',
      }),
    ]);
    expect(timeline[0]).not.toHaveProperty('actor');
  });

  test.each([
    ['Time (UTC+2)', '2026-11-17T12:05:00.000Z'],
    ['Time (UTC+05:30)', '2026-11-17T08:35:00.000Z'],
    ['Time UTC', '2026-11-17T14:05:00.000Z'],
    ['Date/Time [Asia/Kolkata]', '2026-11-17T08:35:00.000Z'],
    ['Time (local)', '2026-11-17T19:05:00.000Z'],
  ])('headed %j has the zone that it names', async (header, expected) => {
    const text = `2026-11-17\n\n| ${header} | Event |\n|---|---|\n| 14:05 | x |\n`;
    const [entry] = await read(text, { timeZone: 'America/New_York' });
    expect(new Date(entry?.at ?? 0).toISOString()).toBe(expected);
  });

  test('whose zone means several things is refused', async () => {
    const text = '2026-11-17\n\n| Time (CST) | Event |\n|---|---|\n| 14:05 | x |\n';
    expect(await faultOf(markdownTimelineReader, open(text))).toContain(
      'postmortem.md:3: "CST" in the header is not a zone that is the same everywhere',
    );
  });

  test('tells every fault with its line and column', async () => {
    const text = `2026-11-17

| Time (UTC) | Event | Milestone | Visibility |
|---|---|---|---|
| noon | x | | |
| 14:05 | x | mitigatd | everyone |
| 13:00 | x | | |
|  | no time | | |
`;
    expect((await faultOf(markdownTimelineReader, open(text))).split('\n')).toEqual([
      'incidents/postmortem.md:5: column "Time (UTC)": "noon" is not a time; expected such as 14:05, 2026-11-17 14:05 or 2026-11-17T14:05:00Z',
      'incidents/postmortem.md:6: column "Milestone": "mitigatd" is not a milestone; did you mean "mitigated"?',
      'incidents/postmortem.md:6: column "Visibility": "everyone" is neither internal nor customer',
      'incidents/postmortem.md:7: column "Time (UTC)": "13:00" is before the time above it; write its date out if that is meant',
      'incidents/postmortem.md:8: column "Time (UTC)": has no time',
    ]);
  });

  test('without a date anywhere is refused', async () => {
    expect(await faultOf(markdownTimelineReader, open('| Time (UTC) | Event |\n|---|---|\n| 14:05 | x |\n'))).toContain(
      'has no date',
    );
  });
});

test('a document without such a table is not recognised, and says so when it is named', async () => {
  const text = '# Notes\n\n| Team | On call |\n|---|---|\n| SOC | x |\n';
  expect(markdownTimelineReader.recognises(open(text))).toBe(false);
  expect(await faultOf(markdownTimelineReader, open(text))).toContain('holds no table with a time column');
});

test('markup that is not Markdown of ours stays text', async () => {
  const [entry] = await read(
    '2026-11-17\n\n| Time (UTC) | Event |\n|---|---|\n| 14:05 | <script>alert(1)</script> {{x}} a_b_c |\n',
  );
  expect(entry?.title).toBe('<script>alert(1)</script> {{x}} a_b_c');
});
