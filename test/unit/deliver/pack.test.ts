import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { fromBuffer } from 'yauzl';
import { openFinishedReport } from '../../../src/deliver/parcel/finished-report.ts';
import { packReport } from '../../../src/deliver/parcel/pack.ts';
import { type DeliveryWorkspace, makeDeliveryWorkspace } from '../../support/delivery-workspace.ts';

let workspace: DeliveryWorkspace | undefined;
afterEach(() => workspace?.remove());

describe('the pack', () => {
  it('holds every file that leaves the house, in one folder, and is the same at every call', async () => {
    workspace = makeDeliveryWorkspace({ systems: [], destinations: [] });
    const report = await openFinishedReport(workspace.folder);
    const withSources = { ...report, files: new Map([...report.files, ['sources.json', Buffer.from('{}')] as const]) };
    const zip = await packReport(withSources);
    expect(Buffer.from(zip).equals(Buffer.from(await packReport(withSources)))).toBe(true);
    const files = await unpack(Buffer.from(zip));
    expect([...files.keys()]).toEqual([
      'INC-4821-r1/data/fig-traffic.csv',
      'INC-4821-r1/manifest.json',
      'INC-4821-r1/report.html',
      'INC-4821-r1/report.json',
      'INC-4821-r1/report.pdf',
      'INC-4821-r1/summary.md',
    ]);
    expect(files.get('INC-4821-r1/data/fig-traffic.csv')).toContain('2026-11-17T14:00:00Z');
  });
});

function unpack(zip: Buffer): Promise<Map<string, string>> {
  return new Promise((resolve, reject) =>
    fromBuffer(zip, { lazyEntries: true }, (failure, file) => {
      if (failure) return reject(failure);
      const files = new Map<string, string>();
      file.on('entry', (entry) =>
        file.openReadStream(entry, (error, stream) => {
          if (error) return reject(error);
          text(stream).then((content) => {
            files.set(entry.fileName, content);
            file.readEntry();
          }, reject);
        }),
      );
      file.on('end', () => resolve(files));
      file.readEntry();
    }),
  );
}
