import { type AttackStats, type Effect, type LayerStats, leadingLayer } from '../aggregate/aggregate.ts';
import {
  findRecurrence,
  type Severity,
  spoofedSources,
  spoofingOf,
  vectorsOf,
  vectorsOfAll,
} from '../insight/insight.ts';
import type { Dimension } from '../model/dimension.ts';
import type { Measure } from '../model/measure.ts';
import { MINUTE_MS, SECOND_MS } from '../model/time.ts';
import type { Analysis, Estimate } from './report-model.ts';
import { isoTime } from './tables.ts';

/** Names of Logpush for the dimensions of the machine-readable result. */
const LOGPUSH_NAMES: Readonly<Record<'http' | 'network', Readonly<Partial<Record<Dimension, string>>>>> = {
  http: {
    source_ip: 'ClientIP',
    source_asn: 'ClientASN',
    source_country: 'ClientCountry',
    host: 'ClientRequestHost',
    path: 'ClientRequestPath',
    method: 'ClientRequestMethod',
    http_version: 'ClientRequestProtocol',
    user_agent: 'ClientRequestUserAgent',
    ja3: 'JA3Hash',
    ja4: 'JA4',
    status: 'EdgeResponseStatus',
    origin_status: 'OriginResponseStatus',
    cache_status: 'CacheCacheStatus',
    data_centre: 'EdgeColoCode',
    action: 'SecurityAction',
    rule: 'SecurityRuleID',
  },
  network: {
    source_ip: 'IPSourceAddress',
    source_asn: 'SourceASN',
    source_country: 'SourceCountry',
    source_port: 'SourcePort',
    destination_ip: 'IPDestinationAddress',
    destination_port: 'DestinationPort',
    transport: 'IPProtocolName',
    tcp_flags: 'TCPFlagsString',
    vector: 'AttackVector',
    attack_id: 'AttackID',
    mitigation_system: 'MitigationSystem',
    rule: 'RuleID',
    data_centre: 'ColoCode',
    data_centre_country: 'ColoCountry',
  },
};

/** The machine-readable result. A key without evidence is absent, never zero. */
export function analyse(stats: AttackStats, severity: Severity): Analysis {
  const main = leadingLayer(stats);
  const peaks = main?.peaks.filter(({ metric }) => metric === main.whole.meanRate.unit) ?? [];
  const over = (windowMs: number) => peaks.find(({ measure }) => measure.windowMs === windowMs)?.measure;
  const headline = peaks.find((peak) => peak.headline)?.measure;
  const [peak10s, peak60s] = [over(10 * SECOND_MS), over(MINUTE_MS)];
  const spoofed = spoofedSources(stats);
  const recurrence = findRecurrence(stats);
  const mitigate = stats.clocks.timeToMitigate;
  return {
    attackDetected: stats.waves.length > 0,
    severity: { level: severity.level, reasons: severity.reasons.map(({ id, level }) => ({ id, level })) },
    waves: stats.waves.map((wave) => ({
      start: isoTime(wave.start),
      ...(wave.end !== undefined && { end: isoTime(wave.end) }),
      uncertaintySeconds: wave.uncertaintyMs / SECOND_MS,
      vectors: vectorsOf(wave).map((vector) => vector.slug),
    })),
    signatures: stats.signatures.map(({ all, coverage, collateral }) => ({
      all,
      coverage: estimateOf(coverage),
      collateral: estimateOf(collateral),
    })),
    minutes: main ? minutesOf(main) : [],
    attributes: main ? attributesOf(main) : {},
    ...ruleEffectsOf(stats.layers),
    ...attackOf(main),
    ...(headline?.windowMs !== undefined && {
      peak: { ...estimateOf(headline), windowSeconds: headline.windowMs / SECOND_MS },
    }),
    ...(peak10s && { peak10s: estimateOf(peak10s) }),
    ...(peak60s && { peak60s: estimateOf(peak60s) }),
    ...(mitigate && mitigate.value >= 0 && { timeToMitigateSeconds: mitigate.value / SECOND_MS }),
    ...(spoofed !== undefined && { spoofed }),
    vectors: vectorsOfAll(stats).map((vector) => vector.slug),
    ...(recurrence && { recurringSourceIncidents: recurrence.incidents.map(({ incidentId }) => incidentId) }),
  };
}

function ruleEffectsOf(layers: readonly LayerStats[]): Pick<Analysis, 'ruleEffects'> {
  const systems = layers.flatMap(({ layer, systems }) =>
    systems.flatMap(({ system, effect }) => (effect ? [{ layer, system, ...effectOf(effect) }] : [])),
  );
  const rules = layers.flatMap((layer) =>
    layer.rules.flatMap(({ id, name, system, disposition, effect, alone, before }) =>
      effect
        ? [
            {
              layer: layer.layer,
              rule: id,
              name,
              system,
              mode: disposition === 'logged' ? ('logged-only' as const) : ('acted' as const),
              ...effectOf(effect),
              ...(alone && { alone: estimateOf(alone) }),
              before: estimateOf(before),
            },
          ]
        : [],
    ),
  );
  if (systems.length === 0 && rules.length === 0) return {};
  const overlaps = layers.flatMap(({ layer, ruleOverlaps = [] }) =>
    ruleOverlaps.map(({ stoppedBy, alsoMatched, total, attack }) => ({
      layer,
      stoppedBy: stoppedBy.id,
      alsoMatched: alsoMatched.id,
      outcome: alsoMatched.disposition,
      total: estimateOf(total),
      ...(attack && { attack: estimateOf(attack) }),
    })),
  );
  const seesOthers = layers.some(({ ruleOverlaps }) => ruleOverlaps !== undefined);
  return { ruleEffects: { systems, rules, ...(seesOthers && { overlaps }) } };
}

function effectOf(effect: Effect) {
  const { total, attack, other, ofAttack, beforeContainment, afterContainment, waves } = effect;
  return {
    stopped: estimateOf(total),
    ...(attack && { attack: estimateOf(attack) }),
    ...(other && { other: estimateOf(other) }),
    ...(ofAttack && { shareOfAttack: estimateOf(ofAttack) }),
    ...(beforeContainment && { beforeContainment: estimateOf(beforeContainment) }),
    ...(afterContainment && { afterContainment: estimateOf(afterContainment) }),
    waves: waves.map((wave) => ({
      wave: wave.number,
      stopped: estimateOf(wave.total),
      ...(wave.attack && { attack: estimateOf(wave.attack) }),
      ...(wave.ofAttack && { shareOfAttack: estimateOf(wave.ofAttack) }),
    })),
  };
}

/** The attack by its signature where there is one, else by what exceeds the level before. */
function attackOf(
  main: LayerStats | undefined,
): Pick<Analysis, 'attackTotal' | 'mitigatedShare' | 'reachedOrigin' | 'legitimateMitigated'> {
  const attack = main?.attack;
  return {
    ...(attack && { attackTotal: estimateOf(attack.total) }),
    ...(attack?.efficacy && { mitigatedShare: estimateOf(attack.efficacy) }),
    ...(attack?.reachedOrigin && { reachedOrigin: estimateOf(attack.reachedOrigin) }),
    ...(attack?.legitimateMitigated && { legitimateMitigated: estimateOf(attack.legitimateMitigated) }),
  };
}

function minutesOf(layer: LayerStats): Analysis['minutes'] {
  return layer.minutes.map(({ start, total, bytes, mitigated, origin, origin5xx }) => ({
    t: isoTime(start),
    [layer.unit]: estimateOf(total),
    ...(layer.layer === 'network' &&
      bytes && {
        bits: estimateOf({
          ...bytes,
          value: bytes.value * 8,
          ...(bytes.interval && { interval: { lower: bytes.interval.lower * 8, upper: bytes.interval.upper * 8 } }),
        }),
      }),
    ...(mitigated && { [layer.layer === 'network' ? 'dropped' : 'mitigated']: estimateOf(mitigated) }),
    ...(origin && { origin: estimateOf(origin) }),
    ...(origin5xx && { origin5xx: estimateOf(origin5xx) }),
  }));
}

const SENDERS: readonly Dimension[] = ['source_ip', 'source_prefix', 'source_asn', 'source_country'];

/** Forged senders are left out; the country of a packet's sender is told only where senders are known to be real. */
function attributesOf(layer: LayerStats): Analysis['attributes'] {
  const names = LOGPUSH_NAMES[layer.layer];
  const spoofed = layer.layer === 'network' ? spoofingOf(layer) : false;
  const hidden: readonly Dimension[] = spoofed === true ? SENDERS : spoofed === false ? [] : ['source_country'];
  const found = layer.breakdowns.filter(
    ({ scope, dimension }) => scope === 'attack' && names[dimension] && !hidden.includes(dimension),
  );
  return Object.fromEntries(
    found.map((breakdown) => [
      names[breakdown.dimension] ?? breakdown.dimension,
      Object.fromEntries(breakdown.items.map((item) => [item.key, estimateOf(item.total)])),
    ]),
  );
}

function estimateOf(measure: Measure): Estimate {
  return {
    estimate: measure.value,
    lower: measure.interval?.lower ?? measure.value,
    upper: measure.interval?.upper ?? measure.value,
  };
}
