import type { Breakdown, LayerStats } from '../../aggregate/aggregate.ts';
import { amount, counted, integer, label, like, list, share } from '../../model/inlines.ts';
import type { Measure } from '../../model/measure.ts';
import { REFLECTORS } from '../../model/reflectors.ts';
import { noun, say } from '../../model/say.ts';
import { evidenceOf } from '../inlines.ts';
import { attackedLayers } from '../needs.ts';
import type { RecommendationRule } from './recommendation.ts';

/** Names told before the rest is counted. */
const MOST_NAMED = 3;
/** A network with less of the traffic in the waves is not worth a rule. */
const NOTABLE_NETWORK = 0.01;
/** Together they must have sent as much of it. */
const NOTABLE_TOGETHER = 0.2;
/** A challenge for networks that nobody came from needs a baseline that would have shown somebody. */
const FEWEST_BEFORE = 1_000;
/** Events that could have been missed where none was seen: the upper 95 % bound on nothing. */
const NONE_OF = 3;

/** Networks that sent much in the waves and nothing before. */
export const challengeNetworks: RecommendationRule = {
  id: 'challenge-networks',
  find({ stats }) {
    const layer = attackedLayers(stats).find((one) => one.layer === 'http');
    const networks = layer && breakdownOf(layer, 'source_asn');
    const before = layer?.before?.total;
    if (!networks || !before || rowsOf(before) < FEWEST_BEFORE) return undefined;
    const fresh = networks.items.filter((item) => item.shareBefore?.value === 0 && item.share.value >= NOTABLE_NETWORK);
    const covered = fresh.reduce((sum, item) => sum + item.total.value, 0) / networks.total.value;
    if (covered < NOTABLE_TOGETHER) return undefined;
    const isHosting = (asn: string) =>
      layer.networkKinds?.largest.some((one) => one.asn === asn && one.kind === 'hosting') ?? false;
    const hosting = fresh.filter(({ key }) => isHosting(key)).length;
    return {
      text: [
        hosting > 0
          ? say`Challenge requests from ${counted(fresh.length, noun('network', 'networks'))} (${integer(hosting)} of them for hosting) while they have no legitimate visitors: ${list(
              fresh.map((item) => label(item.label)),
              MOST_NAMED,
            )}.`
          : say`Challenge requests from ${counted(fresh.length, noun('network', 'networks'))} while they have no legitimate visitors: ${list(
              fresh.map((item) => label(item.label)),
              MOST_NAMED,
            )}.`,
      ],
      why: [say`They sent ${share(covered, networks.total)} of the requests in the waves.`],
      effect: [
        say`Of ${amount(before)} before the attack none came from them (upper bound ${amount({ ...like(before, NONE_OF / rowsOf(before)), unit: 'share', kind: 'counted' })}).`,
      ],
      owner: 'provider',
      effort: 'low',
      evidence: evidenceOf(networks.total, before),
    };
  },
};

const REFLECTOR_NAMES: ReadonlyMap<string, string> = new Map(
  REFLECTORS.map(({ port, protocol }) => [String(port), protocol]),
);
const NOTABLE_PORT = 0.02;

/** Replies of a service that the customer never asked before. */
export const dropReflection: RecommendationRule = {
  id: 'drop-reflection',
  find({ stats }) {
    const layer = attackedLayers(stats).find((one) => one.layer === 'network');
    const ports = layer && breakdownOf(layer, 'source_port');
    const before = layer?.before?.total;
    if (!ports || !before || rowsOf(before) < FEWEST_BEFORE / 10) return undefined;
    const found = ports.items.filter(
      (item) => REFLECTOR_NAMES.has(item.key) && item.shareBefore?.value === 0 && item.share.value >= NOTABLE_PORT,
    );
    const [first] = found;
    if (!first) return undefined;
    const covered = found.reduce((sum, item) => sum + item.total.value, 0) / ports.total.value;
    return {
      text: [
        say`Drop UDP from source port ${list(found.flatMap((item) => [label(`${item.key} (${REFLECTOR_NAMES.get(item.key)})`, 'code')]))} at the edge of the prefix.`,
      ],
      why: [
        found.length === 1
          ? say`Replies of that service were ${share(covered, ports.total)} of the packets in the waves.`
          : say`Replies of those services were ${share(covered, ports.total)} of the packets in the waves.`,
      ],
      effect: [
        before.kind === 'counted'
          ? say`Stops them before they are recognised as an attack; of ${counted(rowsOf(before), noun('packet', 'packets'))} before it none came from there.`
          : say`Stops them before they are recognised as an attack; of ${counted(rowsOf(before), noun('packet', 'packets'))} sampled before it none came from there.`,
      ],
      owner: 'provider',
      effort: 'low',
      evidence: evidenceOf(ports.total, before),
    };
  },
};

function breakdownOf(layer: LayerStats, dimension: Breakdown['dimension']): Breakdown | undefined {
  return layer.breakdowns.find((one) => one.dimension === dimension && one.scope === 'attack');
}

/** Records that were seen: the sampled ones of an estimate. */
function rowsOf(measure: Measure): number {
  return measure.kind === 'counted' ? measure.value : (measure.sampleCount ?? 0);
}
