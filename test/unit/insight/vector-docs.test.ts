import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VECTORS } from '../../../src/insight/vector-catalog.ts';
import { english } from '../../../src/model/say.ts';

describe('the page about vectors', () => {
  it('has a line for each, with its slug, technique and recognition, and no other', () => {
    const page = readFileSync(new URL('../../../docs/vectors.md', import.meta.url), 'utf8');
    const rows = page
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    expect(rows.map(([, slug, , technique, recognition]) => [slug, technique, recognition])).toEqual(
      VECTORS.map((vector) => [`\`${vector.slug}\``, vector.technique?.id ?? '', english(vector.recognition)]),
    );
  });
});
