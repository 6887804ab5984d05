import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FleetWorkspace {
  readonly customers: number;
  readonly formats: readonly string[];
  /** Log lines of each customer, spread over the week. */
  readonly lines: number;
}

/** The week of the logs, from Monday to Monday, UTC. */
const WEEK = { start: Date.UTC(2026, 10, 16), ms: 7 * 24 * 3_600_000 };
/** When every report of that week is due. */
export const FLEET_NOW = '2026-11-24T12:00:00Z';
export const FLEET_PERIOD = '2026-W47';

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'];
const PATHS = ['/', '/search', '/basket', '/product/4711', '/static/app.js', '/login'];
const COUNTRIES = ['de', 'at', 'us', 'in', 'br'];

/**
 * Writes a workspace with a weekly schedule and customers that each have a small log of the week, some of it attack traffic that
 * was blocked. The same at every call. Addresses, hosts and AS numbers are those reserved for documentation.
 */
export function writeFleetWorkspace(dir: string, { customers, formats, lines }: FleetWorkspace): void {
  for (const folder of ['customers', 'logs']) mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(
    join(dir, 'debrief.yaml'),
    `provider: { name: Northwall }\nschedules:\n  - { id: weekly, cadence: weekly, formats: [${formats.join(', ')}] }\n`,
  );
  for (let index = 0; index < customers; index++) {
    const id = `customer-${String(index + 1).padStart(4, '0')}`;
    writeFileSync(join(dir, 'customers', `${id}.yaml`), customerFile(id, ZONES[index % ZONES.length] ?? 'UTC'));
    writeFileSync(join(dir, 'logs', `${id}.ndjson`), logOf(id, index, lines));
  }
}

function customerFile(id: string, timeZone: string): string {
  return `id: ${id}
name: ${id.replace('-', ' ')} Ltd
timeZone: ${timeZone}
zones: [${id}.example]
weekly:
  traffic:
    - file: ../logs/${id}.ndjson
`;
}

function logOf(id: string, index: number, lines: number): string {
  const records = Array.from({ length: lines }, (_, line) => {
    const startedAt = WEEK.start + Math.floor((line * WEEK.ms) / lines) + ((line * 131 + index * 17) % 1_000);
    const isAttack = (line + index) % 7 === 0;
    return JSON.stringify({
      EdgeStartTimestamp: new Date(startedAt).toISOString(),
      EdgeEndTimestamp: new Date(startedAt + 60).toISOString(),
      RayID: `${index.toString(16).padStart(4, '0')}${line.toString(16).padStart(12, '0')}`,
      ZoneName: `${id}.example`,
      ClientRequestHost: `www.${id}.example`,
      ClientRequestMethod: 'GET',
      ClientRequestProtocol: 'HTTP/2',
      ClientRequestSource: 'eyeball',
      EdgeColoCode: 'FRA',
      ClientIP: isAttack ? `192.0.2.${1 + (line % 200)}` : `198.51.100.${1 + (line % 250)}`,
      ClientASN: isAttack ? 64_511 : 64_496,
      ClientCountry: COUNTRIES[(line * 3 + index) % COUNTRIES.length],
      ClientRequestPath: isAttack ? '/search' : PATHS[line % PATHS.length],
      ClientRequestUserAgent: isAttack ? 'python-requests/2.32.3' : 'Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0',
      EdgeResponseStatus: isAttack ? 403 : 200,
      EdgeResponseBytes: isAttack ? 1_200 : 18_000 + ((line * 977) % 9_000),
      OriginResponseStatus: isAttack ? 0 : 200,
      OriginResponseDurationMs: isAttack ? 0 : 40 + ((line * 13) % 30),
      CacheCacheStatus: isAttack ? 'unknown' : 'dynamic',
      SecurityAction: isAttack ? 'block' : '',
      SecurityActions: isAttack ? ['block'] : [],
      SecuritySources: isAttack ? ['firewallManaged'] : [],
      SecurityRuleIDs: isAttack ? ['0ab1c2d3e4f5061728394a5b6c7d8e9f'] : [],
    });
  });
  return `${records.join('\n')}\n`;
}
