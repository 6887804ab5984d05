import { describe, expect, test } from 'vitest';
import { refuseNames } from '../../../src/deliver/white-label.ts';
import { ReportError } from '../../../src/errors.ts';

type Files = Parameters<typeof refuseNames>[0];
const manifest = (inputs: readonly { path: string }[] = []) =>
  ({ inputs }) as unknown as Parameters<typeof refuseNames>[1]; // the part that is looked at

function refusal(files: Files, names = ['North & Wall'], inputs: readonly { path: string }[] = []): string {
  try {
    refuseNames(files, manifest(inputs), names);
    return '';
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    expect(error.code).toBe('provider-named');
    return error.message;
  }
}

describe('a report under a white label', () => {
  test('is refused wherever it names the provider, in whatever case, with the words around it', () => {
    const files: Files = new Map<string, string | Uint8Array>([
      ['report.html', '<p>Ended by NORTH & WALL at once</p>'],
      ['data/table-timeline.csv', 'who\nNorth & Wall'],
      ['report.pdf', new Uint8Array([1])],
    ]);
    expect(refusal(files)).toContain('report.html ("…<p>Ended by NORTH & WALL at once</p>…"); data/table-timeline.csv');
    expect(refusal(new Map(), ['Wall'], [{ path: 'logs/wall-1.ndjson' }])).toContain('manifest.json');
  });

  test('may use the letters of the name in other words, pictures and fonts', () => {
    const files: Files = new Map<string, string | Uint8Array>([
      ['report.html', 'Wallpaper, firewall, url(data:font/woff2;base64,Zg/Wall+x==)'],
    ]);
    expect(refusal(files, ['Wall'])).toBe('');
  });

  test('is not looked at where nobody is to be left unnamed', () => {
    expect(refusal(new Map([['summary.md', 'North & Wall']]), [])).toBe('');
  });
});
