import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GenerateRequest, generate } from '../../src/generate.ts';
import { silentLog } from '../../src/log.ts';
import type { MaskedKind } from '../../src/model/redaction.ts';
import { readPdf } from '../../src/render/pdf-objects.ts';
import { openBrowser } from '../../src/render/render.ts';
import { makeHostileCase } from '../support/hostile-case.ts';
import { readWithPdfJs } from '../support/pdf-text.ts';

// A canary of each kind in every field that can carry one, and one word of each kind in every text that people write. After
// a masked report is made, every byte of every file is searched for them, the PDF unpacked and read by another reader too.

/** What a canary of each kind looks like, however it is written: 7 of a host, 7 of a path, … */
const CANARIES: Readonly<Record<MaskedKind, RegExp>> = {
  addresses: /198\.51\.100\.(?!0\/24)\d|203\.0\.113\.(?!0\/24)\d|2001:db8:51:7::/iu,
  hosts: /cnhost\d/iu,
  paths: /cnpath\d/iu,
  rules: /cnrule\d/iu,
  staff: /cnstaff\d/iu,
};
const RULE_FIELDS = new Set(['rule', 'rule name', 'packet rule', 'packet rule name', 'rule text', 'policy']);

function canary(field: string, index: number): string {
  if (field === 'host') return `cnhost${index}`;
  if (field === 'file') return 'cnhost3.acme.example of cnhost4.acme.example';
  if (field === 'path') return `/cnpath${index}/deep`;
  if (field === 'query') return `cnpath${index}`;
  if (RULE_FIELDS.has(field)) return `cnrule${index} of the edge`;
  if (field === 'actor') return `Cnstaff${index} Miller`;
  if (['entry', 'detail', 'comment', 'title', 'clause', 'alert text'].includes(field))
    return `Seen 198.51.100.7 and 2001:db8:51:7::1 at cnhost${index}.acme.example/cnpath${index}/deep and /cnpath77, told by Cnstaff3 Miller, cnrule4 of the edge`;
  return `Text ${index} of ${field}`;
}

const PROFILES = `
redaction:
  key: env:REDACTION_TEST_KEY
  people: [Cnstaff3 Miller]
  profiles:
    shortened: { addresses: prefix, hosts: pseudonym, paths: pseudonym, rules: pseudonym, staff: pseudonym }
    removed: { addresses: removed, hosts: removed, paths: removed, rules: removed, staff: removed }
    renamed: { addresses: pseudonym }
    people: { staff: removed }
  audiences: { executive: removed }
`;

const browser = openBrowser({ log: silentLog });
const outDir = mkdtempSync(join(tmpdir(), 'debrief-redaction-'));
let workspace: Awaited<ReturnType<typeof makeHostileCase>>;

beforeAll(async () => {
  process.env.REDACTION_TEST_KEY = 'a key that only this test knows';
  workspace = await makeHostileCase(canary, { texts: 12, first: 0 });
  const customer = join(workspace.dir, 'customers/acme.yaml');
  // JSON is YAML, but not with YAML behind it.
  const { id, name, ...rest } = JSON.parse(await readFile(customer, 'utf8')) as Record<string, unknown>; // written by makeHostileCase
  await writeFile(customer, `id: ${id}\nname: ${JSON.stringify(name)}\n`);
  for (const [key, value] of Object.entries(rest)) await appendFile(customer, `${key}: ${JSON.stringify(value)}\n`);
  await appendFile(customer, PROFILES);
}, 60_000);

afterAll(async () => {
  await browser.close();
  await workspace.remove();
  rmSync(outDir, { recursive: true, force: true });
  delete process.env.REDACTION_TEST_KEY;
});

interface Copy {
  /** Everything that can be read in the folder: names, bytes, and what is packed in them. */
  readonly parts: readonly { readonly name: string; readonly text: string }[];
  text(name: string): string;
}

async function makeCopy(
  redaction: string | undefined,
  {
    audience = 'technical',
    formats = ['html', 'json', 'csv'],
  }: Partial<Pick<GenerateRequest, 'audience' | 'formats'>> = {},
): Promise<Copy> {
  const file = join(workspace.dir, 'incidents/INC-1.yaml');
  const spec = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>; // written by makeHostileCase
  delete spec.redaction;
  await writeFile(file, JSON.stringify({ ...spec, ...(redaction !== undefined && { redaction }) }));
  const { folder } = await generate(
    {
      caseFile: file,
      audience,
      outDir,
      formats,
      strict: false,
    },
    { now: () => Date.UTC(2026, 10, 23), log: silentLog, signal: new AbortController().signal, browser },
  );
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/u.test(name));
  const parts = names.flatMap((name) => {
    const bytes = readFileSync(join(folder, name));
    return [
      { name, text: `${name}\n${bytes.toString('utf8')}` },
      ...(name.endsWith('.pdf') ? unpacked(name, bytes) : []),
    ];
  });
  return { parts, text: (name) => parts.find((part) => part.name === name)?.text ?? '' };
}

/** Streams of a PDF inflated, its strings decoded, and what a reader of PDF finds on its pages and behind them. */
function unpacked(name: string, pdf: Buffer): Copy['parts'] {
  const { pages, info, outline } = readWithPdfJs(pdf);
  const streams = [...readPdf(pdf).objects.values()].map(({ stream }) => stream?.().toString('latin1') ?? '');
  const text = [...pages, ...outline, JSON.stringify(info)].join('\n');
  return [
    { name: `${name} (streams)`, text: streams.join('\n') },
    { name: `${name} (read)`, text: `${text}\n${text.replace(/\s/gu, '')}` },
    { name: `${name} (as UTF-16)`, text: pdf.toString('latin1').replaceAll('\0', '') },
  ];
}

/** `cnhost7 in report.html: …` for every place in which a canary of a kind can be read. */
function found(copy: Copy, kind: MaskedKind): string[] {
  return copy.parts.flatMap(({ name, text }) => {
    // A defanged address is one all the same.
    const plain = text.replaceAll('[.]', '.');
    const at = plain.search(CANARIES[kind]);
    return at < 0 ? [] : [`${kind} in ${name}: ${plain.slice(Math.max(0, at - 60), at + 40)}`];
  });
}

const KINDS = Object.keys(CANARIES) as MaskedKind[]; // keys of the record above

describe('a copy with masks', () => {
  test('is needed: without one every kind of canary can be read', async () => {
    const copy = await makeCopy(undefined);
    expect(KINDS.filter((kind) => found(copy, kind).length < 4)).toEqual([]);
    expect(copy.text('report.json')).not.toContain('"redaction"');
  }, 60_000);

  test.each([
    ['shortened', KINDS],
    ['removed', KINDS],
    ['renamed', ['addresses']],
    ['people', ['staff']],
  ] as const)(
    'of the profile %s shows nothing of %j in any byte of any file',
    async (profile, kinds) => {
      const copy = await makeCopy(profile, kinds === KINDS ? { formats: ['pdf', 'html', 'json', 'csv'] } : {});
      expect(kinds.flatMap((kind) => found(copy, kind))).toEqual([]);
      // What is not masked is still there.
      expect(
        KINDS.filter((kind) => !kinds.some((masked) => masked === kind) && found(copy, kind).length === 0),
      ).toEqual([]);
      expect(JSON.parse(copy.text('manifest.json').replace(/^.*\n/u, '')).redaction.profile).toBe(profile);
      expect(copy.text('report.html')).toContain('What this copy does not show');
      expect(copy.parts.some(({ name }) => name === 'sources.json')).toBe(profile === 'people');
    },
    120_000,
  );

  test('for an audience has the profile that the customer file names, unless the case names another', async () => {
    const copy = await makeCopy(undefined, { audience: 'executive' });
    expect(KINDS.flatMap((kind) => found(copy, kind))).toEqual([]);
    expect(copy.text('report.html')).toContain('What this copy does not show');
    expect(found(await makeCopy('full', { audience: 'executive' }), 'staff')).not.toEqual([]);
  }, 60_000);

  test('gives the same value the same name again, and another with another key', async () => {
    const names = async () =>
      new Set((await makeCopy('renamed', { formats: ['json'] })).text('report.json').match(/address-[a-z]{10}/gu));
    const [first, second] = [await names(), await names()];
    expect(first.size).toBeGreaterThan(3);
    expect(second).toEqual(first);
    process.env.REDACTION_TEST_KEY = 'another key that this test knows';
    expect([...(await names())].filter((name) => first.has(name))).toEqual([]);
    process.env.REDACTION_TEST_KEY = 'short';
    await expect(makeCopy('renamed')).rejects.toThrow(/env:REDACTION_TEST_KEY has fewer than 8 characters/u);
  }, 60_000);
});
