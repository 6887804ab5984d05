import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { composePacketCase } from '../../../sample-data/generator/packets/case.ts';
import { createRandom } from '../../../sample-data/generator/random.ts';
import {
  bytesOf,
  composeWorkspace,
  type GeneratedFile,
  WORKSPACE_SEED,
} from '../../../sample-data/generator/workspace.ts';
import { loadCase, loadWorkspace } from '../../../src/config/config.ts';
import { readHttpTruth, readNetworkTruth, SAMPLE_WORKSPACE } from '../../support/truth.ts';

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

/** Every file of the workspace, generated or written by hand, without the generator itself. */
function listCommitted(folder = '.'): string[] {
  return readdirSync(join(SAMPLE_WORKSPACE, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return ['generator', 'reports', '.debrief'].includes(entry.name) ? [] : listCommitted(path);
  });
}

describe('the sample workspace', () => {
  let files: GeneratedFile[];
  beforeAll(() => {
    files = composeWorkspace(WORKSPACE_SEED);
  });

  it('holds exactly what the generator makes from the fixed seed', () => {
    // Compared by content: another processor may compress the same text to other bytes.
    for (const { path, members } of files) {
      const committed = readFileSync(join(SAMPLE_WORKSPACE, path));
      const content = path.endsWith('.gz') ? gunzipSync(committed) : committed;
      expect(sha256(content), `${path} is stale; run the generator`).toBe(sha256(members.join('')));
    }
  });

  it('holds no log, answer or truth that the generator does not know', () => {
    const generated = new Set(files.map((file) => file.path));
    const machineMade = listCommitted().filter((path) => /\/(logs|graphql|router|alerts)\/|^truth\//.test(path));
    expect(machineMade.filter((path) => !generated.has(path))).toEqual([]);
  });

  it('comes out byte for byte the same from the same seed, and different from another', () => {
    const again = composeWorkspace(WORKSPACE_SEED);
    expect(again.map((file) => sha256(file.members.join('')))).toEqual(
      files.map((file) => sha256(file.members.join(''))),
    );
    const compressed = (some: readonly GeneratedFile[]) =>
      some.filter((file) => file.path.includes('INC-4907')).map((file) => sha256(bytesOf(file)));
    expect(compressed(again)).toEqual(compressed(files));
    const other = composePacketCase(createRandom('another seed')).files.filter((file) => file.path.includes('/logs/'));
    expect(other).toHaveLength(4);
    for (const { path, members } of other)
      expect(members.join('')).not.toBe(files.find((file) => file.path === path)?.members.join(''));
  });

  it('keeps several batches in one gzip file, as a log bucket does', () => {
    const bytes = readFileSync(
      join(SAMPLE_WORKSPACE, 'incidents/INC-4821/logs/http_requests-20261117T1315Z.ndjson.gz'),
    );
    let headers = 0;
    for (let at = 0; at < bytes.length - 9; at++)
      if (bytes.readUInt32BE(at) === 0x1f8b0800 && bytes.readUInt32LE(at + 4) === 0) headers++;
    expect(headers).toBe(3);
  });

  it('stays small enough to clone', () => {
    const bytes = listCommitted().reduce((sum, path) => sum + statSync(join(SAMPLE_WORKSPACE, path)).size, 0);
    expect(bytes).toBeLessThan(8.5e6);
  });

  it('passes the checks of its own configuration', async () => {
    const workspace = await loadWorkspace(SAMPLE_WORKSPACE);
    expect(workspace.customers.map((customer) => customer.id).sort()).toEqual(['acme', 'larkspur', 'meridian']);
    for (const id of ['INC-4821', 'INC-4907', 'INC-4958']) {
      const loaded = await loadCase(join(SAMPLE_WORKSPACE, `incidents/${id}.yaml`), { workspaceDir: SAMPLE_WORKSPACE });
      expect(loaded.id).toBe(id);
      expect(loaded.brand.logo).toMatch(/^data:image\/svg\+xml/);
      expect(loaded.traffic.length).toBeGreaterThan(0);
    }
  });

  it('uses no address, AS number or host name that belongs to anyone', () => {
    const v4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g;
    const reserved =
      /^(?:192\.0\.2|198\.51\.100|203\.0\.113|198\.1[89]\.\d+|0\.\d+\.\d+|10\.\d+\.\d+|100\.64\.\d+|127\.\d+\.\d+|169\.254\.\d+|172\.16\.\d+|192\.168\.\d+|24[05]\.\d+\.\d+|251\.\d+\.\d+)\./;
    for (const { path, members } of files) {
      const content = members.join('');
      // Version numbers of browsers look like addresses: they follow a slash.
      const strangers = new Set(
        [...content.matchAll(v4)].filter((hit) => content[hit.index - 1] !== '/').map(([hit]) => hit),
      );
      expect(
        [...strangers].filter((address) => !reserved.test(address)),
        path,
      ).toEqual([]);
      const asNumbers = new Set(
        [...content.matchAll(/"(?:Client|Source|Destination)A(?:SN|sn)":(\d+)/g)].map((hit) => Number(hit[1])),
      );
      const foreign = [...asNumbers].filter(
        (asn) => asn !== 0 && !(asn >= 64_496 && asn <= 64_511) && !(asn >= 65_536 && asn <= 65_551),
      );
      expect(foreign, path).toEqual([]);
      const v6 = new Set(
        [...content.matchAll(/"(?:ClientIP|IPSourceAddress)":"([0-9a-f:]*:[0-9a-f:]*)"/g)].map((hit) => hit[1] ?? ''),
      );
      expect(
        [...v6].filter((address) => !/^3fff:[0-9a-f]{1,3}:|^2001:db8:/.test(address)),
        path,
      ).toEqual([]);
    }
  });
});

describe('the timelines', () => {
  const momentsOf = async (path: string) => readFileSync(join(SAMPLE_WORKSPACE, path), 'utf8');

  it('of the shop agree with the truth to the second', async () => {
    const text = await momentsOf('incidents/INC-4821/timeline.yaml');
    const berlin = (at: number) => new Date(at + 3_600_000).toISOString().slice(11, 19);
    const { waves, rules } = readHttpTruth();
    const ddos = rules.find((rule) => rule.source === 'l7ddos');
    expect(text).toContain(`"${berlin(Math.ceil((ddos?.firstAt ?? 0) / 1_000) * 1_000)}"\n    milestone: mitigated`);
    for (const wave of waves.slice(1)) {
      expect(text).toContain(`at: "${berlin(wave.start)}"`);
      expect(text).toContain(`end: "${berlin(Math.ceil(wave.end / 1_000) * 1_000)}"`);
    }
  });

  it('of the bank agree with the truth to the second', async () => {
    const text = await momentsOf('incidents/INC-4907/timeline.md');
    const utc = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ');
    for (const wave of readNetworkTruth().waves) expect(text).toContain(`| ${utc(wave.end)} |`);
  });

  it('keep some entries from the customer', async () => {
    expect(await momentsOf('incidents/INC-4821/timeline.yaml')).toMatch(
      /visibility: internal[\s\S]*visibility: customer/,
    );
    expect(await momentsOf('incidents/INC-4907/timeline.md')).toMatch(/\| internal +\|/);
  });
});
