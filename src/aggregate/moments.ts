import type { Engine } from '../engine/engine.ts';
import type { TimelineEntry } from '../ingest/ingest.ts';
import { SECOND_MS, type TimeWindow } from '../model/time.ts';
import type { Layer } from '../model/traffic.ts';
import { type Account, MITIGATED } from './account.ts';
import type { KnownAttack } from './attack-ids.ts';
import type { Clock } from './attack-stats.ts';
import type { MeasuredMoments } from './clocks.ts';
import { findContainment } from './containment.ts';
import { findFirstMitigations } from './first-mitigation.ts';
import { FLOOD_SYSTEMS, type Load, readLoad, searchStep } from './load.ts';
import { phaseSpans } from './phases.ts';
import { conjunctionSql } from './signatures/predicate-sql.ts';
import type { Findings, FoundSignature } from './signatures/signatures.ts';
import { bucketOf, createBinder, inWindows } from './statement.ts';
import { openWindow } from './wave-stats.ts';
import type { Sighting } from './waves.ts';

interface MomentFacts {
  readonly signatures: Findings;
  readonly waves: readonly Sighting[];
  readonly attacks: readonly KnownAttack[];
  readonly timeline: readonly TimelineEntry[];
  readonly layers: readonly { readonly layer: Layer; readonly primary: Account; readonly mine: readonly Account[] }[];
}

/** A source with longer buckets cannot tell containment held for a minute. */
const COARSEST_CONTAINMENT_MS = 10 * SECOND_MS;
/** An edge of a wave may be this much late; what was mitigated shortly before belongs to it. */
const LEAD_MS = 10 * SECOND_MS;

/**
 * The moments that the data shows: first attack, detection, first mitigation and containment of the first wave, end of the
 * last. Attack traffic that was mitigated before the wave was seen to begin moves the first attack to that second.
 */
export async function measureMoments(engine: Engine, facts: MomentFacts): Promise<MeasuredMoments> {
  const [wave] = facts.waves;
  if (!wave || wave.basis === 'timeline') return {};
  const layers = facts.layers.filter((candidate) => wave.layers.includes(candidate.layer));
  const statedOnly = isStatedOnly(wave, facts.attacks);
  const evidence = statedOnly
    ? evidenceOfIds(wave, facts.attacks)
    : [...new Set(layers.flatMap((layer) => layer.primary.source.evidence))];
  const acting = layers.flatMap(
    (layer) => layer.mine.find((account) => account.timed && account.source.knowsDisposition) ?? [],
  );
  const acts: Act[] = [];
  for (const account of acting) {
    for (const { at, system } of await firstMitigations(engine, account, wave, facts.waves))
      acts.push({ at, system, account });
  }
  const [first] = acts.sort((a, b) => a.at - b.at);
  const begin: Clock = {
    at: wave.firstMatch?.at ?? wave.start,
    resolutionMs: wave.firstMatch?.uncertaintyMs ?? wave.uncertaintyMs,
    from: statedOnly ? 'attack-ids' : 'logs',
    evidence,
  };
  const contained = first && (await containmentOfAll(engine, acting, wave, facts));
  const detected = detection(facts, wave, acts);
  const ended = endOf(facts, evidence);
  return {
    firstAttack: first && first.at < begin.at ? clockOf(first) : begin,
    ...(detected && { detected }),
    ...(first && { mitigated: clockOf(first) }),
    ...(first && contained && { contained: { ...contained, at: Math.max(contained.at, first.at) } }),
    ...(ended && { ended }),
  };
}

/** A system that began to act on the attack. */
interface Act {
  readonly at: number;
  readonly system: string | undefined;
  readonly account: Account;
}

function clockOf({ at, account }: Act): Clock {
  return { at, resolutionMs: account.grainMs, from: 'logs', evidence: account.source.evidence };
}

async function firstMitigations(engine: Engine, account: Account, wave: Sighting, waves: readonly Sighting[]) {
  const window = openWindow(wave, account);
  const span = {
    start: Math.min(window.start - Math.max(LEAD_MS, wave.uncertaintyMs), wave.firstMatch?.at ?? window.start),
    end: Math.max(window.end, window.start + account.grainMs),
  };
  return findFirstMitigations(engine, account, span, quietTime(account, span, waves));
}

/** The time before the first wave, less the lead in which the attack may already have begun. */
function quietTime(account: Account, span: TimeWindow, waves: readonly Sighting[]): TimeWindow[] {
  const { before } = phaseSpans(
    account,
    waves.map((wave) => openWindow(wave, account)),
    false,
  );
  return before
    .map((quiet) => ({ start: quiet.start, end: Math.min(quiet.end, span.start) }))
    .filter((quiet) => quiet.end > quiet.start);
}

/** An attack on two layers is contained when it is on both. */
async function containmentOfAll(
  engine: Engine,
  acting: readonly Account[],
  wave: Sighting,
  { waves, signatures }: MomentFacts,
): Promise<Clock | undefined> {
  let latest: Clock | undefined;
  for (const account of acting) {
    const stepMs = searchStep(account);
    if (stepMs > COARSEST_CONTAINMENT_MS) return undefined;
    const window = openWindow(wave, account);
    const frame = { start: account.extent.start, end: Math.max(account.extent.end, window.end) };
    const quiet = quietTime(account, window, waves);
    const load = await readLoad(engine, account, frame, stepMs);
    const found = signatures.get(account.source.layer);
    const matched =
      found && 'rules' in found && found.account === account
        ? await readMatchedLoad(engine, found, load, window, quiet)
        : undefined;
    const at = findContainment(matched ?? load, window, wave.end === undefined, matched ? [] : quiet);
    if (at === undefined) return undefined;
    if (!latest || at > latest.at)
      latest = { at, resolutionMs: stepMs, from: 'logs', evidence: account.source.evidence };
  }
  return latest;
}

/** Part of what exceeds the quiet level that the signature has to match to stand for the attack. */
const MATCHED_SHARE = 0.9;

/**
 * The load of what the signature matches, which has no quiet level to be told from. Undefined where it matches clearly less than
 * what exceeds that level: what it leaves out may have fared otherwise.
 */
async function readMatchedLoad(
  engine: Engine,
  { account, rules }: FoundSignature,
  load: Load,
  wave: TimeWindow,
  quiet: readonly TimeWindow[],
): Promise<Load | undefined> {
  const { grid } = load;
  const { source, quantity } = account;
  const binder = createBinder();
  const matches = rules.map(({ all }) => conjunctionSql(all, source.layer, binder, engine.dialect)).join(' or ');
  const rows = await engine.query<{ t: number; total: number | null; mitigated: number | null }>(
    `select ${bucketOf(grid.stepMs, account.offsetMs % grid.stepMs)} as t, sum(${quantity}) as total,
            sum(${quantity}) filter (where ${MITIGATED}) as mitigated
       from ${source.relation} where ${inWindows(binder, [wave])} and (${matches}) group by 1`,
    binder.values,
  );
  const blank = () => load.total.map((value): number | null => (value === null ? null : 0));
  const [total, mitigated] = [blank(), blank()];
  for (const row of rows) {
    const index = Math.round((row.t - grid.start) / grid.stepMs);
    total[index] = row.total ?? 0;
    mitigated[index] = row.mitigated ?? 0;
  }
  const sumIn = (values: readonly (number | null)[], spans: readonly TimeWindow[]) => {
    const inside = values.filter((_, index) => {
      const at = grid.start + index * grid.stepMs;
      return spans.some((span) => at + grid.stepMs > span.start && at < span.end);
    });
    return { sum: inside.reduce<number>((sum, value) => sum + (value ?? 0), 0), count: inside.length };
  };
  const usual = sumIn(load.total, quiet);
  const inWave = sumIn(load.total, [wave]);
  const excess = inWave.sum - (usual.count > 0 ? (usual.sum / usual.count) * inWave.count : 0);
  const matched = sumIn(total, [wave]).sum;
  return matched > 0 && matched >= MATCHED_SHARE * excess ? { ...load, total, mitigated } : undefined;
}

/**
 * First detection by a system: the first packet that a log marks with an attack id, or the first act of a system that acts on
 * floods only, which must have seen one; where logs tell neither, the start that a system states for its attack id.
 */
function detection(facts: MomentFacts, wave: Sighting, acts: readonly Act[]): Clock | undefined {
  const mine = facts.attacks.filter((attack) => wave.attackIds.includes(attack.id));
  const seen = mine.flatMap((attack): Clock[] =>
    attack.loggedAt === undefined
      ? []
      : [{ at: attack.loggedAt, resolutionMs: attack.uncertaintyMs, from: 'logs', evidence: attack.evidence }],
  );
  const acted = acts.find(({ system }) => FLOOD_SYSTEMS.some((name) => name === system));
  if (acted) seen.push(clockOf(acted));
  const stated = mine.flatMap((attack): Clock[] =>
    attack.start === undefined
      ? []
      : [{ at: attack.start, resolutionMs: attack.uncertaintyMs, from: 'attack-ids', evidence: attack.evidence }],
  );
  return earliest(seen) ?? earliest(stated);
}

function earliest(clocks: readonly Clock[]): Clock | undefined {
  return clocks.reduce<Clock | undefined>((best, clock) => (!best || clock.at < best.at ? clock : best), undefined);
}

/** End of the last wave, unless one is running. One that people closed keeps their word as its origin. */
function endOf(facts: MomentFacts, evidence: readonly string[]): Clock | undefined {
  const last = facts.waves.reduce<Sighting | undefined>(
    (best, wave) => (!best || (wave.end ?? Infinity) > (best.end ?? Infinity) ? wave : best),
    undefined,
  );
  if (last?.end === undefined) return undefined;
  const statement = facts.timeline.find(
    (entry) => entry.visibility === 'customer' && entry.milestone === 'attack_end' && entry.at === last.end,
  );
  if (statement)
    return { at: last.end, resolutionMs: statement.precisionMs, from: 'timeline', evidence: [statement.input] };
  return isStatedOnly(last, facts.attacks)
    ? {
        at: last.end,
        resolutionMs: last.uncertaintyMs,
        from: 'attack-ids',
        evidence: evidenceOfIds(last, facts.attacks),
      }
    : { at: last.end, resolutionMs: last.uncertaintyMs, from: 'logs', evidence };
}

/** Whether nothing but statements of systems tells of the wave. */
function isStatedOnly(wave: Sighting, attacks: readonly KnownAttack[]): boolean {
  const mine = attacks.filter((attack) => wave.attackIds.includes(attack.id));
  return !wave.inTraffic && mine.every((attack) => attack.loggedAt === undefined);
}

function evidenceOfIds(wave: Sighting, attacks: readonly KnownAttack[]): string[] {
  return [
    ...new Set(attacks.filter((attack) => wave.attackIds.includes(attack.id)).flatMap((attack) => attack.evidence)),
  ];
}
