import type { Dimension } from '../../model/dimension.ts';
import type { PointRow } from '../format.ts';
import { toDisposition, toEpochMs, toSystem, toText } from '../normalize.ts';
import { foldName } from '../vocabulary.ts';
import { toDimensionValue } from './dimension-values.ts';
import { type GraphqlNode, TIME_DIMENSIONS } from './graphql-nodes.ts';
import { fieldOf, isRecord, type JsonRecord, toAmount } from './json-values.ts';

const lower = (value: unknown) => toText(value)?.toLowerCase();

type Path = readonly (string | number)[];

/** One row of a result with what the reader needs beside the point: owners, and the raw fields of an attack. */
export interface GraphqlRow {
  readonly point: PointRow;
  /** Length of the bucket that `point.t` starts; undefined without time. */
  readonly intervalMs: number | undefined;
  /** Folded field name → value, of dimensions and of flat fields. */
  readonly fields: ReadonlyMap<string, unknown>;
  /** Why the row is not traffic towards the customer, when it is not: a request that no client sent, or outgoing packets. */
  readonly leftOut?: 'subrequest' | 'egress';
}

type FieldTarget = Dimension | 'sourceAsName' | 'ruleName';

const FIELDS: ReadonlyMap<string, FieldTarget> = new Map(
  Object.entries({
    clientIP: 'source_ip',
    ipSourceAddress: 'source_ip',
    sourceIp: 'source_ip',
    ipSourceSubnet: 'source_prefix',
    clientAsn: 'source_asn',
    sourceAsn: 'source_asn',
    clientASNDescription: 'sourceAsName',
    sourceAsnName: 'sourceAsName',
    clientCountryName: 'source_country',
    clientCountry: 'source_country',
    sourceCountry: 'source_country',
    sourcePort: 'source_port',
    ipDestinationAddress: 'destination_ip',
    destinationIp: 'destination_ip',
    destinationPort: 'destination_port',
    ipProtocolName: 'transport',
    ipProtocol: 'transport',
    tcpFlags: 'tcp_flags',
    attackVector: 'vector',
    attackId: 'attack_id',
    ruleId: 'rule',
    ruleName: 'ruleName',
    description: 'ruleName',
    coloCode: 'data_centre',
    coloCountry: 'data_centre_country',
    clientRequestHTTPHost: 'host',
    clientRequestPath: 'path',
    clientRequestHTTPMethodName: 'method',
    clientRequestHTTPMethod: 'method',
    clientRequestHTTPProtocol: 'http_version',
    clientHTTPProtocol: 'http_version',
    userAgent: 'user_agent',
    ja3Hash: 'ja3',
    ja4: 'ja4',
    edgeResponseStatus: 'status',
    originResponseStatus: 'origin_status',
    cacheStatus: 'cache_status',
    dnsQueryName: 'query_name',
    dnsQueryType: 'query_type',
  } satisfies Record<string, FieldTarget>).map(([name, target]) => [foldName(name), target]),
);

/** Fields that are neither dimensions nor tell rows apart: measures, and labels of what another field already names. */
const MEASURES = new Set(
  [
    'count',
    'sum',
    'avg',
    'max',
    'min',
    'uniq',
    'quantiles',
    'confidence',
    'ratio',
    'dimensions',
    'sampleInterval',
    '__typename',
  ]
    .concat(['packets', 'bits', 'droppedPackets', 'droppedBits'])
    .map(foldName),
);
const HANDLED = new Set(
  [
    'action',
    'securityAction',
    'outcome',
    'source',
    'securitySource',
    'mitigationSystem',
    'requestSource',
    'direction',
    'datetime',
  ].map(foldName),
);

/** Names of fields of a row that are carried only to tell rows apart. */
export function unreadFields(row: GraphqlRow): string[] {
  return [...row.fields.keys()].filter((name) => !isRead(name));
}

function isRead(name: string): boolean {
  return FIELDS.has(name) || HANDLED.has(name) || TIME_DIMENSIONS.has(name) || MEASURES.has(name);
}

/** Dimensions that the selection of the query has, whether or not a row knows their value. */
export function dimensionsOf(row: GraphqlRow, node: GraphqlNode): Dimension[] {
  const found = new Set<Dimension>(node.system === undefined ? [] : ['mitigation_system']);
  for (const name of row.fields.keys()) {
    const to = FIELDS.get(name);
    if (to !== undefined && to !== 'sourceAsName' && to !== 'ruleName') found.add(to);
    if (name === 'action' || name === 'securityaction') found.add('action');
    if (name === 'source' || name === 'securitysource' || name === 'mitigationsystem') found.add('mitigation_system');
  }
  return [...found].sort();
}

/** Reads one row; values that cannot be are reported as faults and left out. `part` is the zone or account it came from. */
export function readRow(row: JsonRecord, node: GraphqlNode, part: string, path: Path, fault: PathFault): GraphqlRow {
  const fields = fieldsOf(row);
  const time = readTime(fields, node, path, fault);
  const measures = readMeasures(row, node, path, fault);
  const at: Partial<Record<Dimension, string>> = {};
  const names: { sourceAsName?: string; ruleName?: string } = {};
  for (const [name, value] of fields) {
    const target = FIELDS.get(name);
    if (target === undefined) continue;
    const isName = target === 'sourceAsName' || target === 'ruleName';
    const read = isName ? toText(value) : toDimensionValue(target, value);
    if (read === undefined) continue;
    if (isName) names[target] = read;
    else at[target] ??= read;
  }
  const acted = readAction(fields, node);
  if (acted.system !== undefined) at.mitigation_system = acted.system;
  if (acted.action !== undefined) at.action = acted.action;
  const rest = [...fields].filter(([name, value]) => !isRead(name) && value !== null && typeof value !== 'object');
  const apart = [part, ...rest.map(([name, value]) => `${name}=${String(value)}`)]
    .filter((text) => text !== '')
    .join(' ');
  const leftOut = whyLeftOut(fields);
  return {
    point: {
      ...(time !== undefined && { t: time.at }),
      ...(apart !== '' && { part: apart }),
      ...measures,
      ...(acted.disposition !== undefined && { disposition: acted.disposition }),
      ...names,
      at,
    },
    intervalMs: time?.intervalMs,
    fields,
    ...(leftOut !== undefined && { leftOut }),
  };
}

function whyLeftOut(fields: ReadonlyMap<string, unknown>): GraphqlRow['leftOut'] {
  const requestSource = lower(fields.get('requestsource'));
  if (requestSource !== undefined && requestSource !== 'eyeball') return 'subrequest';
  return lower(fields.get('direction')) === 'egress' ? 'egress' : undefined;
}

export type PathFault = (problem: string, path: Path) => void;

function fieldsOf(row: JsonRecord): Map<string, unknown> {
  const dimensions = fieldOf(row, 'dimensions');
  const flat = Object.entries(row).filter(([name]) => !MEASURES.has(foldName(name)));
  return new Map(
    [...flat, ...(isRecord(dimensions) ? Object.entries(dimensions) : [])].map(([name, v]) => [foldName(name), v]),
  );
}

function readTime(fields: ReadonlyMap<string, unknown>, node: GraphqlNode, path: Path, fault: PathFault) {
  const stated = [...TIME_DIMENSIONS, ['datetime', node.datetimeMs] as const].filter(
    ([name]) => fields.get(name) != null,
  );
  // The finest of several; rows then differ by it.
  const finest = stated.sort((a, b) => a[1] - b[1])[0];
  if (!finest || node.shape === 'attacks') return undefined;
  const value = fields.get(finest[0]);
  const read = toEpochMs(value);
  if (read === undefined || (typeof value === 'string' && read.assumedZone && finest[0] !== 'date')) {
    fault(`"${String(value)}" is not a time with a zone; expected such as 2026-11-17T13:00:00Z`, path);
    return undefined;
  }
  return { at: read.at, intervalMs: finest[1] };
}

type Measures = Pick<PointRow, 'units' | 'bytes' | 'sampleInterval' | 'weight'>;

/** `count` and `sum` are already scaled by the API; nothing is multiplied here. */
function readMeasures(row: JsonRecord, node: GraphqlNode, path: Path, fault: PathFault): Measures {
  const amount = (value: unknown, ...steps: readonly string[]) => {
    if (value === undefined || value === null) return undefined;
    const read = toAmount(value);
    if (read === undefined) fault(`${JSON.stringify(value)} is not a number of at least 0`, [...path, ...steps]);
    // Bits become bytes and lose nothing that shows; a count must be the one that was written.
    else if (read > Number.MAX_SAFE_INTEGER && steps.at(-1) !== 'bits')
      fault('is above 2^53 and cannot be held exactly', [...path, ...steps]);
    return read;
  };
  const sum = fieldOf(row, 'sum');
  const summed = (name: string) =>
    amount(fieldOf(sum, name) ?? fieldOf(row, name), ...(isRecord(sum) ? ['sum', name] : [name]));
  const sampling =
    amount(fieldOf(fieldOf(row, 'avg'), 'sampleInterval'), 'avg', 'sampleInterval') ??
    amount(fieldOf(row, 'sampleInterval'), 'sampleInterval');

  switch (node.shape) {
    case 'attacks':
    case 'packets': {
      const bits = summed('bits');
      return measured(
        summed('packets'),
        bits === undefined ? undefined : bits / 8,
        sampling,
        intervalOf(row, 'packets'),
      );
    }
    case 'requests':
      return measured(amount(fieldOf(row, 'count'), 'count'), summed('edgeResponseBytes'), sampling, intervalOf(row));
    case 'request-roll-up':
      return measured(summed('requests'), summed('bytes'), sampling, undefined);
    case 'security-event-groups':
      return measured(amount(fieldOf(row, 'count'), 'count'), undefined, sampling, intervalOf(row));
    case 'security-events':
      // A row of this node is one sampled event that stands for `sampleInterval` events.
      return measured(sampling ?? 1, undefined, sampling, undefined);
    default:
      return node.shape satisfies never;
  }
}

const Z_95 = 1.959964;

/**
 * The confidence interval of the API is kept as the weight that yields it: with half-width h and estimate n,
 * n × (w − 1) = (h / 1.96)². The mean interval alone would give a range that is too narrow, because weights are mixed.
 */
function measured(
  units: number | undefined,
  bytes: number | undefined,
  sampling: number | undefined,
  halfWidth: number | undefined,
): Measures {
  const weight =
    halfWidth === undefined || units === undefined || units === 0 ? undefined : 1 + (halfWidth / Z_95) ** 2 / units;
  return {
    ...(units !== undefined && { units }),
    ...(bytes !== undefined && { bytes }),
    ...(sampling !== undefined && { sampleInterval: Math.max(1, sampling) }),
    ...(weight !== undefined && { weight }),
  };
}

/** Half-width of the 95 % interval of the count (or of a sum), when the query asked for one at that level. */
function intervalOf(row: JsonRecord, sum?: string): number | undefined {
  const confidence = fieldOf(row, 'confidence');
  const level = toAmount(fieldOf(confidence, 'level'));
  if (level !== undefined && Math.abs(level - 0.95) > 1e-9) return undefined;
  const stated = sum === undefined ? fieldOf(confidence, 'count') : fieldOf(fieldOf(confidence, 'sum'), sum);
  const lower = toAmount(fieldOf(stated, 'lower'));
  const upper = toAmount(fieldOf(stated, 'upper'));
  return lower === undefined || upper === undefined || upper < lower ? undefined : (upper - lower) / 2;
}

/**
 * What was done and by what. In `httpRequestsAdaptiveGroups` an empty or `unknown` action says that no security product acted
 * on the request: it passed.
 */
function readAction(fields: ReadonlyMap<string, unknown>, node: GraphqlNode) {
  const source = toText(fields.get('securitysource') ?? fields.get('source') ?? fields.get('mitigationsystem'));
  const system = toSystem(source) ?? node.system;
  if (node.layer === 'network') {
    const outcome = fields.get('outcome');
    const action = lower(outcome);
    return {
      system,
      action,
      ...(fields.has('outcome') && { disposition: toDisposition(action, { layer: 'network' }) }),
    };
  }
  const name = fields.has('securityaction') ? 'securityaction' : 'action';
  if (!fields.has(name)) return { system, action: undefined };
  const raw = fields.get(name);
  const action = lower(raw);
  const idle = node.shape === 'requests' && action === undefined && typeof raw === 'string';
  return { system, action, disposition: idle ? ('passed' as const) : toDisposition(action, { layer: 'http', source }) };
}
