import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Pipeline } from '../../../src/cli/pipeline.ts';
import { loadCase, loadWorkspace } from '../../../src/config/config.ts';
import { ReportError } from '../../../src/errors.ts';
import type { GeneratedReport } from '../../../src/stages.ts';
import { runCommand } from './streams-fixture.ts';

const MADE: GeneratedReport = {
  reportId: 'INC-1-r1',
  folder: '/workspace/reports/acme/INC-1-r1',
  files: [
    { name: 'report.pdf', bytes: 400_000 },
    { name: 'report.html', bytes: 90_000 },
    { name: 'data/fig-traffic.csv', bytes: 10_000 },
  ],
  warnings: ['1 of 13 lines could not be read.'],
};

async function emptyFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'debrief-cli-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

describe('help', () => {
  test('of the program names every command, shows examples and the exit codes, on stdout', async () => {
    const { exitCode, out, err } = await runCommand(['--help']);
    expect([exitCode, err]).toEqual([0, '']);
    for (const part of ['incident', 'validate', 'init', 'doctor', 'Examples:', 'Exit codes: 0 all made', '--version'])
      expect(out).toContain(part);
  });

  test.each([['incident'], ['validate'], ['init'], ['doctor']])(
    'of %s shows an example or its exit codes',
    async (name) => {
      const { exitCode, out } = await runCommand([name, '--help']);
      expect(exitCode).toBe(0);
      expect(out).toMatch(/Example|Exits with/);
      expect(out).toContain('--json');
    },
  );

  test.each([['weekly'], ['run-due'], ['backfill'], ['history']])(
    'of %s takes a customer by the same flag',
    async (name) => {
      expect((await runCommand([name, '--help'])).out).toContain('-c, --customer <id');
    },
  );

  test('is what a command line without a command gets, as a fault', async () => {
    const { exitCode, out, err } = await runCommand([]);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toContain('Usage: debrief');
  });

  test('gives the version alone', async () => {
    expect(await runCommand(['--version'])).toEqual({ exitCode: 0, out: '0.1.0\n', err: '' });
  });
});

describe('a slip at the keyboard', () => {
  test.each([
    [['incidnet', 'a.yaml'], 'Did you mean incident?'],
    [['incident', 'a.yaml', '--fromat', 'pdf'], 'Did you mean --format?'],
    [['incident', 'a.yaml', '--format', 'pdf,htm'], 'Expected one of pdf, html, json, csv. Did you mean html?'],
    [['incident', 'a.yaml', '--format', ','], 'Expected some of pdf, html, json, csv.'],
    [['incident', 'a.yaml', '--audience', 'technicle'], 'Did you mean technical?'],
    [['incident', 'a.yaml', '--jobs', '0'], 'Expected a whole number from 1 to 64.'],
    [['incident', 'a.yaml', '--jobs', '1.5'], 'Expected a whole number from 1 to 64.'],
    [['incident'], "missing required argument 'case'"],
    [['doctor', 'a.yaml'], 'too many arguments'],
  ])('in %j exits with 2 and says what was probably meant', async (argv, said) => {
    const { exitCode, out, err } = await runCommand(argv);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toContain(said);
  });

  test('cannot send a control sequence to the terminal', async () => {
    const { err } = await runCommand(['incident', 'a.yaml', '--\u001B[31mred']);
    expect(err).toContain('‹U+001B›[31mred');
    expect(err).not.toContain('\u001B');
  });
});

describe('incident', () => {
  test('tells where the documents are on stdout and the rest on stderr', async () => {
    const { exitCode, out, err } = await runCommand(['incident', 'incidents/INC-1.yaml'], {
      generate: () => Promise.resolve(MADE),
    });
    expect(exitCode).toBe(0);
    expect(out).toBe('reports/acme/INC-1-r1/report.pdf\nreports/acme/INC-1-r1/report.html\n');
    expect(err).toBe('INC-1-r1 → reports/acme/INC-1-r1 (3 files, 500.0 kB, 1.0 s, 1 warning in the report)\n');
  });

  test('hands on what was asked for', async () => {
    const requests: unknown[] = [];
    const generate: Pipeline['generate'] = (request) => {
      requests.push(request);
      return Promise.resolve(MADE);
    };
    await runCommand(['incident', 'a.yaml'], { generate });
    await runCommand(
      ['incident', 'a.yaml', '--format', 'CSV,pdf,pdf', '--audience', 'executive', '--strict', '-w', '/w', '-o', 'out'],
      { generate },
    );
    expect(requests).toEqual([
      { caseFile: 'a.yaml', formats: ['pdf', 'html', 'json', 'csv'], strict: false },
      {
        caseFile: 'a.yaml',
        workspaceDir: '/w',
        outDir: '/workspace/out',
        audience: 'executive',
        formats: ['pdf', 'csv'],
        strict: true,
      },
    ]);
  });

  test('closes its browser whether all goes well or not', async () => {
    let closed = 0;
    const openBrowser: Pipeline['openBrowser'] = () => ({
      warm: () => undefined,
      print: () => Promise.reject(new Error('not asked')),
      version: () => Promise.reject(new Error('not asked')),
      close: async () => {
        closed++;
      },
    });
    await runCommand(['incident', 'a.yaml'], { openBrowser, generate: () => Promise.resolve(MADE) });
    await runCommand(['incident', 'a.yaml'], { openBrowser, generate: () => Promise.reject(new Error('no')) });
    expect(closed).toBe(2);
  });

  test('answers a slip at the keyboard with a JSON object too, where JSON was asked for', async () => {
    const { exitCode, out } = await runCommand(['incident', 'a.yaml', '--json', '--fromat', 'pdf']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      type: 'error',
      code: 'usage',
      message: expect.stringContaining('--fromat'),
    });
    const help = await runCommand(['incident', '--help', '--json']);
    expect([help.exitCode, help.out.startsWith('Usage')]).toEqual([0, true]);
  });

  test('prints one JSON object for each case with --json, for a failed one too', async () => {
    const generate: Pipeline['generate'] = ({ caseFile }) =>
      caseFile === 'b.yaml'
        ? Promise.reject(new ReportError('input-foreign', 'x', { where: { file: 'l.ndjson', line: 3 }, hint: 'do' }))
        : Promise.resolve({ ...MADE, warnings: ['\u202Egpj \u009B31m'] });
    const { exitCode, out } = await runCommand(['incident', 'a.yaml', 'b.yaml', '--json', '--jobs', '1'], { generate });
    expect(exitCode).toBe(1);
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      { type: 'report', case: 'a.yaml', ...MADE, warnings: ['\u202Egpj \u009B31m'], ms: 1_000 },
      {
        type: 'error',
        subject: 'b.yaml',
        code: 'input-foreign',
        message: 'x',
        where: { file: 'l.ndjson', line: 3 },
        hint: 'do',
      },
    ]);
    expect(out).not.toMatch(/[\u202E\u009B]/u);
  });

  test('says of a known fault what, where and what to do, without a stack', async () => {
    const error = new ReportError('input-foreign', 'host evil\u001B[2J.example is not of acme', {
      where: { file: 'logs/a.ndjson', line: 17, field: 'ClientRequestHost' },
      hint: 'Add the zone to customers/acme.yaml if it is theirs.',
    });
    const { exitCode, out, err } = await runCommand(['incident', 'a.yaml'], { generate: () => Promise.reject(error) });
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toBe(
      'error: a.yaml: An input file holds data of another customer, or does not say whose it is. [input-foreign]\n' +
        '  logs/a.ndjson:17: ClientRequestHost: host evil‹U+001B›[2J.example is not of acme\n' +
        '  hint: Add the zone to customers/acme.yaml if it is theirs.\n',
    );
  });

  test('shows the stack of an unknown fault, and the causes of a known one with --verbose', async () => {
    const defect = await runCommand(['incident', 'a.yaml'], { generate: () => Promise.reject(new TypeError('oops')) });
    expect(defect.exitCode).toBe(1);
    expect(defect.err).toContain('a defect of Debrief');
    expect(defect.err).toMatch(/TypeError: oops\n +at /);

    const known = new ReportError('output-failed', 'disk', { cause: new Error('ENOSPC', { cause: 'tmpfs' }) });
    const generate = () => Promise.reject(known);
    expect((await runCommand(['incident', 'a.yaml'], { generate })).err).not.toContain('cause');
    expect((await runCommand(['incident', 'a.yaml', '-v'], { generate })).err).toContain(
      'cause: ENOSPC\n  cause: tmpfs\n',
    );
  });

  test('cannot be made to print a line that looks like one of ours', async () => {
    const error = new ReportError('input-invalid', 'bad value "x\nerror: all reports deleted"');
    const { err } = await runCommand(['incident', 'a.yaml'], { generate: () => Promise.reject(error) });
    expect(err.split('\n').filter((line) => line.startsWith('error:'))).toHaveLength(1);
  });

  test.each([
    ['all are made', { a: undefined, b: undefined }, 0],
    ['one fails', { a: undefined, b: 'input-foreign' }, 1],
    ['all fail for their input', { a: 'input-foreign', b: 'config-invalid' }, 2],
    ['all fail, for different reasons', { a: 'input-foreign', b: 'render-failed' }, 1],
    ['there is no browser for any', { a: 'browser-not-found', b: 'browser-not-found' }, 3],
  ] as const)('of several cases exits rightly when %s', async (_when, codes, expected) => {
    const done: string[] = [];
    const generate: Pipeline['generate'] = ({ caseFile }) => {
      done.push(caseFile);
      const code = codes[caseFile === 'a' ? 'a' : 'b'];
      return code === undefined ? Promise.resolve(MADE) : Promise.reject(new ReportError(code, 'no'));
    };
    const { exitCode } = await runCommand(['incident', 'a', 'b'], { generate });
    expect(exitCode).toBe(expected);
    expect(done.sort()).toEqual(['a', 'b']);
  });

  test('works on as many cases at once as it was told', async () => {
    let [running, most] = [0, 0];
    const told = new Set<number | undefined>();
    const generate: Pipeline['generate'] = async (_request, { atOnce }) => {
      told.add(atOnce); // so that they share the memory
      most = Math.max(most, ++running);
      await new Promise((settle) => setTimeout(settle, 5));
      running--;
      return MADE;
    };
    await runCommand(['incident', 'a', 'b', 'c', 'd', 'e', '--jobs', '3'], { generate });
    expect(most).toBe(3);
    expect([...told]).toEqual([3]);
  });

  test('begins no further case once it is told to stop, and is silent about those that it dropped', async () => {
    const controller = new AbortController();
    const begun: string[] = [];
    const generate: Pipeline['generate'] = ({ caseFile }) => {
      begun.push(caseFile);
      controller.abort();
      return Promise.reject(new ReportError('cancelled', 'the run was cancelled'));
    };
    const { err } = await runCommand(
      ['incident', 'a', 'b', 'c', '--jobs', '1'],
      { generate },
      { signal: controller.signal },
    );
    expect(begun).toEqual(['a']);
    expect(err).toBe('');
  });

  test('prints only results and errors with --quiet, every step with --verbose', async () => {
    const generate: Pipeline['generate'] = async (_request, { log }) => {
      await log.phase('read inputs', (progress) => Promise.resolve(progress(0.5)));
      log.debug('detail');
      log.info('note');
      log.warn('careful');
      log.error('broken');
      return MADE;
    };
    const plain = await runCommand(['incident', 'a.yaml'], { generate });
    expect(plain.err).toMatch(/^read inputs, 1\.0 s\nnote\nwarning: careful\nerror: broken\nINC-1-r1 → /);
    const quiet = await runCommand(['incident', 'a.yaml', '-q'], { generate });
    expect(quiet.err).toBe('error: broken\n');
    expect(quiet.out).toContain('report.pdf');
    expect((await runCommand(['incident', 'a.yaml', '-v'], { generate })).err).toContain('\ndetail\n');
    const several = await runCommand(['incident', 'a.yaml', 'b.yaml', '--jobs', '1'], { generate });
    expect(several.err).toContain('a.yaml: read inputs, 1.0 s\na.yaml: note\nwarning: a.yaml: careful\n');
  });
});

describe('validate', () => {
  const check: Pipeline['check'] = () =>
    Promise.resolve({
      inputs: [
        {
          id: 'in1',
          path: 'incidents/logs/http.ndjson',
          sha256: '00',
          bytes: 2_048,
          formats: ['logpush/http_requests'],
          records: 12,
          rejected: 1,
          duplicates: 2,
        },
      ],
      warnings: [{ code: 'rejected-lines', message: '1 of 13 lines could not be read.', input: 'in1' }],
      sources: [
        {
          id: 's1',
          layer: 'http',
          relation: 's1',
          label: 'Cloudflare Logpush http_requests',
          unit: 'requests',
          kind: 'counted',
          sampling: { min: 1, max: 1 },
          intervalMs: 0,
          window: { start: Date.UTC(2026, 10, 17, 14), end: Date.UTC(2026, 10, 17, 14, 20) },
          rows: 12,
          dimensions: ['host'],
          knowsDisposition: true,
          hasBytes: true,
          evidence: ['in1'],
          role: 'primary',
          holds: 'all',
        },
      ],
    });

  test('lists what was read, what feeds the totals, and what to know about it', async () => {
    const { exitCode, out } = await runCommand(['validate', 'a.yaml'], { check });
    expect(exitCode).toBe(0);
    expect(out).toBe(
      'a.yaml: ok\n' +
        '  in1  incidents/logs/http.ndjson  logpush/http_requests  12 records, 1 rejected, 2 duplicates, 2.0 kB\n' +
        '  primary source of http: Cloudflare Logpush http_requests, 12 rows, 20 min 00 s from 2026-11-17T14:00:00.000Z\n' +
        '  warning: 1 of 13 lines could not be read. (in1)\n',
    );
  });

  test('gives the same as an object with --json', async () => {
    const { out } = await runCommand(['validate', 'a.yaml', '--json'], { check });
    expect(JSON.parse(out)).toMatchObject({ type: 'valid', case: 'a.yaml', inputs: [{ id: 'in1' }], warnings: [{}] });
  });
});

describe('init', () => {
  test('makes a workspace whose every file is sound', async () => {
    const dir = await emptyFolder();
    const { exitCode, out, err } = await runCommand(['init', 'soc'], {}, { workingDir: dir });
    expect(exitCode).toBe(0);
    expect(out.trimEnd().split('\n')).toContain('soc/incidents/INC-1.yaml');
    expect(err).toContain('debrief incident soc/incidents/INC-1.yaml');

    const workspace = await loadWorkspace(join(dir, 'soc'));
    expect(workspace.customers.map(({ id }) => id)).toEqual(['example']);
    expect(workspace.brands.map(({ id, logo }) => [id, logo?.slice(0, 19)])).toEqual([
      ['example', 'data:image/svg+xml;'],
    ]);
    expect(workspace.cases).toEqual(['incidents/INC-1.yaml']);
    const loaded = await loadCase(join(dir, 'soc/incidents/INC-1.yaml'));
    expect(loaded.traffic.map(({ path }) => path)).toEqual(['incidents/INC-1/http_requests.ndjson']);
    expect(loaded.timeline).toHaveLength(1);
    expect(await readFile(join(dir, 'soc/customers/example.yaml'), 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/node_modules\/attack-debrief\/docs\/schema\/customer\.schema\.json\n/,
    );
  });

  test('has traffic of the one customer, the same at every call', async () => {
    const dir = await emptyFolder();
    await runCommand(['init', 'one'], {}, { workingDir: dir });
    await runCommand(['init', 'two'], {}, { workingDir: dir });
    const path = 'incidents/INC-1/http_requests.ndjson';
    const [one, two] = [await readFile(join(dir, 'one', path), 'utf8'), await readFile(join(dir, 'two', path), 'utf8')];
    expect(one).toBe(two);
    const records = one
      .trimEnd()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(records).toHaveLength(300 + 360);
    expect(new Set(records.map(({ RayID }) => RayID)).size).toBe(660);
    expect(new Set(records.map(({ ClientRequestHost }) => ClientRequestHost))).toEqual(new Set(['www.shop.example']));
    expect(records.filter(({ SecurityAction }) => SecurityAction === 'block')).toHaveLength(320);
  });

  test('refuses a folder that is a workspace, or holds a file of its own, and writes nothing there', async () => {
    const dir = await emptyFolder();
    await runCommand(['init'], {}, { workingDir: dir });
    const again = await runCommand(['init'], {}, { workingDir: dir });
    expect(again.exitCode).toBe(2);
    expect(again.err).toContain('is a workspace already');

    const other = await emptyFolder();
    await writeFile(join(other, '.gitignore'), 'mine\n');
    const refused = await runCommand(['init', '.'], {}, { workingDir: other });
    expect(refused.exitCode).toBe(2);
    expect(refused.err).toContain('holds .gitignore already');
    expect(await readdir(other)).toEqual(['.gitignore']);
  });

  test('uses a folder that holds other things', async () => {
    const dir = await emptyFolder();
    await writeFile(join(dir, 'README.md'), 'ours');
    expect((await runCommand(['init'], {}, { workingDir: dir })).exitCode).toBe(0);
    expect(await readFile(join(dir, 'README.md'), 'utf8')).toBe('ours');
  });

  test('names a folder that cannot be made', async () => {
    const dir = await emptyFolder();
    await writeFile(join(dir, 'file'), '');
    const { exitCode, err } = await runCommand(['init', 'file/soc'], {}, { workingDir: dir });
    expect(exitCode).toBe(1);
    expect(err).toContain('cannot be written');
  });
});
