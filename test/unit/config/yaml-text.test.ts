import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readYaml } from '../../../src/config/config.ts';
import { customerSchema, timelineSchema } from '../../../src/config/schema.ts';
import { ReportError } from '../../../src/errors.ts';

function faultsOf(text: string, schema: z.ZodType = z.unknown()): string[] {
  try {
    readYaml(text, 'a.yaml', schema);
  } catch (error) {
    if (error instanceof ReportError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('YAML text', () => {
  test('is read as YAML 1.2: no word is a boolean, no time a number of seconds, no date a date', () => {
    const { value } = readYaml('a: no\nb: 14:05\nc: 2026-11-17\nd: 010\ne: off\n', 'a.yaml', z.unknown());
    expect(value).toEqual({ a: 'no', b: '14:05', c: '2026-11-17', d: 10, e: 'off' });
  });

  test('says where each of its values stands', () => {
    const { placeOf } = readYaml('a:\n  - b: 1\n    c: [x, y]\n', 'a.yaml', z.unknown());
    expect(placeOf(['a', 0, 'c', 1])).toEqual({ line: 3, column: 12 });
    expect(placeOf(['a', 0, 'gone', 'deeper'])).toEqual({ line: 2, column: 5 });
    expect(placeOf([])).toEqual({ line: 1, column: 1 });
  });

  test('says where a value behind an alias stands', () => {
    const { placeOf } = readYaml('base: &b\n  x: 1\nuse: *b\n', 'a.yaml', z.unknown());
    expect(placeOf(['use', 'x'])).toEqual({ line: 2, column: 6 });
  });

  test.each([
    ['a: 1\na: 2\n', 'a.yaml:2:1: is not YAML: Map keys must be unique'],
    ['b:\n  - { x: 1, y: 2, x: 3 }\n', 'a.yaml:2:19: is not YAML: Map keys must be unique'],
    ['1: a\n0x1: b\n', 'a.yaml:2:1: is not YAML: Map keys must be unique'],
    ['a: "x\n', 'a.yaml:2:1: is not YAML: Missing closing "quote'],
    ['a: [1, 2\n', 'a.yaml:2:1: is not YAML: '],
    ['a: 1\n---\nb: 2\n', 'a.yaml:2:1: is not YAML: Source contains multiple documents'],
    ['a: !!js/function "x"\n', 'a.yaml:1:4: is not YAML: Unresolved tag'],
    ['', 'a.yaml:1: is empty'],
    ['# only a comment\n', 'a.yaml:1: is empty'],
    ['\tb: 1\n', 'a.yaml:1:1: is not YAML: '],
  ])('%j is refused with its line', (text, fault) => {
    expect(faultsOf(text)[0]).toContain(fault);
  });

  test('takes a key of the language for what it is', () => {
    const { value } = readYaml('__proto__: { polluted: true }\nconstructor: x\n', 'a.yaml', z.unknown());
    expect(Object.entries(value as object).map(([key]) => key)).toEqual(['__proto__', 'constructor']);
    expect({}).not.toHaveProperty('polluted');
  });

  test.each([
    ['flow lists', `a: ${'['.repeat(200_000)}`],
    ['flow groups', `a: ${'{a: '.repeat(200_000)}`],
    ['block lists', `${'- '.repeat(200_000)}x`],
    ['indentation', Array.from({ length: 800 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('that nests without end in %s is refused at once', (_what, text) => {
    const startedAt = performance.now();
    expect(faultsOf(text)[0]).toMatch(/^a\.yaml:\d+: is nested more than 64 levels deep$/);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test('may nest as deep as any file of ours, with many flow lists beside each other', () => {
    expect(faultsOf(`a:\n${'  - [1, [2, {b: 3}]]\n'.repeat(2_000)}`)).toEqual([]);
    expect(faultsOf(`a: ${'['.repeat(60)}${']'.repeat(60)}`)).toEqual([]);
  });

  test('whose aliases would fill the memory is refused at once', () => {
    const bomb = Array.from({ length: 12 }, (_, level) =>
      level === 0 ? 'l0: &l0 [x, x]' : `l${level}: &l${level} [${`*l${level - 1},`.repeat(9)}]`,
    ).join('\n');
    const startedAt = performance.now();
    expect(faultsOf(bomb)).toEqual(['a.yaml: repeats its aliases (*name) too often; write the values out']);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test('with tens of thousands of keys is read in seconds: no key is compared with every other one', () => {
    const text = Array.from({ length: 40_000 }, (_, index) => `k${index}: 1`).join('\n');
    const startedAt = performance.now();
    expect(faultsOf(text)).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(6_000);
  }, 60_000);

  test('with more faults than anyone reads lists fifty and counts the rest', () => {
    const lines = faultsOf(
      `id: acme\nname: Acme\n${Array.from({ length: 60 }, (_, index) => `k${index}: 1`).join('\n')}`,
      customerSchema,
    );
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe('and 10 more');
  });
});

describe('a fault of a value', () => {
  test.each([
    ['name: 5', 'a.yaml:2:7: name: is 5; expected text; put it in quotes'],
    ['name:', 'a.yaml:2:6: name: is empty; expected text'],
    ['name: "  "', 'a.yaml:2:7: name: is empty'],
    [`name: ${'x'.repeat(301)}`, 'a.yaml:2:7: name: is longer than 300 characters'],
    ['name: A\ncapacity: 5', 'a.yaml:3:11: capacity: is 5; expected a group of keys'],
    [
      'name: A\ncapacity: { linkBitsPerSecond: -5 }',
      'a.yaml:3:32: capacity.linkBitsPerSecond: is -5; expected a number above 0',
    ],
    ['name: A\nzones: acme.example', 'a.yaml:3:8: zones: is "acme.example"; expected a list (lines that start with -)'],
    ['name: A\nzones: [com]', 'a.yaml:3:9: zones[0]: "com" must be a DNS zone such as example.com'],
    [
      'name: A\nprefixes: [203.0.113.5/24]',
      'a.yaml:3:12: prefixes[0]: "203.0.113.5/24" has bits set after its length; the range is 203.0.113.0/24',
    ],
    [
      'name: A\ntlp: ambre',
      'a.yaml:3:6: tlp: is "ambre"; expected one of RED, AMBER+STRICT, AMBER, GREEN, CLEAR; did you mean "AMBER"?',
    ],
    ['name: A\nlocale: xx-YY', 'a.yaml:3:9: locale: "xx-YY" must be a BCP 47 language tag such as en-GB'],
    ['name: A\ntimezone: UTC', 'a.yaml:3:1: timezone: is not a known key; did you mean "timeZone"?'],
    [
      'name: A\ncapacity: { xyzzy: 1 }',
      'a.yaml:3:13: capacity.xyzzy: is not a known key; known keys are linkBitsPerSecond, originRequestsPerSecond',
    ],
    [
      'name: A\nsla: [{ clause: a, metric: time-to-mitigate, target: 3, unit: percent }]',
      'a.yaml:3:63: sla[0].unit: must be seconds or minutes for a time and percent for everything else',
    ],
    [
      'name: A\nsla: [{ clause: a, metric: availability, target: 101, unit: percent }]',
      'a.yaml:3:50: sla[0].target: must be at most 100 percent',
    ],
    [
      'name: "a\\u001b[2J"\ntlp: "\\u001b[31m"',
      'a.yaml:3:6: tlp: is "\\u001b[31m"; expected one of RED, AMBER+STRICT, AMBER, GREEN, CLEAR',
    ],
  ])('%j is told as %s', (text, fault) => {
    expect(faultsOf(`id: acme\n${text}\n`, customerSchema)).toEqual([fault]);
  });

  test('of a file that is no group of keys at all', () => {
    expect(faultsOf('- a\n- b\n', customerSchema)).toEqual(['a.yaml:1:1: is a list; expected a group of keys']);
  });

  test('of a timeline names the milestone that was meant', () => {
    expect(
      faultsOf('entries:\n  - at: "14:05"\n    milestone: mitigeted\n    title: Rule on\n', timelineSchema),
    ).toEqual([
      expect.stringMatching(/^a\.yaml:3:16: entries\[0\]\.milestone: is "mitigeted"; .*did you mean "mitigated"\?$/),
    ]);
  });
});
