import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');

/** Pages of ours, and where the code names one. */
function texts(): { readonly path: string; readonly text: string }[] {
  const under = (folder: string, ending: string) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(ending))
      .map((name) => join(folder, name));
  const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'bench/README.md', ...under('docs', '.md')];
  return [...pages, ...under('src', '.ts')].map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

describe('pages that are named', () => {
  it('are there', () => {
    const missing = texts().flatMap(({ path, text }) => {
      const named = [...text.matchAll(/\b(?:docs|bench)\/[\w/-]+\.md\b/gu)].map(([name]) => name);
      const linked = path.endsWith('.md')
        ? [...text.matchAll(/\]\(((?!https?:)[\w./-]+\.md)(?:#[\w-]+)?\)/gu)].map(([, name = '']) =>
            relative(ROOT, join(ROOT, dirname(path), name)),
          )
        : [];
      return [...named, ...linked].filter((name) => !existsSync(join(ROOT, name))).map((name) => `${path}: ${name}`);
    });
    expect(missing).toEqual([]);
  });
});
