import { describe, expect, it } from 'vitest';
import { ingestFiles, ndjson, sourceOf } from '../../support/ingest-case.ts';

const requestAt = (time: string) => ({
  EdgeStartTimestamp: time,
  ClientRequestHost: 'shop.acme.example',
  RayID: time,
});

const yesterday = ndjson(requestAt('2026-11-17T14:00:00Z'), requestAt('2026-11-17T14:05:00Z'));

describe('a case that does not say which period it is about', () => {
  it('may reach over a month', async () => {
    const files = { 'a.log': yesterday, 'b.log': ndjson(requestAt('2026-10-18T14:00:00Z')) };
    await ingestFiles({ files }, (dataset) => expect(sourceOf(dataset, 'http_requests').rows).toBe(3));
  });

  it('is refused when one record has a wrong date, with both ends and their files', async () => {
    const files = { 'a.log': yesterday, 'b.log': ndjson(requestAt('2024-01-01T00:00:00Z')) };
    await expect(ingestFiles({ files }, () => undefined)).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching(
        /over 1051 days, from 2024-01-01T00:00:00\.000Z \(b\.log\) to 2026-11-17T14:05:00\.\d+Z \(a\.log\)/,
      ),
      where: { file: 'incidents/INC-1.yaml', field: 'window' },
      hint: expect.stringContaining('`window:`'),
    });
  });

  it('is refused when one file holds both dates', async () => {
    const files = { 'a.log': yesterday, 'b.log': `${yesterday}${ndjson(requestAt('2099-01-01T00:00:00Z'))}` };
    await expect(ingestFiles({ files }, () => undefined)).rejects.toMatchObject({
      message: expect.stringContaining('to 2099-01-01T00:00:00.001Z (b.log)'),
    });
  });

  it('is refused when only its timeline reaches over years', async () => {
    const entry = (at: string) => `  - { at: "${at}", title: Update }\n`;
    const timeline = { 't.yaml': `entries:\n${entry('2006-01-02T15:04:05Z')}${entry('2026-11-17T14:00:00Z')}` };
    await expect(ingestFiles({ files: {}, timeline }, () => undefined)).rejects.toMatchObject({
      code: 'config-invalid',
      where: { file: 'incidents/INC-1.yaml' },
    });
  });

  it('is read whole when it names the period, and what lies outside is counted', async () => {
    const window = { start: Date.UTC(2026, 10, 17, 14), end: Date.UTC(2026, 10, 17, 15) };
    const files = { 'a.log': `${yesterday}${ndjson(requestAt('2099-01-01T00:00:00Z'))}` };
    await ingestFiles({ files, window }, (dataset) => {
      expect(sourceOf(dataset, 'http_requests').rows).toBe(2);
      expect(dataset.warnings).toEqual([expect.objectContaining({ code: 'outside-window' })]);
    });
  });
});
