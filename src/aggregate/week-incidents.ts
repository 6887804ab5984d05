import type { PastPeak, StoredIncident } from '../archive/archive.ts';
import type { Dimension } from '../model/dimension.ts';
import type { Measure } from '../model/measure.ts';
import { MINUTE_MS, SECOND_MS, type TimeWindow, unionDuration } from '../model/time.ts';
import type { Layer } from '../model/traffic.ts';
import { LEADING_RATE } from './leading-layer.ts';
import type { WeekIncident, WeekStats } from './week-stats.ts';

type EvidentIncident = StoredIncident & { readonly hasPage?: boolean; readonly evidence?: readonly string[] };

/** A wave of an incident, cut to a period. */
export interface WaveOfPeriod {
  readonly incident: string;
  readonly window: TimeWindow;
  readonly vectors: readonly string[];
}

/** Every wave on record that reaches into a period, cut to it. One that was still running reaches to the end of its report. */
export function wavesIn(incidents: readonly StoredIncident[], period: TimeWindow): WaveOfPeriod[] {
  return incidents
    .filter(({ attackDetected }) => attackDetected)
    .flatMap(({ incidentId, waves, window }) =>
      waves.flatMap(({ start, end, vectors }): WaveOfPeriod[] => {
        const cut = {
          start: Math.max(start, period.start),
          end: Math.min(end ?? Math.max(window.end, start), period.end),
        };
        return cut.end > cut.start ? [{ incident: incidentId, window: cut, vectors }] : [];
      }),
    );
}

/** The incidents of a period, by their first wave. An incident over midnight of its last day belongs to both periods. */
export function weekIncidents(all: readonly EvidentIncident[], period: TimeWindow): WeekIncident[] {
  return all
    .flatMap((incident): WeekIncident[] => {
      const own = wavesIn([incident], period);
      const [first] = own;
      return first
        ? [
            incidentOf(
              incident,
              own.map(({ window }) => window),
            ),
          ]
        : [];
    })
    .sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
}

function incidentOf(incident: EvidentIncident, waves: readonly TimeWindow[]): WeekIncident {
  const evidence = incident.evidence ?? [];
  const layer = layerOf(incident);
  const peak = peakOf(incident, layer, evidence);
  const target = targetOf(incident, layer);
  const leaked = leakedShare(incident, evidence);
  const attackTotal = totalOf(incident, layer, evidence);
  const isRunning = incident.waves.some(({ end }) => end === undefined);
  const ends = incident.waves.flatMap(({ end }) => end ?? []);
  return {
    id: incident.incidentId,
    reportId: `${incident.incidentId}-r${incident.revision}`,
    title: incident.title,
    start: incident.startedAt,
    ...(!isRunning && ends.length > 0 && { end: Math.max(...ends) }),
    waves,
    exposureMs: unionDuration(waves),
    layer,
    vectors: incident.vectors,
    ...(peak && { peak }),
    ...(target && { target }),
    ...(incident.timeToMitigateSeconds !== undefined &&
      incident.timeToMitigateSeconds >= 0 && { timeToMitigateMs: incident.timeToMitigateSeconds * SECOND_MS }),
    ...(incident.severity !== undefined && { severity: incident.severity }),
    ...(attackTotal && { attackTotal }),
    ...(leaked && { leaked }),
    missed: incident.promises.filter(({ result }) => result === 'missed').length,
    attackIds: incident.attackIds,
    ...(incident.spoofed !== undefined && { spoofed: incident.spoofed }),
    hasPage: incident.hasPage ?? false,
    evidence,
  };
}

/** Fields of the machine-readable result that tell what was hit, and of which layer they are. */
const TARGETS: readonly { readonly field: string; readonly layer: Layer; readonly dimension: Dimension }[] = [
  { field: 'ClientRequestHost', layer: 'http', dimension: 'host' },
  { field: 'IPDestinationAddress', layer: 'network', dimension: 'destination_ip' },
];

/** The layer that its report speaks of first. */
function layerOf(incident: StoredIncident): Layer {
  const stated = TARGETS.find(({ field }) => incident.attributes.has(field))?.layer;
  if (stated) return stated;
  const [first] = incident.minutes;
  if (first) return first.volumes.has('requests') ? 'http' : 'network';
  return incident.peaks.some(({ layer }) => layer === 'network') ? 'network' : 'http';
}

/** Mean over a minute, as every period is compared by; without it the one over the longest window that is stated. */
function peakOf(incident: StoredIncident, layer: Layer, evidence: readonly string[]): Measure | undefined {
  const own = incident.peaks.filter((peak) => peak.layer === layer);
  const metrics = [LEADING_RATE[layer], 'packets/s', 'requests/s', 'bits/s'];
  for (const metric of metrics) {
    const candidates = own.filter((peak) => peak.metric === metric);
    const found = candidates.find(({ windowMs }) => windowMs === MINUTE_MS) ?? longest(candidates);
    if (found && isRate(metric)) return measureOf(found, metric, evidence);
  }
  return undefined;
}

function longest(peaks: readonly PastPeak[]): PastPeak | undefined {
  return peaks.reduce<PastPeak | undefined>(
    (best, peak) => (best && (best.windowMs ?? 0) >= (peak.windowMs ?? 0) ? best : peak),
    undefined,
  );
}

function isRate(metric: string): metric is 'requests/s' | 'packets/s' | 'bits/s' {
  return metric === 'requests/s' || metric === 'packets/s' || metric === 'bits/s';
}

function measureOf(peak: PastPeak, unit: 'requests/s' | 'packets/s' | 'bits/s', evidence: readonly string[]): Measure {
  return {
    value: peak.value,
    unit,
    kind: peak.kind,
    ...(peak.windowMs !== undefined && { windowMs: peak.windowMs }),
    ...(peak.interval && { interval: peak.interval }),
    evidence,
  };
}

function targetOf(incident: StoredIncident, layer: Layer): WeekIncident['target'] {
  for (const { field, layer: of, dimension } of TARGETS) {
    if (of !== layer) continue;
    const [largest] = [...(incident.attributes.get(field) ?? [])].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    if (largest) return { dimension, value: largest[0] };
  }
  return undefined;
}

function totalOf({ attackTotal }: StoredIncident, layer: Layer, evidence: readonly string[]): Measure | undefined {
  if (!attackTotal) return undefined;
  const { estimate, lower, upper } = attackTotal;
  const isExact = lower === upper;
  return {
    value: estimate,
    unit: layer === 'http' ? 'requests' : 'packets',
    kind: isExact ? 'counted' : 'estimated',
    ...(!isExact && { interval: { lower, upper } }),
    evidence,
  };
}

function leakedShare({ mitigatedShare }: StoredIncident, evidence: readonly string[]): Measure | undefined {
  if (!mitigatedShare) return undefined;
  const { estimate, lower, upper } = mitigatedShare;
  const isExact = lower === upper;
  return {
    value: Math.max(0, 1 - estimate),
    unit: 'share',
    kind: isExact ? 'counted' : 'estimated',
    ...(!isExact && { interval: { lower: Math.max(0, 1 - upper), upper: Math.max(0, 1 - lower) } }),
    evidence,
  };
}

/** Over the incidents of the layer that was longest under attack: volumes of two layers have no common unit. */
export function leakedOf(incidents: readonly WeekIncident[]): WeekStats['leaked'] {
  const layers: readonly Layer[] = ['network', 'http'];
  const [layer] = layers
    .map((name) => ({
      name,
      own: incidents.filter((incident) => incident.layer === name && incident.leaked && incident.attackTotal),
    }))
    .filter(({ own }) => own.length > 0)
    .sort((a, b) => exposureOf(b.own) - exposureOf(a.own));
  if (!layer) return undefined;
  const parts = layer.own.flatMap(({ leaked, attackTotal }) =>
    leaked && attackTotal ? [{ leaked, attackTotal }] : [],
  );
  const total = parts.reduce((sum, { attackTotal }) => sum + attackTotal.value, 0);
  if (total <= 0) return undefined;
  const weighed = (of: (leaked: Measure) => number) =>
    parts.reduce((sum, { leaked, attackTotal }) => sum + of(leaked) * attackTotal.value, 0) / total;
  const value = weighed((leaked) => leaked.value);
  const isExact = parts.every(({ leaked }) => leaked.kind === 'counted');
  // Incidents are measured independently: distances of the parts add up as such.
  const away = (bound: 'lower' | 'upper') =>
    Math.hypot(
      ...parts.map(({ leaked, attackTotal }) =>
        leaked.interval ? ((leaked.interval[bound] - leaked.value) * attackTotal.value) / total : 0,
      ),
    );
  return {
    share: {
      value,
      unit: 'share',
      kind: isExact ? 'counted' : 'estimated',
      ...(!isExact && {
        interval: { lower: Math.max(0, value - away('lower')), upper: Math.min(1, value + away('upper')) },
      }),
      evidence: [...new Set(layer.own.flatMap(({ evidence }) => evidence))],
    },
    layer: layer.name,
    incidents: parts.length,
  };
}

function exposureOf(incidents: readonly WeekIncident[]): number {
  return unionDuration(incidents.flatMap(({ waves }) => waves));
}
