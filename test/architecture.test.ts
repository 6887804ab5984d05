import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** Earliest first. A file may import from its own room or an earlier one. Files at the root of `src` are rooms of their own. */
const ORDER = [
  'errors',
  'log',
  'model',
  'config',
  'ledger',
  'engine',
  'archive',
  'ingest',
  'aggregate',
  'insight',
  'report',
  'redact',
  'text',
  'charts',
  'render',
  'proofread',
  'deliver',
  'stages',
  'generate',
  'generate-weekly',
  'index',
  'preview',
  'schedule',
  'cli',
];
/** Rooms whose every file is open to all. */
const OPEN = new Set(['errors', 'log', 'model', 'stages', 'generate', 'generate-weekly', 'index']);
/** Packages that only one room may import. */
const OWNED_PACKAGES: readonly (readonly [RegExp, string])[] = [
  [/^@duckdb\//, 'engine'],
  [/^libsql(\/|$)/, 'ledger'],
  [/^(chart\.js|chartjs-node-canvas|@napi-rs\/canvas)(\/|$)/, 'charts'],
  [/^(handlebars|puppeteer-core|@sparticuz\/chromium)(\/|$)/, 'render'],
  [/^(nodemailer|yazl|marked|aws4fetch)$/, 'deliver'],
  [/^(commander|cli-progress)$/, 'cli'],
];
/** Rooms that import no Node built-in and no package but date-fns. */
const PURE = new Set(['model', 'aggregate', 'insight', 'report']);

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports: Import[] = files.flatMap((file) =>
  [
    ...readFileSync(join(SRC, file), 'utf8').matchAll(
      /(?:^|\n)\s*(?:import|export)[^;'"]*?from\s+['"]([^'"]+)['"]|(?:^|[^.\w])import\(\s*['"]([^'"]+)['"]\s*\)/g,
    ),
  ].map((match) => ({
    from: file,
    to: match[1] ?? match[2] ?? '',
  })),
);

function roomOf(file: string): string {
  const [first = ''] = file.split('/');
  return first.replace(/\.ts$/, '');
}

function targetOf(edge: Import): string | undefined {
  return edge.to.startsWith('.') ? relative(SRC, resolve(SRC, dirname(edge.from), edge.to)) : undefined;
}

describe('the direction of imports', () => {
  it('knows every room', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => !ORDER.includes(room))).toEqual([]);
    expect(imports.length).toBeGreaterThan(100);
  });

  it('never points from an earlier room to a later one', () => {
    const breaches = imports.filter((edge) => {
      const target = targetOf(edge);
      return (
        target !== undefined &&
        !target.startsWith('..') &&
        ORDER.indexOf(roomOf(target)) > ORDER.indexOf(roomOf(edge.from))
      );
    });
    expect(breaches).toEqual([]);
  });

  it('enters another room only through its entrance file', () => {
    const breaches = imports.filter((edge) => {
      const target = targetOf(edge);
      if (target === undefined || target.startsWith('..')) return false;
      const room = roomOf(target);
      return room !== roomOf(edge.from) && !OPEN.has(room) && target !== `${room}/${room}.ts`;
    });
    expect(breaches).toEqual([]);
  });

  it('keeps each outside library behind one room', () => {
    const breaches = imports.filter((edge) =>
      OWNED_PACKAGES.some(([name, room]) => name.test(edge.to) && roomOf(edge.from) !== room),
    );
    expect(breaches).toEqual([]);
  });

  it('keeps numbers, judgements and the report free of disk, clock and packages', () => {
    const breaches = imports.filter(
      (edge) => PURE.has(roomOf(edge.from)) && !edge.to.startsWith('.') && !/^(date-fns|@date-fns\/)/.test(edge.to),
    );
    expect(breaches).toEqual([]);
  });

  it('has no barrel inside a room', () => {
    expect(files.filter((file) => file.includes('/') && file.endsWith('/index.ts'))).toEqual([]);
  });
});

describe('templates', () => {
  it('never write a value without escaping it, except through the one named helper', () => {
    const templates = join(SRC, '../templates');
    const breaches = readdirSync(templates, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.hbs'))
      .flatMap((file) =>
        readFileSync(join(templates, file), 'utf8')
          .split('\n')
          .filter((line) => /\{\{\{|\{\{&/.test(line))
          .map((line) => `${file}: ${line.trim()}`),
      );
    expect(breaches).toEqual([]);
  });
});
