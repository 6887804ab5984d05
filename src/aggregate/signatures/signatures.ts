import type { Engine } from '../../engine/engine.ts';
import { SECOND_MS, type TimeWindow } from '../../model/time.ts';
import type { Layer } from '../../model/traffic.ts';
import type { Account } from '../account.ts';
import type { AttackStats, AttackVolume } from '../attack-stats.ts';
import { measureAttack } from '../attack-volume.ts';
import { measurePhase, phaseSpans } from '../phases.ts';
import { createBinder, inWindows } from '../statement.ts';
import { openWindow } from '../wave-stats.ts';
import type { Sighting } from '../waves.ts';
import { countSignature } from './count.ts';
import { fieldNamed } from './fields.ts';
import { type MinedRule, mine } from './mine.ts';
import { conjunctionSql } from './predicate-sql.ts';
import { readSample, type Spans } from './sample.ts';
import { sharpenLayer } from './sharpen.ts';
import { volumeOf } from './volume.ts';

/** A signature of one layer before it is counted, with what is needed for that. */
export interface FoundSignature {
  readonly account: Account;
  readonly rules: readonly MinedRule[];
  readonly spans: Spans;
  /** Attack volume by what exceeds the level before. */
  readonly attack: AttackVolume;
  /** Volume expected in the waves without an attack. */
  readonly expected: number;
}

type Reason = AttackStats['abstained'][number]['reason'];

/** The baseline keeps this distance from the attack: its first seconds may be part of the onset. */
const GUARD_MS = 30 * SECOND_MS;
/** Part of the time before the attack that rules are found on; the rest judges them. */
const TRAIN_PART = 0.7;
/** Less baseline cannot show that a rule matches below 0.1 % of it. */
const FEWEST_BASELINE = 3_000;

/**
 * Looks for what tells the attack from the traffic before it. `account` holds single records of all traffic of the layer;
 * `waves` are in order and not empty; `least` is how much attack there is at least, where more is known of it than that the
 * traffic exceeds its level.
 */
async function findSignature(
  engine: Engine,
  account: Account,
  waves: readonly TimeWindow[],
  least = 0,
): Promise<FoundSignature | { readonly abstained: Reason }> {
  const phases = phaseSpans(account, waves, false);
  const during = await measurePhase(engine, account, phases.during);
  const attack = during && (await measureAttack(engine, account, phases, during));
  const [before] = phases.before;
  const end = (before?.end ?? 0) - GUARD_MS;
  if (!during || !before || end <= before.start || attack?.basis !== 'excess') return { abstained: 'no-baseline' };
  const turn = before.start + Math.floor((TRAIN_PART * (end - before.start)) / SECOND_MS) * SECOND_MS;
  const spans: Spans = {
    attack: phases.during,
    train: [{ start: before.start, end: turn }],
    holdOut: [{ start: turn, end }],
  };
  const sample = await readSample(engine, account, spans);
  if (sample.records.train + sample.records.holdOut < FEWEST_BASELINE) return { abstained: 'too-little-baseline' };
  const expected = Math.max(0, during.total.value - Math.max(attack.total.value, least));
  const mined = mine(sample, { attack: during.total.value, expected });
  return 'abstained' in mined ? mined : { account, rules: mined.rules, spans, attack, expected };
}

/** What a crowd may have in common too: where it comes from, what led it there, what it asks for. */
const OF_A_CROWD: ReadonlySet<string> = new Set([
  'ClientCountry',
  'ClientASN',
  'ClientIP',
  'ClientRequestReferer',
  'ClientRequestMethod',
  'ClientRequestBytes',
  'ClientDeviceType',
  'SourceCountry',
  'SourceASN',
  'IPSourceAddress',
]);
/** A surge is an attack when so much of what is beyond the usual shows the same tool. */
const MOSTLY_TOOL = 0.9;

/** Whether a signature covers nearly all of a surge, and says more of it than a crowd would have in common. */
export async function tellsTool(engine: Engine, account: Account, surge: TimeWindow): Promise<boolean> {
  const tool = await findTool(engine, account, surge, 0);
  if (!tool) return false;
  const counted = await countSignature(engine, tool, [{ number: 1, window: surge }], undefined);
  const covered = counted.rules.reduce((sum, rule) => sum + rule.coverage.value, 0);
  return covered >= MOSTLY_TOOL;
}

/** Fewer senders are a client with a new program: a partner, a monitor, a crawler. */
const FEWEST_SENDERS = 50;

/** Whether a surge of a single value, as faint as it is in all traffic, is one tool on many machines. */
export async function tellsBotnet(
  engine: Engine,
  account: Account,
  surge: TimeWindow & { readonly excess: number },
): Promise<boolean> {
  const { source } = account;
  const tool = source.dimensions.includes('source_ip') && (await findTool(engine, account, surge, surge.excess));
  if (!tool) return false;
  const { rules } = await countSignature(engine, tool, [{ number: 1, window: surge }], undefined);
  const matched = rules.reduce((sum, rule) => sum + rule.matched.value, 0);
  if (rules.length === 0 || matched < MOSTLY_TOOL * surge.excess) return false;
  const binder = createBinder();
  const conditions = rules.map(({ all }) => conjunctionSql(all, source.layer, binder, engine.dialect)).join(' or ');
  const [row] = await engine.query<{ senders: number }>(
    `select ${engine.dialect.distinct('source_ip')} as senders from ${source.relation} where ${inWindows(binder, [surge])} and (${conditions})`,
    binder.values,
  );
  return (row?.senders ?? 0) >= FEWEST_SENDERS;
}

/** A signature with the rules alone that say what a crowd would not have in common; undefined without any. */
async function findTool(
  engine: Engine,
  account: Account,
  surge: TimeWindow,
  least: number,
): Promise<FoundSignature | undefined> {
  if (account.source.intervalMs > 0 || account.source.holds !== 'all') return undefined;
  const found = await findSignature(engine, account, [surge], least);
  if ('abstained' in found) return undefined;
  const { layer } = account.source;
  const rules = found.rules.filter(({ all }) =>
    all.some(({ field }) => !OF_A_CROWD.has(field) && fieldNamed(layer, field)?.field.side === 'sender'),
  );
  return rules.length > 0 ? { ...found, rules } : undefined;
}

/** What was found on each layer; a layer that holds no single records of all traffic is not looked at. */
export type Findings = ReadonlyMap<Layer, FoundSignature | { readonly abstained: Reason }>;

/** Looks for a signature of the waves on every layer that they were seen on. */
export async function findSignatures(
  engine: Engine,
  layers: readonly { readonly layer: Layer; readonly primary: Account }[],
  waves: readonly Sighting[],
): Promise<Findings> {
  const findings = new Map<Layer, FoundSignature | { readonly abstained: Reason }>();
  for (const { layer, primary } of layers) {
    const own = waves.filter((wave) => wave.layers.includes(layer));
    const windows = own.map((wave) => openWindow(wave, primary)).filter((window) => window.end > window.start);
    const least = own.reduce((sum, { excess = 0 }) => sum + excess, 0);
    // Buckets hold no attributes, and a list of what was stopped holds no baseline.
    if (windows.length === 0 || primary.source.intervalMs > 0 || primary.source.holds !== 'all') continue;
    findings.set(layer, await findSignature(engine, primary, windows, least));
  }
  return findings;
}

/** The waves with the edges that the signature of their layer sees. What was seen on two layers, or only stated, stays as it is. */
export async function sharpenWaves(
  engine: Engine,
  findings: Findings,
  waves: readonly Sighting[],
  options: { readonly mergeGapMs: number; readonly named: readonly Sighting[] },
): Promise<Sighting[]> {
  let sharpened = [...waves];
  for (const [layer, found] of findings) {
    if ('abstained' in found) continue;
    const isOwn = (wave: Sighting) => wave.layers.length === 1 && wave.layers[0] === layer && wave.inTraffic;
    const own = await sharpenLayer(engine, found, sharpened.filter(isOwn), options);
    sharpened = [...sharpened.filter((wave) => !isOwn(wave)), ...own];
  }
  return sharpened.sort((a, b) => a.start - b.start);
}

/** The signatures that were found, counted; or why there is none. */
export async function describeSignatures(
  engine: Engine,
  findings: Findings,
  waves: AttackStats['waves'],
  containedAt: number | undefined,
): Promise<Pick<AttackStats, 'signatures' | 'abstained'> & { volumes: ReadonlyMap<Layer, AttackVolume> }> {
  const volumes = new Map<Layer, AttackVolume>();
  const signatures: AttackStats['signatures'][number][] = [];
  const abstained: AttackStats['abstained'][number][] = [];
  for (const [layer, found] of findings) {
    if ('abstained' in found) {
      abstained.push({ layer, reason: found.abstained });
      continue;
    }
    const own = waves
      .filter((wave) => wave.layers.includes(layer))
      .map((wave) => ({ number: wave.number, window: openWindow(wave, found.account) }))
      .filter(({ window }) => window.end > window.start);
    const { rules, parts } = await countSignature(engine, found, own, containedAt);
    const volume = rules.length > 0 ? volumeOf(found, parts, containedAt) : undefined;
    if (volume) {
      signatures.push(...rules);
      volumes.set(layer, volume);
    } else abstained.push({ layer, reason: 'no-separation' });
  }
  return { signatures, abstained, volumes };
}
