import type { Breakdown, LayerStats } from '../aggregate/aggregate.ts';
import type { Dimension } from '../model/dimension.ts';
import { counted, integer, label, list, share } from '../model/inlines.ts';
import type { Noun, Phrase } from '../model/phrase.ts';
import { noun, say } from '../model/say.ts';
import type { Finding } from './findings.ts';
import { evidenceOf } from './inlines.ts';
import { attackedLayers, type Insight } from './needs.ts';
import { spoofingOf } from './spoofing.ts';

/** Names told before the rest is counted. */
const MOST_NAMED = 3;

const SENDERS: readonly Dimension[] = ['source_asn', 'source_country', 'source_prefix', 'source_ip'];
const ENTRIES: readonly Dimension[] = ['data_centre', 'data_centre_country'];

/** L3/4 addresses can be forged: unless that is ruled out, what is certain is the data centre that received the packet. */
function originsOf(layer: LayerStats): readonly Dimension[] {
  if (layer.layer === 'http') return SENDERS;
  return spoofingOf(layer) === false ? [...SENDERS, ...ENTRIES] : ENTRIES;
}

const WORDS: Readonly<Partial<Record<Dimension, Noun>>> = {
  data_centre: noun('data centre', 'data centres'),
  data_centre_country: noun('country of entry', 'countries of entry'),
  source_asn: noun('network', 'networks'),
  source_country: noun('country', 'countries'),
  source_prefix: noun('prefix', 'prefixes'),
  source_ip: noun('address', 'addresses'),
};

const TOP = 10;

/** How concentrated the traffic of the waves was: a few networks can be dealt with, thousands cannot. */
export const concentration: Insight = {
  id: 'concentration',
  needs: ['waves', 'attacked'],
  find(stats): Finding | undefined {
    for (const layer of attackedLayers(stats)) {
      const found = originsOf(layer).flatMap(
        (dimension) => layer.breakdowns.find((one) => one.dimension === dimension && one.scope === 'attack') ?? [],
      )[0];
      const finding = found && describe(found);
      if (finding) return finding;
    }
    return undefined;
  },
};

/** Half of all, where ten are all there are: that ten of ten carried everything says nothing. */
const HALF = 0.5;

/** The rank worth telling: the top ten, or of ten or fewer the first that carry half. */
export function tellingPoint({
  concentration: points,
  distinct,
}: Breakdown): Breakdown['concentration'][number] | undefined {
  if (distinct.value > TOP) return points.filter((point) => point.rank <= TOP).at(-1);
  return points.find((point) => point.share >= HALF && point.rank < distinct.value);
}

function describe(breakdown: Breakdown): Finding | undefined {
  const words = WORDS[breakdown.dimension];
  const top = tellingPoint(breakdown);
  if (!words || !top) return undefined;
  return {
    id: 'concentration',
    title: [
      ENTRIES.includes(breakdown.dimension)
        ? say`${share(top.share, breakdown.total)} of the traffic in the waves entered through ${ofAll(top.rank, breakdown, words)}`
        : say`${share(top.share, breakdown.total)} of the traffic in the waves came from ${ofAll(top.rank, breakdown, words)}`,
    ],
    text: [
      say`The largest: ${list(breakdown.items.slice(0, MOST_NAMED).map((item) => label(item.label)))}. Legitimate traffic is included.`,
      ENTRIES.includes(breakdown.dimension)
        ? say` Source addresses of packets can be forged, so geography is that of the data centre that received them.`
        : '',
    ],
    tone: 'neutral',
    evidence: evidenceOf(breakdown.total),
  };
}

/** `10 of 25 networks`; where samples show only some of them, `10 of at least 25 networks`. */
export function ofAll(rank: number, { distinct }: Breakdown, words: Noun): Phrase {
  if (rank >= distinct.value) return [counted(rank, words)];
  const all = counted(distinct.value, words);
  return [distinct.kind === 'counted' ? say`${integer(rank)} of ${all}` : say`${integer(rank)} of at least ${all}`];
}
