import { toNdjson } from '../http/case.ts';
import type { Random } from '../random.ts';
import type { NetworkTruth } from '../truth.ts';
import type { GeneratedFile } from '../workspace.ts';
import { composeAlerts } from './alerts.ts';
import { drawCells } from './population.ts';
import { sampleCell } from './records.ts';
import { drawSpectrum } from './spectrum.ts';
import { PACKET_CASE, PACKET_WINDOW } from './story.ts';
import { countNetworkTruth } from './truth.ts';

const PART_MS = 10 * 60_000;

/** The flood against the bank: packets counted before sampling, then sampled and written as Logpush pushes them. */
export function composePacketCase(seedRandom: Random): { files: GeneratedFile[]; truth: NetworkTruth } {
  const cells = drawCells(seedRandom.fork('packets'));
  const sampler = seedRandom.fork('sampler');
  const parts = new Map<number, string[]>();
  let rows = 0;
  for (const cell of cells) {
    const lines = sampleCell(sampler, cell);
    rows += lines.length;
    const part = Math.floor((cell.t - PACKET_WINDOW.start) / PART_MS);
    const own = parts.get(part) ?? [];
    parts.set(part, own);
    own.push(...lines);
  }
  const spectrum = drawSpectrum(seedRandom.fork('spectrum'));
  const truth = countNetworkTruth(cells, { rows, spectrum: spectrum.truth });
  const alerts = composeAlerts(truth);
  const folder = `incidents/${PACKET_CASE}`;
  return {
    files: [
      ...[...parts].map(([part, lines]) => ({
        path: `${folder}/logs/network_analytics_logs-${part + 1}.ndjson.gz`,
        members: [toNdjson(lines)],
      })),
      { path: `${folder}/logs/spectrum_events.ndjson.gz`, members: [toNdjson(spectrum.lines)] },
      { path: `${folder}/alerts/ddos-alert-start.json`, members: [alerts.start] },
      { path: `${folder}/alerts/ddos-alert-end.json`, members: [alerts.end] },
    ],
    truth,
  };
}
