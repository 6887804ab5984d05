import { say } from '../../model/say.ts';
import type { Predicate } from '../../model/signature.ts';
import type { Network } from './address.ts';
import { isObstacle, LARGEST_SET, type Obstacle, type RuleLanguage, rangesOf, translateAll } from './language.ts';
import {
  addressSide,
  familyOf,
  flagNames,
  flagsOf,
  HIGHEST_PORT,
  ICMP,
  ICMP6,
  isProtocol,
  LONGEST_PACKET,
  namedProtocols,
  needsProtocol,
  networksOf,
  portSide,
  protocolsOf,
  TCP,
  TCP_FLAGS,
  type TcpFlag,
  UDP,
} from './packets.ts';

/** A component of a flow: prefixes, of which a route has one a side, or a list of numbers. */
type Component =
  | { readonly side: 'source' | 'destination'; readonly networks: readonly Network[] }
  | { readonly text: string; readonly protocol?: number };

interface Surroundings {
  readonly family: 4 | 6;
  readonly protocols: readonly number[] | undefined;
}

/** BGP Flowspec (RFC 8955, RFC 8956 for IPv6) as ExaBGP reads it. Twelve kinds of component; no TTL, window, network or country. */
export const flowspec: RuleLanguage = {
  id: 'flowspec',
  name: say`BGP Flowspec route (ExaBGP)`,
  layer: 'network',
  file: 'rules/flowspec.txt',
  comment: '#',
  takes: 'file',
  before: ['flow {'],
  after: ['}'],
  advice: say`Put it into the neighbor section of ExaBGP. It samples; replace the action by the one in the comment to discard. Flowspec counts, but cannot log.`,
  render({ name, conditions }) {
    const family = familyOf(conditions);
    if (family === 'mixed-families') return { refusals: [{ obstacle: family }] };
    const around: Surroundings = { family, protocols: namedProtocols(conditions) };
    if (around.protocols?.length === 0) return { refusals: [{ obstacle: 'impossible-value' }] };
    const translated = translateAll(conditions, (condition) => translate(condition, around));
    if ('refusals' in translated) return translated;
    const routes = routesOf(translated.parts, family, conditions.some(isProtocol));
    if (isObstacle(routes)) return { refusals: [{ obstacle: routes }] };
    const write = (action: string) =>
      routes.flatMap((match, index) => [
        `  route ${name}${routes.length > 1 ? `-${index + 1}` : ''} {`,
        `    match { ${match} }`,
        `    then { ${action} }`,
        '  }',
      ]);
    return { watch: write('action sample;'), enforce: write('discard;') };
  },
};

/** A route has one prefix a side; each combination of prefixes is a route of its own. */
function routesOf(
  components: readonly Component[],
  family: 4 | 6,
  namesProtocol: boolean,
): readonly string[] | Obstacle {
  const numbers = components.flatMap((component) => ('text' in component ? [component] : []));
  // Flags and types are components of their own; naming their protocol keeps a router from reading them elsewhere.
  const implied = [...new Set(numbers.flatMap(({ protocol }) => protocol ?? []))];
  if (implied.length > 1) return 'needs-protocol';
  const texts = [
    ...(!namesProtocol && implied[0] !== undefined ? [protocolText(`=${implied[0]}`, family)] : []),
    ...numbers.map(({ text }) => text),
  ];
  let routes: readonly (readonly string[])[] = [[]];
  for (const side of ['destination', 'source'] as const) {
    const lists = components.flatMap((component) =>
      'side' in component && component.side === side ? [component] : [],
    );
    if (lists.length > 1) return 'no-comparison';
    const [list] = lists;
    if (!list) continue;
    routes = routes.flatMap((route) =>
      list.networks.map(({ text, bits }) => [...route, `${side} ${text.includes('/') ? text : `${text}/${bits}`};`]),
    );
    if (routes.length > LARGEST_SET) return 'too-many-values';
  }
  return routes.map((route) => [...route, ...texts].join(' '));
}

function translate(condition: Predicate, around: Surroundings): Component | Obstacle {
  const side = addressSide(condition);
  if (side) {
    if (condition.op === 'ne') return 'no-comparison';
    const networks = networksOf(condition);
    return isObstacle(networks) ? networks : { side, networks };
  }
  if (isProtocol(condition)) {
    const numbers = protocolsOf(condition);
    if (isObstacle(numbers)) return numbers;
    const sign = condition.op === 'ne' ? '!=' : '=';
    return { text: protocolText(listOf(numbers.map((number) => `${sign}${number}`)), around.family) };
  }
  const end = portSide(condition);
  if (end)
    return needsProtocol(condition, around.protocols, [TCP, UDP])
      ? 'needs-protocol'
      : numbersOf(`${end}-port`, condition, HIGHEST_PORT);
  switch (condition.field) {
    case 'TCPFlags':
    case 'TCPFlagsString':
      return flags(condition, around);
    case 'IPTotalLength':
      // RFC 8956 leaves open whether the header counts.
      return around.family === 4 ? numbersOf('packet-length', condition, LONGEST_PACKET) : 'no-comparison';
    case 'ICMPType':
    case 'ICMPCode': {
      const own = around.family === 4 ? ICMP : ICMP6;
      if (needsProtocol(condition, around.protocols, [own])) return 'needs-protocol';
      const component = numbersOf(condition.field === 'ICMPType' ? 'icmp-type' : 'icmp-code', condition, 255);
      return isObstacle(component) ? component : { ...component, protocol: own };
    }
    default:
      return 'no-field';
  }
}

function protocolText(list: string, family: 4 | 6): string {
  return `${family === 4 ? 'protocol' : 'next-header'} ${list};`;
}

function listOf(items: readonly string[]): string {
  return items.length === 1 ? (items[0] ?? '') : `[ ${items.join(' ')} ]`;
}

function numbersOf(name: string, condition: Predicate, most: number): Extract<Component, { text: string }> | Obstacle {
  const ranges = rangesOf(condition, most);
  if (isObstacle(ranges)) return ranges;
  const items = ranges.map(([low, high]) => {
    if (low === high) return `${condition.op === 'ne' ? '!=' : '='}${low}`;
    return `>=${low}&<=${high}`;
  });
  return { text: `${name} ${listOf(items)};` };
}

/** A bit that is named matches wherever it is set, so every other bit has to be ruled out. */
function flags(condition: Predicate, { protocols }: Surroundings): Component | Obstacle {
  if (needsProtocol(condition, protocols, [TCP])) return 'needs-protocol';
  if (condition.op === 'ne') return 'no-comparison';
  const values = flagsOf(condition);
  if (isObstacle(values)) return values;
  const items = values.map((value) => {
    const set = flagNames(value);
    const unset = TCP_FLAGS.filter((flag) => !set.includes(flag));
    const required = set.length > 0 ? [`=${set.map(exabgpFlag).join('+')}`] : [];
    return [...required, ...unset.map((flag) => `!${exabgpFlag(flag)}`)].join('&');
  });
  return { text: `tcp-flags [ ${items.join(' ')} ];`, protocol: TCP };
}

function exabgpFlag(flag: TcpFlag): string {
  if (flag === 'psh') return 'push';
  return flag === 'urg' ? 'urgent' : flag;
}
