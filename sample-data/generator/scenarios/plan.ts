import { createRandom, type Random } from '../random.ts';
import type { TruthWindow } from '../truth.ts';
import { type Burst, type Envelope, planBursts } from './envelope.ts';

/** How many records stand behind a logged one: all logged, one in ten, or by load 1, 10 or 100 from second to second. */
type Sampling = 'none' | 'tenth' | 'adaptive';

/** What gives the requests of an attack away; `none`: nothing, they are drawn as those of clients. */
export type HttpTell =
  | 'ja4'
  | 'header-absent'
  | 'cookie'
  | 'user-agents'
  | 'protocol'
  | 'length'
  | 'referer'
  | 'library'
  | 'bot-detection'
  | 'single-source'
  | 'none';

export type NetworkAttack =
  | 'syn-forged'
  | 'syn-botnet'
  | 'ack-forged'
  | 'udp-mirai'
  | 'udp-ttl'
  | 'udp-ports'
  | 'udp-single'
  | 'dns'
  | 'ntp'
  | 'cldap'
  | 'icmp'
  | 'mimic';

interface ShapeBase {
  readonly envelope: Envelope;
  /** Highest attack rate as a multiple of the clients' mean rate. */
  readonly strength: readonly [low: number, high: number];
  readonly sampling: readonly Sampling[];
  /** No attack at all, a surge of clients, or an attack. */
  readonly event: 'attack' | 'flash-crowd' | 'quiet';
  /** Nothing is done about the attack. */
  readonly unmitigated?: boolean;
}

export interface HttpShape extends ShapeBase {
  readonly layer: 'http';
  readonly tells: readonly HttpTell[];
  /** What the attack asks for. */
  readonly target: 'pages' | 'cache-busting' | 'login';
}

interface NetworkShape extends ShapeBase {
  readonly layer: 'network';
  readonly attacks: readonly NetworkAttack[];
  /** Many destination addresses instead of one. */
  readonly carpet?: boolean;
}

export type Shape = HttpShape | NetworkShape;

const EVERY_TELL: readonly HttpTell[] = [
  'ja4',
  'header-absent',
  'cookie',
  'user-agents',
  'protocol',
  'referer',
  'bot-detection',
];
const EVERY_SAMPLING: readonly Sampling[] = ['none', 'tenth', 'adaptive', 'none', 'adaptive'];

const http = (shape: Partial<Omit<HttpShape, 'layer'>>): HttpShape => ({
  layer: 'http',
  envelope: 'plateau',
  strength: [2, 8],
  sampling: EVERY_SAMPLING,
  event: 'attack',
  tells: EVERY_TELL,
  target: 'pages',
  ...shape,
});
const network = (attacks: readonly NetworkAttack[], shape: Partial<Omit<NetworkShape, 'layer' | 'attacks'>> = {}) =>
  ({
    layer: 'network',
    envelope: 'plateau',
    strength: [2, 8],
    sampling: EVERY_SAMPLING,
    event: 'attack',
    attacks,
    ...shape,
  }) satisfies NetworkShape;

/** Every shape of scenario. A seed chooses within one: the sampling, what gives the attack away, strengths and times. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  'http-spike': http({ envelope: 'spike', strength: [8, 30] }),
  'http-ramp': http({ envelope: 'ramp', strength: [4, 12] }),
  'http-pulses': http({ envelope: 'pulses', strength: [6, 20] }),
  'http-waves': http({ envelope: 'separate-pulses', strength: [5, 15] }),
  'http-plateau': http({ envelope: 'plateau', strength: [2, 6] }),
  'http-tail': http({ envelope: 'tail', strength: [6, 15] }),
  'http-low': http({ envelope: 'plateau', strength: [0.25, 0.8] }),
  'http-low-short': http({ envelope: 'spike', strength: [0.5, 0.8] }),
  'http-single': http({ envelope: 'plateau', strength: [2, 6], tells: ['single-source'] }),
  'http-cache-busting': http({ envelope: 'spike', strength: [8, 25], target: 'cache-busting' }),
  'http-login': http({ envelope: 'plateau', strength: [1, 4], target: 'login', tells: ['length', 'library', 'ja4'] }),
  'http-mimic': http({ envelope: 'plateau', strength: [2, 6], tells: ['none'] }),
  'http-flash-crowd': http({ envelope: 'ramp', strength: [3, 10], event: 'flash-crowd', tells: ['none'] }),
  'http-quiet': http({ event: 'quiet', tells: ['none'] }),
  'syn-forged': network(['syn-forged'], { envelope: 'spike', strength: [8, 30] }),
  'syn-botnet': network(['syn-botnet'], { envelope: 'pulses', strength: [6, 20] }),
  'ack-forged': network(['ack-forged'], { envelope: 'plateau', strength: [2, 6] }),
  'udp-mirai': network(['udp-mirai'], { envelope: 'plateau', strength: [3, 10] }),
  'udp-tells': network(['udp-ttl', 'udp-ports', 'udp-single'], { envelope: 'tail', strength: [5, 15] }),
  amplification: network(['dns', 'ntp', 'cldap'], { envelope: 'plateau', strength: [3, 12] }),
  'amplification-waves': network(['cldap', 'dns', 'ntp'], { envelope: 'separate-pulses', strength: [5, 15] }),
  'icmp-ramp': network(['icmp'], { envelope: 'ramp', strength: [3, 10] }),
  'carpet-bombing': network(['udp-mirai', 'syn-botnet', 'dns', 'syn-forged'], { strength: [3, 10], carpet: true }),
  'network-low': network(['udp-mirai', 'syn-forged', 'dns'], { strength: [0.25, 0.8] }),
  'network-mimic': network(['mimic'], { strength: [2, 6] }),
  'network-quiet': network(['mimic'], { event: 'quiet' }),
  'network-flash-crowd': network(['mimic'], { envelope: 'ramp', strength: [3, 8], event: 'flash-crowd' }),
  'http-faint': http({ strength: [0.05, 0.25], tells: [...EVERY_TELL, 'single-source'] }),
  'network-faint': network(['udp-mirai', 'dns', 'udp-single', 'syn-forged'], { strength: [0.05, 0.25] }),
  'http-unstopped': http({ strength: [0.25, 0.8], unmitigated: true, tells: ['ja4', 'cookie', 'user-agents'] }),
};

/** Everything that is decided before the first record is drawn. */
export interface Plan {
  readonly shapeName: string;
  readonly shape: Shape;
  readonly seed: number;
  readonly id: string;
  readonly period: TruthWindow;
  readonly sampling: Sampling;
  /** Mean legitimate requests or packets a second, before sampling. */
  readonly demand: number;
  readonly bursts: readonly Burst[];
  readonly tell: HttpTell | NetworkAttack;
  /** From the start of a burst to the first mitigated record: first burst, later bursts. */
  readonly delayMs: readonly [first: number, later: number];
  /** Share of the attack that is mitigated after that. */
  readonly efficacy: number;
  /** Share of legitimate traffic that is mitigated by mistake while the mitigation is at work. */
  readonly mistakes: number;
  /** Names of vectors, rules and attack ids as the source gives them, or none of it. */
  readonly labels: boolean;
  readonly random: Random;
}

export interface PlanOptions {
  readonly labels?: boolean;
}

/** @throws RangeError for a shape that is not in `SHAPES`. */
export function planScenario(shapeName: string, seed: number, options: PlanOptions = {}): Plan {
  const shape = SHAPES[shapeName];
  if (!shape) throw new RangeError(`there is no shape "${shapeName}"; there are ${Object.keys(SHAPES).join(', ')}`);
  const random = createRandom(`scenario/${shapeName}/${seed}`);
  const choose = random.fork('plan');
  const turn = Object.keys(SHAPES).indexOf(shapeName) + seed;
  const take = <T>(items: readonly [T, ...T[]] | readonly T[]): T => {
    const item = items[turn % items.length];
    if (item === undefined) throw new RangeError(`shape "${shapeName}" has an empty list`);
    return item;
  };
  const sampling = take(shape.sampling);
  const start = Date.UTC(2026, 10, 2 + choose.int(26), 6 + choose.int(14), choose.int(60));
  const period = { start, end: start + 60_000 * (48 + choose.int(7)) };
  const logged = choose.between(8, 13);
  const demand = sampling === 'none' ? logged : sampling === 'tenth' ? 10 * logged : 6 * logged;
  const firstAt = start + 60_000 * choose.between(19, 24) + choose.int(60_000);
  const [low, high] = shape.strength;
  const strength = choose.between(low, high);
  const bursts =
    shape.event === 'quiet' ? [] : planBursts(choose.fork('bursts'), shape.envelope, firstAt, demand * strength);
  return {
    shapeName,
    shape,
    seed,
    id: `ACC-${shapeName}-${seed}`,
    period,
    sampling,
    demand,
    bursts,
    tell: take<HttpTell | NetworkAttack>(shape.layer === 'http' ? shape.tells : shape.attacks),
    delayMs: [
      shape.layer === 'http' ? choose.between(5_000, 22_000) : choose.between(2_000, 9_000),
      choose.between(500, 2_500),
    ],
    efficacy: shape.unmitigated ? 0 : choose.pick([0.86, 0.92, 0.96, 0.985, 0.995]),
    mistakes: shape.unmitigated ? 0 : choose.pick([0, 0.001, 0.004, 0.01]),
    labels: options.labels ?? true,
    random,
  };
}
