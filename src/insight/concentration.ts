import type { Breakdown, LayerStats } from '../aggregate/aggregate.ts';
import type { Dimension } from '../model/dimension.ts';
import { amount, counted, label, list, share } from '../model/inlines.ts';
import type { Finding } from './findings.ts';
import { evidenceOf } from './inlines.ts';
import { attackedLayers, type Insight } from './needs.ts';

/** Names told before the rest is counted. */
const MOST_NAMED = 3;

/** L3/4 addresses can be forged: what is certain is the data centre that received the packet. */
const ORIGINS: Readonly<Record<LayerStats['layer'], readonly Dimension[]>> = {
  network: ['data_centre', 'data_centre_country'],
  http: ['source_asn', 'source_country', 'source_prefix', 'source_ip'],
};

const WORDS: Readonly<Partial<Record<Dimension, { readonly one: string; readonly many: string }>>> = {
  data_centre: { one: 'data centre', many: 'data centres' },
  data_centre_country: { one: 'country of entry', many: 'countries of entry' },
  source_asn: { one: 'network', many: 'networks' },
  source_country: { one: 'country', many: 'countries' },
  source_prefix: { one: 'prefix', many: 'prefixes' },
  source_ip: { one: 'address', many: 'addresses' },
};

const TOP = 10;

/** How concentrated the traffic of the waves was: a few networks can be dealt with, thousands cannot. */
export const concentration: Insight = {
  id: 'concentration',
  needs: ['waves', 'attacked'],
  find(stats): Finding | undefined {
    for (const layer of attackedLayers(stats)) {
      const found = ORIGINS[layer.layer].flatMap(
        (dimension) => layer.breakdowns.find((one) => one.dimension === dimension && one.scope === 'attack') ?? [],
      )[0];
      const finding = found && describe(layer, found);
      if (finding) return finding;
    }
    return undefined;
  },
};

function describe(layer: LayerStats, breakdown: Breakdown): Finding | undefined {
  const words = WORDS[breakdown.dimension];
  const top = breakdown.concentration.filter((point) => point.rank <= TOP).at(-1);
  if (!words || !top) return undefined;
  const sampled = breakdown.distinct.kind !== 'counted';
  return {
    id: 'concentration',
    title: [
      share(top.share, breakdown.total),
      layer.layer === 'network'
        ? ' of the traffic in the waves entered through '
        : ' of the traffic in the waves came from ',
      counted(top.rank, words.one, words.many),
    ],
    text: [
      'Largest: ',
      ...list(
        breakdown.items.map((item) => label(item.label)),
        MOST_NAMED,
      ),
      '. In all, ',
      sampled ? 'at least ' : '',
      amount(breakdown.distinct),
      ` ${breakdown.distinct.value === 1 ? words.one : words.many} were seen, legitimate traffic included.`,
      layer.layer === 'network'
        ? ' Source addresses of packets can be forged, so geography is that of the data centre that received them.'
        : '',
    ],
    tone: 'neutral',
    evidence: evidenceOf(breakdown.total),
  };
}
