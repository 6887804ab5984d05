import type { AttackStats, LayerStats } from '../aggregate/aggregate.ts';
import { counted, label, lasting, list } from '../model/inlines.ts';
import type { Message, Phrase } from '../model/phrase.ts';
import { noun, say } from '../model/say.ts';
import type { Layer } from '../model/traffic.ts';
import type { JudgeFacts } from './insight.ts';
import { attackedLayers, originOf } from './needs.ts';
import type { SlaJudgement } from './sla.ts';
import { vectorsOf } from './vectors.ts';

/** Something that the supplied evidence does not tell, and what would tell it. */
export interface Unknown {
  readonly id: string;
  readonly what: Phrase;
  readonly answeredBy: Phrase;
}

const TRAFFIC: Readonly<Record<Layer, Message>> = {
  network: say`network traffic (L3/4)`,
  http: say`HTTP traffic (L7)`,
};

/** Everything that is missing, the gravest first: whether it happened, what it did, how fast it was stopped, how sure we are. */
export function findUnknowns(stats: AttackStats, facts: JudgeFacts, sla: readonly SlaJudgement[]): Unknown[] {
  return [...attackItself(stats, facts), ...impact(stats, facts), ...response(stats, facts, sla), ...sharpness(stats)];
}

function attackItself(stats: AttackStats, { timeline }: JudgeFacts): Unknown[] {
  const found: Unknown[] = [];
  const isStated = stats.attackIds.length > 0 || timeline.some(({ milestone }) => STATES_ATTACK.has(milestone));
  if (stats.waves.length === 0 && isStated)
    found.push({
      id: 'stated-attack',
      what: [say`Why an attack was reported that the supplied traffic does not show`],
      answeredBy: [say`traffic logs of the targets and the time that the alert or the attack record names`],
    });
  if (stats.waves.some((wave) => wave.end === undefined))
    found.push({
      id: 'end',
      what: [say`When the attack ends, and how long it lasts`],
      answeredBy: [say`the same data for the time after the end of this report`],
    });
  if (stats.waves.some((wave) => vectorsOf(wave).length === 0))
    found.push({
      id: 'vectors',
      what: [say`The technique of at least one wave`],
      answeredBy: [say`logs with protocol, ports and flags, or the attack records of the mitigation system`],
    });
  for (const { layer, during, before } of attackedLayers(stats))
    if (during && !before)
      found.push({
        id: `baseline-${layer}`,
        what: [say`What is usual for the ${TRAFFIC[layer]}, and so how much of it was attack`],
        answeredBy: [say`the same logs for an hour or more before the first wave`],
      });
  return found;
}

const STATES_ATTACK: ReadonlySet<string> = new Set(['attack_start', 'detected', 'alerted', 'mitigated']);

function impact(stats: AttackStats, { capacity }: JudgeFacts): Unknown[] {
  const found: Unknown[] = [];
  const during = originOf(stats)?.phases.find(({ phase }) => phase === 'during');
  if (stats.waves.length > 0 && !during)
    found.push({
      id: 'origin',
      what: [say`Whether users noticed: errors and response times of the origin`],
      answeredBy: [say`HTTP request logs of the same time with the status and the duration of the origin’s answers`],
    });
  if (during && !during.p95)
    found.push({
      id: 'latency',
      what: [say`How slowly the origin answered`],
      answeredBy: [say`HTTP request logs with the duration of the origin’s answers, at least a hundred of them`],
    });
  for (const layer of attackedLayers(stats)) {
    const limit = layer.layer === 'http' ? capacity.originRequestsPerSecond : capacity.linkBitsPerSecond;
    if (limit === undefined)
      found.push({
        id: `capacity-${layer.layer}`,
        what: [
          layer.layer === 'http'
            ? say`How near the origin came to its limit`
            : say`How near the line came to its limit`,
        ],
        answeredBy: [say`its capacity, stated in the customer’s profile`],
      });
  }
  // Without a signature nothing tells a request of the attack from one of a user that was stopped with it.
  if (stats.signatures.length === 0 && attackedLayers(stats).some(({ during }) => (during?.mitigated?.value ?? 0) > 0))
    found.push({
      id: 'collateral',
      what: [say`How much legitimate traffic was stopped by mistake`],
      answeredBy: [
        say`logs of an hour before the attack with the traits of each request or packet, to tell attack from users`,
      ],
    });
  return found;
}

function response(stats: AttackStats, { timeline }: JudgeFacts, sla: readonly SlaJudgement[]): Unknown[] {
  const found: Unknown[] = [];
  const { clocks, waves } = stats;
  const isMeasured = waves.length > 0;
  const blind = attackedLayers(stats).filter(({ during }) => !during?.mitigated);
  for (const { layer } of blind)
    found.push({
      id: `outcome-${layer}`,
      what: [say`What was done with the ${TRAFFIC[layer]}: how much was stopped, how much got through`],
      answeredBy: [say`logs that record the outcome or action for each request or packet`],
    });
  if (isMeasured && clocks.mitigated && !clocks.contained)
    found.push({
      id: 'containment',
      what: [say`When at least 95 % of the attack was stopped for a minute on end`],
      answeredBy: [say`logs with outcomes in steps of ten seconds or finer`],
    });
  if (timeline.length === 0)
    found.push({
      id: 'timeline',
      what: [say`What the SOC did, when, and when the customer was told`],
      answeredBy: [
        say`a timeline of the shift, or the export of its ticket or paging system, released to the customer`,
      ],
    });
  const open = sla.filter(({ result }) => result === 'not-measurable');
  if (open.length > 0)
    found.push({
      id: 'service-levels',
      what: [
        open.length > 1
          ? say`Whether ${list(
              open.map(({ clause }) => label(clause)),
              MOST_NAMED,
            )} were kept`
          : say`Whether ${list(
              open.map(({ clause }) => label(clause)),
              MOST_NAMED,
            )} was kept`,
      ],
      answeredBy: [say`what the table of service levels in the technical report names beside each`],
    });
  return found;
}

/** Names told before the rest is counted. */
const MOST_NAMED = 3;

function sharpness(stats: AttackStats): Unknown[] {
  return [...stats.layers.flatMap(gapsIn), ...stats.layers.flatMap(samplingOf), ...sourcesOf(stats)];
}

function gapsIn({ layer, coverage: { gaps } }: LayerStats): Unknown[] {
  if (gaps.length === 0) return [];
  return [
    {
      id: `gaps-${layer}`,
      what: [
        gaps.length === 1
          ? say`What happened in the gap of the ${TRAFFIC[layer]}: ${counted(gaps.length, noun('gap', 'gaps'))}, the longest ${lasting(Math.max(...gaps.map(({ start, end }) => end - start)))}`
          : say`What happened in the gaps of the ${TRAFFIC[layer]}: ${counted(gaps.length, noun('gap', 'gaps'))}, the longest ${lasting(Math.max(...gaps.map(({ start, end }) => end - start)))}`,
      ],
      answeredBy: [say`the log files of that time`],
    },
  ];
}

function samplingOf({ layer, whole }: LayerStats): Unknown[] {
  if (whole.total.sampleCount === undefined) return [];
  return [
    {
      id: `sampling-${layer}`,
      what: [say`Exact counts of the ${TRAFFIC[layer]}: they are estimates from samples`],
      answeredBy: [say`unsampled logs, or the counters of the source for the same time`],
    },
  ];
}

/** Packets can carry a forged sender; without their addresses nothing can be said about it. */
function sourcesOf(stats: AttackStats): Unknown[] {
  const network = attackedLayers(stats).find(({ layer }) => layer === 'network');
  if (!network || network.breakdowns.some(({ dimension }) => dimension === 'source_ip')) return [];
  return [
    {
      id: 'spoofing',
      what: [say`Whether the sources of the packets were forged, and where they came from`],
      answeredBy: [say`packet logs with source address and TTL`],
    },
  ];
}
