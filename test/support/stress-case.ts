import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** How much of everything the case holds. */
export const STRESS = { targets: 200, rules: 40, waves: 30, entries: 2_000, nameLength: 80 } as const;

const START = Date.UTC(2026, 10, 17, 8, 0, 0);
const WAVE_MS = 60_000;
/** From one wave to the next: longer than what is joined to one. */
const PERIOD_MS = 300_000;
const FIRST_WAVE = START + 600_000;
const END = FIRST_WAVE + STRESS.waves * PERIOD_MS;
/** No traffic at all between two waves, twice. */
const SILENCES = [5, 17].map((wave) => ({
  start: FIRST_WAVE + wave * PERIOD_MS + 90_000,
  end: FIRST_WAVE + (wave + 1) * PERIOD_MS - 30_000,
}));

const SCRIPTS = [
  '東京データセンター決済基盤',
  'بوابة الدفع الإلكتروني',
  'Payment gateway of the northern region',
  '決済',
];

/** A name of exactly 80 characters that differs from its neighbours at both ends; every fourth is a short one. */
export function stressName(kind: string, index: number): string {
  const name = `${kind} ${index + 1} ${SCRIPTS[index % SCRIPTS.length]}`;
  if (index % 4 === 3) return name;
  const characters = Array.from(`${name} ${'segment of the estate that is watched, '.repeat(4)}`);
  return `${characters
    .slice(0, STRESS.nameLength - 4)
    .join('')
    .trimEnd()} ${index + 1}`.slice(0, STRESS.nameLength);
}

/** A host of up to 80 characters; a third of them in one long label without a place to break. */
export function stressHost(index: number): string {
  const label = index % 3 === 0 ? 'n'.repeat(60) : 'shop-of-the-northern-region-behind-the-edge';
  return `h${index + 1}-${label}.acme.example`;
}

/**
 * A workspace with an attack in thirty waves on two hundred targets, stopped by forty rules, told in two thousand entries, with
 * names of eighty characters in Latin, Arabic and Japanese letters, and twice no traffic at all for minutes.
 */
export async function makeStressCase(): Promise<{ readonly dir: string; readonly remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'debrief-stress-'));
  const files: Record<string, string> = {
    'debrief.yaml': yaml({ provider: { name: stressName('Provider', 0), contact: 'soc@provider.example' } }),
    'customers/acme.yaml': yaml({
      id: 'acme',
      name: stressName('株式会社さくら', 1),
      zones: ['acme.example'],
      timeZone: 'Asia/Tokyo',
    }),
    'incidents/logs/requests.ndjson': requests()
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(''),
    'incidents/timeline.yaml': yaml({ entries: entries() }),
    'incidents/INC-1.yaml': yaml({
      customer: 'acme',
      id: 'INC-1',
      title: stressName('Flood', 0),
      traffic: [{ file: 'logs/*.ndjson' }],
      timeline: [{ file: 'timeline.yaml' }],
    }),
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** JSON is YAML, and every text in it is escaped. */
function yaml(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function requests(): object[] {
  const rows: object[] = [];
  const add = (at: number, isFlood: boolean) => {
    const n = rows.length;
    rows.push({
      EdgeStartTimestamp: new Date(at).toISOString(),
      RayID: `ray-${n}`,
      ZoneName: 'acme.example',
      ClientIP: `198.51.${isFlood ? 100 : 101}.${n % 250}`,
      ClientASN: 64_496 + (n % 15),
      ClientASNDescription: stressName('Network', n % 15),
      ClientCountry: ['de', 'jp', 'sa', 'us'][n % 4],
      ClientRequestHost: stressHost(n % STRESS.targets),
      ClientRequestMethod: isFlood ? 'POST' : 'GET',
      ClientRequestPath: `/${stressName('path', n % 60).replaceAll(' ', '-')}`,
      ClientRequestProtocol: 'HTTP/2',
      ClientRequestUserAgent: isFlood ? stressName('Tool', n % 3) : stressName('Browser', n % 9),
      EdgeResponseStatus: isFlood ? 403 : 200,
      EdgeResponseBytes: 100,
      OriginResponseStatus: isFlood ? 0 : 200,
      SecurityAction: isFlood ? 'block' : '',
      SecuritySources: isFlood ? ['l7ddos'] : [],
      SecurityActions: isFlood ? ['block'] : [],
      SecurityRuleID: isFlood ? `rule-${(n % STRESS.rules) + 1}` : '',
      SecurityRuleDescription: isFlood ? stressName('Rule', n % STRESS.rules) : '',
    });
  };
  for (let at = START; at < END; at += 1_000)
    if (!SILENCES.some(({ start, end }) => at >= start && at < end)) add(at, false);
  for (let wave = 0; wave < STRESS.waves; wave++)
    for (let at = 0; at < WAVE_MS; at += 60) add(FIRST_WAVE + wave * PERIOD_MS + at, true);
  return rows;
}

function entries(): object[] {
  const actors = ['soc', 'customer', 'automatic', 'soc'] as const;
  return Array.from({ length: STRESS.entries }, (_, n) => ({
    at: new Date(FIRST_WAVE + Math.floor((n * (END - FIRST_WAVE)) / STRESS.entries)).toISOString(),
    title: stressName('Entry', n),
    detail: stressName('Detail', n + 1),
    actor: stressName('Analyst', n % 7),
    actorKind: actors[n % actors.length],
    visibility: 'customer',
  }));
}
