import { createReadStream, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import {
  type Answers,
  type Breakdown,
  CASE_WINDOW,
  curveOf,
  DIMENSIONS,
  type Latency,
  MITIGATED,
  phaseOf,
  type Rule,
  type SecondRow,
  type Wave,
} from './answers.ts';
import { overTime } from './over-time.ts';

/*
 * The reference "naive": JSON.parse and Maps in one thread, as a first script for this log would be. Same answers as by-hand.ts.
 *
 * node naive.js ANSWERS.json WAVES.json FILE...
 */

/** The fields that are used; the data is our own. */
interface LogRecord {
  EdgeStartTimestamp: number;
  RayID: string;
  ZoneName: string;
  ClientIP: string;
  ClientASN: number;
  ClientCountry: string;
  ClientRequestHost: string;
  ClientRequestPath: string;
  ClientRequestMethod: string;
  ClientRequestProtocol: string;
  ClientRequestUserAgent: string;
  ClientRequestSource: string;
  EdgeResponseStatus: number;
  EdgeResponseBytes: number;
  OriginResponseStatus: number;
  OriginResponseDurationMs: number;
  CacheCacheStatus: string;
  EdgeColoCode: string;
  JA3Hash: string;
  JA4: string;
  SecurityAction: string;
  SecurityActions: string[];
  SecuritySources: string[];
  SecurityRuleID: string;
  SecurityRuleIDs: string[];
  SecurityRuleDescription: string;
}

const SYSTEMS: Readonly<Record<string, string>> = {
  l7ddos: 'ddos-managed',
  firewallManaged: 'waf-managed',
  firewallCustom: 'waf-custom',
  rateLimit: 'rate-limiting',
  botManagement: 'bot-management',
};

const [answersFile = '', wavesJson = '[]', ...files] = process.argv.slice(2);
// Written by `analysis.ts` a moment ago.
const waves = JSON.parse(wavesJson) as Wave[];

const rays = new Set<string>();
const owners = new Set<string>();
const inputs = new Map<string, number>();
const seconds = new Map<string, { -readonly [K in keyof SecondRow]: SecondRow[K] }>();
const groups = DIMENSIONS.map(() => new Map<string | null, { n: number; mitigated: number; before: number }>());
const latencies = new Map<string, number[]>();
const rules = new Map<string, { -readonly [K in keyof Rule]: Rule[K] }>();
const targets = new Map<string, number>();
const firstMitigated = new Map<string, number>();
const counts = { rows: 0, leftOut: 0, unreadable: 0 };

for (const file of files) await eachLine(file, (line) => readLine(line, file));
writeFileSync(answersFile, JSON.stringify(answers()));

async function eachLine(file: string, visit: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) visit(line);
  }
  if (rest !== '') visit(rest);
}

function readLine(line: string, file: string): void {
  counts.rows++;
  inputs.set(file, (inputs.get(file) ?? 0) + 1);
  let record: LogRecord;
  try {
    record = JSON.parse(line) as LogRecord;
  } catch {
    counts.unreadable++;
    return;
  }
  rays.add(record.RayID);
  owners.add(record.ClientRequestHost.toLowerCase()).add(record.ZoneName.toLowerCase());
  if (record.ClientRequestSource !== 'eyeball') counts.leftOut++;
  // Nanoseconds do not fit a number exactly; the log has whole milliseconds.
  else count(record, Math.round(record.EdgeStartTimestamp / 1e6));
}

function count(record: LogRecord, t: number): void {
  if (t < CASE_WINDOW.start || t >= CASE_WINDOW.end) return;
  const acted = record.SecurityAction || (record.SecurityActions.at(-1) ?? null);
  const product = acted === null ? undefined : record.SecuritySources[record.SecurityActions.indexOf(acted)];
  const disposition = dispositionOf(acted, product);
  const system = (product !== undefined && SYSTEMS[product]) || null;
  const action = acted?.toLowerCase() ?? null;
  const rule = record.SecurityRuleID || (record.SecurityRuleIDs.at(-1) ?? null);
  const host = record.ClientRequestHost.toLowerCase();
  const phase = phaseOf(t, waves);
  const isMitigated = MITIGATED.includes(disposition);
  countSecond(record, t - (t % 1_000), disposition, system);
  increase(targets, `${t - (t % 60_000)} ${host}`);
  if (record.OriginResponseStatus > 0)
    for (const slot of [phase, String(t - (t % 15_000))]) push(latencies, slot, record.OriginResponseDurationMs);
  if (isMitigated && phase === 'during') {
    const key = `${waves.findIndex(({ start, end }) => t >= start && t < end) + 1} ${system}`;
    firstMitigated.set(key, Math.min(t, firstMitigated.get(key) ?? t));
  }
  if (phase !== 'during' && phase !== 'before') return;
  if (rule !== null) countRule(record, { id: rule, system: system ?? '', action: action ?? '', disposition }, t, phase);
  const values = [
    record.ClientIP,
    prefixOf(record.ClientIP),
    String(record.ClientASN),
    record.ClientCountry.toUpperCase(),
    system,
    rule,
    action,
    record.EdgeColoCode,
    host,
    record.ClientRequestPath,
    record.ClientRequestMethod,
    record.ClientRequestProtocol,
    record.ClientRequestUserAgent || null,
    record.JA3Hash || null,
    record.JA4 || null,
    String(record.EdgeResponseStatus),
    record.OriginResponseStatus === 0 ? null : String(record.OriginResponseStatus),
    record.CacheCacheStatus.toLowerCase() || null,
  ];
  for (const [i, group] of groups.entries()) {
    const key = values[i] ?? null;
    let sums = group.get(key);
    if (!sums) {
      sums = { n: 0, mitigated: 0, before: 0 };
      group.set(key, sums);
    }
    if (phase === 'before') sums.before++;
    else {
      sums.n++;
      if (isMitigated) sums.mitigated++;
    }
  }
}

function dispositionOf(acted: string | null, product: string | undefined): string {
  if (acted === 'block') return product === 'rateLimit' ? 'rate_limited' : 'blocked';
  return acted === 'managedChallenge' ? 'challenged' : acted === 'log' ? 'logged' : 'passed';
}

function countSecond(record: LogRecord, t: number, disposition: string, system: string | null): void {
  const key = `${t} ${disposition} ${system}`;
  let row = seconds.get(key);
  if (!row) {
    row = { t, disposition, system, requests: 0, bytes: 0, answered: 0, errors: 0, lost: 0 };
    seconds.set(key, row);
  }
  const { OriginResponseStatus: origin, EdgeResponseStatus: edge } = record;
  row.requests++;
  row.bytes += record.EdgeResponseBytes;
  if (origin > 0) row.answered++;
  if (origin >= 500 && origin < 600) row.errors++;
  if (origin === 0 && edge >= 520 && edge <= 527) row.lost++;
}

function countRule(
  record: LogRecord,
  name: Pick<Rule, 'id' | 'system' | 'action' | 'disposition'>,
  t: number,
  phase: 'during' | 'before',
): void {
  const key = Object.values(name).join(' ');
  let rule = rules.get(key);
  if (!rule) {
    rule = { ...name, name: '', requests: 0, first: Number.POSITIVE_INFINITY, last: 0, before: 0 };
    rules.set(key, rule);
  }
  const description = record.SecurityRuleDescription;
  if (description !== '' && (rule.name === '' || description < rule.name)) rule.name = description;
  if (phase === 'before') {
    rule.before++;
    return;
  }
  rule.requests++;
  rule.first = Math.min(rule.first, t);
  rule.last = Math.max(rule.last, t);
}

function prefixOf(address: string): string {
  if (!address.includes(':')) return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
  return `${address.split(':', 3).join(':')}::/48`;
}

function increase(sums: Map<string, number>, key: string): void {
  sums.set(key, (sums.get(key) ?? 0) + 1);
}

function push(lists: Map<string, number[]>, key: string, value: number): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function answers(): Answers {
  return {
    ...counts,
    duplicates: counts.rows - counts.unreadable - rays.size,
    owners: [...owners].sort(),
    inputs: Object.fromEntries([...inputs].map(([file, n]) => [basename(file), n])),
    overTime: overTime([...seconds.values()], waves),
    breakdowns: Object.fromEntries(DIMENSIONS.map(({ name }, i) => [name, breakdownOf(i)])),
    latency: Object.fromEntries([...latencies].map(([slot, values]) => [slot, latencyOf(values)])),
    rules: [...rules.values()]
      .filter(({ requests }) => requests > 0)
      .sort((a, b) => b.requests - a.requests || (`${a.id} ${a.disposition}` < `${b.id} ${b.disposition}` ? -1 : 1))
      .slice(0, 25),
    targets: Object.fromEntries(targets),
    firstMitigated: Object.fromEntries(firstMitigated),
  };
}

function breakdownOf(index: number): Breakdown {
  const dimension = DIMENSIONS[index];
  const all = [...(groups[index] ?? [])];
  const known = all.flatMap(([key, sums]) => (key === null || sums.n === 0 ? [] : [{ key, ...sums }]));
  known.sort((a, b) => b.n - a.n || (a.key < b.key ? -1 : 1));
  return {
    total: all.reduce((sum, [, { n }]) => sum + n, 0),
    distinct: known.length,
    unknown: groups[index]?.get(null)?.n ?? 0,
    items: known.slice(0, dimension?.items).map(({ key, n, mitigated, before }) => [key, n, mitigated, before]),
    curve: dimension?.curve ? curveOf(known.map(({ n }) => ({ volume: n, values: 1 }))) : {},
  };
}

/** Nearest rank. */
function latencyOf(values: number[]): Latency {
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.ceil(share * values.length) - 1] ?? 0;
  return { rows: values.length, p50: at(0.5), p95: at(0.95) };
}
