import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface LockEntry {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
  readonly link?: boolean;
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8'));
const packages = (read('package-lock.json') as { packages: Readonly<Record<string, LockEntry>> }).packages; // shape of lockfile version 3
const manifest = read('package.json') as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

describe('the lockfile', () => {
  it('holds every optional platform package, so that npm ci passes on every platform', () => {
    const missing = Object.entries(packages).flatMap(([owner, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter(
        (name) => !packages[`node_modules/${name}`] && !packages[`${owner}/node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });

  it('holds no download address', () => {
    const addresses = Object.entries(packages).filter(([, entry]) => entry.resolved !== undefined && !entry.link);
    expect(addresses).toEqual([]);
  });

  it('pins every direct dependency exactly', () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(
      versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) && !version.startsWith('file:')),
    ).toEqual([]);
  });

  it('keeps Handlebars above the release that closed its holes', () => {
    const [major = 0, minor = 0, patch = 0] = (manifest.dependencies.handlebars ?? '').split('.').map(Number);
    expect(major * 10_000 + minor * 100 + patch).toBeGreaterThanOrEqual(40_709);
  });

  it('gives a reason for every dependency', () => {
    const reasons = readFileSync(new URL('../../../docs/dependencies.md', import.meta.url), 'utf8');
    const unexplained = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      (name) => !name.startsWith('@types/') && !reasons.includes(`\`${name}\``),
    );
    expect(unexplained).toEqual([]);
  });
});
