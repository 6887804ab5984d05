import type { Dimension } from '../../model/dimension.ts';
import { label } from '../../model/inlines.ts';
import type { Unit } from '../../model/measure.ts';
import { say } from '../../model/say.ts';
import type { Layer } from '../../model/traffic.ts';
import type { ReportedAttack, ReportedTopList } from '../dataset.ts';
import type { Collector, DocumentReader, InputDocument } from '../format.ts';
import { toAddress, toEpochMs, toText } from '../normalize.ts';
import { worded } from '../worded.ts';
import { commonTarget } from './address-groups.ts';
import { claimOwners } from './claims.ts';
import { toDimensionValue } from './dimension-values.ts';
import { collectFaults, type Faults } from './faults.ts';
import { documentsOf, fieldOf, isRecord, type JsonRecord, listOf, pathOfDocument, toAmount } from './json-values.ts';

type Path = readonly (string | number)[];

/** Output of `aws shield describe-attack` and `list-attacks`. */
export const awsShieldReader: DocumentReader = {
  id: 'aws/shield',
  recognises: (document) => {
    const answers = documentsOf(document.json);
    return answers.length > 0 && answers.every((answer) => attacksOf(answer, []).length > 0 || isList(answer));
  },
  read(document, collector) {
    const faults = collectFaults(document);
    const found = documentsOf(document.json).flatMap((answer, index) =>
      attacksOf(answer, pathOfDocument(document.json, index)),
    );
    const read = found.flatMap(({ attack, path }) => readAttack(document, attack, path, faults));
    const lists = found.flatMap(({ attack, path }) => readContributors(document, attack, path, faults));
    faults.throwIfAny();
    collector.count(document.inputId, read.length);
    claimAccounts(document, collector, found);
    for (const attack of read) {
      collector.attack(attack);
      warnAttack(document, collector, attack);
    }
    for (const list of lists) collector.topList(list);
    warnPages(document, collector);
    if (found.length === 0)
      collector.warn({
        code: 'empty-result',
        ...worded(
          say`${label(document.input.path, 'code')} lists no attacks. An empty answer is no evidence that there was no attack: the period or the rights may be wrong.`,
        ),
        input: document.inputId,
      });
  },
};

interface FoundAttack {
  readonly attack: JsonRecord;
  readonly path: Path;
}

function isList(answer: unknown): boolean {
  return Array.isArray(fieldOf(answer, 'AttackSummaries'));
}

function attacksOf(answer: unknown, path: Path): FoundAttack[] {
  const single = fieldOf(answer, 'Attack');
  if (isRecord(single) && Object.hasOwn(single, 'AttackId')) return [{ attack: single, path: [...path, 'Attack'] }];
  return listOf(fieldOf(answer, 'AttackSummaries')).flatMap((attack, index) =>
    isRecord(attack) ? { attack, path: [...path, 'AttackSummaries', index] } : [],
  );
}

function readAttack(document: InputDocument, attack: JsonRecord, path: Path, faults: Faults): ReportedAttack[] {
  const id = toText(attack.AttackId);
  if (id === undefined) {
    faults.addAt('an attack without AttackId', path);
    return [];
  }
  const start = readTime(document, attack, 'StartTime', path, faults);
  const end = readTime(document, attack, 'EndTime', path, faults);
  const vectors = vectorsOf(attack);
  const target = targetOf(attack);
  const mitigations = listOf(attack.Mitigations).flatMap((entry) => toText(fieldOf(entry, 'MitigationName')) ?? []);
  return [
    {
      id,
      system: 'AWS Shield',
      layer: layerOf(attack, vectors),
      ...(vectors.length > 0 && { vector: vectors.join(', ') }),
      window: { ...(start !== undefined && { start }), ...(end !== undefined && { end }) },
      ...(target !== undefined && { target }),
      peak: readPeaks(attack),
      total: {},
      ...(mitigations.length > 0 && { mitigation: mitigations.join(', ') }),
      status: end !== undefined ? 'ended' : start !== undefined ? 'ongoing' : 'unknown',
      input: document.inputId,
    },
  ];
}

/** Unix seconds with a fraction, or ISO text where the CLI is set so. Absent while the attack runs. */
function readTime(
  document: InputDocument,
  attack: JsonRecord,
  name: string,
  path: Path,
  faults: Faults,
): number | undefined {
  const value = fieldOf(attack, name);
  if (value === undefined || value === null) return undefined;
  const time = toEpochMs(value, { timeZone: document.input.timeZone });
  if (time && !time.assumedZone) return time.at;
  faults.addAt(`${JSON.stringify(value)} is not a time with a zone`, [...path, name]);
  return undefined;
}

function vectorsOf(attack: JsonRecord): string[] {
  const lists = [...listOf(attack.SubResources), attack].flatMap((holder) => listOf(fieldOf(holder, 'AttackVectors')));
  return [...new Set(lists.flatMap((vector) => toText(fieldOf(vector, 'VectorType')) ?? []))].sort();
}

const HTTP_VECTORS = new Set(['REQUEST_FLOOD', 'WORDPRESS_PINGBACK_REFLECTION', 'HTTP_FLOOD']);

function layerOf(attack: JsonRecord, vectors: readonly string[]): Layer {
  const layers = listOf(attack.AttackProperties).map((property) => toText(fieldOf(property, 'AttackLayer')));
  if (layers.length > 0) return layers.every((layer) => layer === 'APPLICATION') ? 'http' : 'network';
  return vectors.length > 0 && vectors.every((vector) => HTTP_VECTORS.has(vector)) ? 'http' : 'network';
}

/** The addresses under attack in common, else the URL, else the name of the resource: its ARN without partition and account. */
function targetOf(attack: JsonRecord): string | undefined {
  const ids = (type: string) =>
    listOf(attack.SubResources).flatMap((entry) =>
      fieldOf(entry, 'Type') === type ? (toText(fieldOf(entry, 'Id')) ?? []) : [],
    );
  const urls = new Set(ids('URL'));
  return commonTarget(ids('IP')) ?? (urls.size === 1 ? [...urls][0] : undefined) ?? arnParts(attack)?.resource;
}

function arnParts(attack: JsonRecord): { account: string; resource: string } | undefined {
  const parts = /^arn:[^:]*:[^:]*:[^:]*:([^:]*):(.+)$/.exec(toText(attack.ResourceArn) ?? '');
  return parts ? { account: parts[1] ?? '', resource: parts[2] ?? '' } : undefined;
}

/** Sub-resources are addresses of AWS, so the account in the ARN says whose they are. */
function claimAccounts(document: InputDocument, collector: Collector, found: readonly FoundAttack[]): void {
  const claim = claimOwners(document, collector);
  for (const { attack, path } of found) {
    const account = arnParts(attack)?.account;
    if (account) claim('account', account, [...path, 'ResourceArn']);
  }
}

/**
 * The largest `Max` of any counter: peaks of sub-resources need not fall together, so they are never added, and `Sum` adds up
 * readings of a rate, so it is no volume. The API does not say whether `BPS` means bits or bytes: it is kept as stated.
 */
function readPeaks(attack: JsonRecord): ReportedAttack['peak'] {
  const counters = [
    ...listOf(attack.AttackCounters),
    ...listOf(attack.SubResources).flatMap((entry) => [
      ...listOf(fieldOf(entry, 'Counters')),
      ...listOf(fieldOf(entry, 'AttackVectors')).flatMap((vector) => listOf(fieldOf(vector, 'VectorCounters'))),
    ]),
  ];
  const largest = new Map<string, number>();
  for (const counter of counters) {
    const unit = toText(fieldOf(counter, 'Unit'))?.toUpperCase();
    const max = toAmount(fieldOf(counter, 'Max'));
    if (unit !== undefined && max !== undefined) largest.set(unit, Math.max(largest.get(unit) ?? 0, max));
  }
  const packets = largest.get('PPS');
  const requests = largest.get('RPS');
  const asStated = [...largest].filter(([unit]) => unit === 'BPS').map(([unit, value]) => ({ value, unit }));
  return {
    ...(packets !== undefined && { packetsPerSecond: packets }),
    ...(requests !== undefined && { requestsPerSecond: requests }),
    ...(asStated.length > 0 && { asStated }),
  };
}

const PROPERTIES: ReadonlyMap<string, Dimension> = new Map([
  ['SOURCE_IP_ADDRESS', 'source_ip'],
  ['SOURCE_COUNTRY', 'source_country'],
  ['SOURCE_ASN', 'source_asn'],
  ['SOURCE_USER_AGENT', 'user_agent'],
  ['DESTINATION_URL', 'path'],
]);
const PROPERTY_UNITS: ReadonlyMap<string, Unit> = new Map([
  ['BITS', 'bits'],
  ['BYTES', 'bytes'],
  ['PACKETS', 'packets'],
  ['REQUESTS', 'requests'],
]);

/** The five largest contributors of each property, with the total they were cut from. */
function readContributors(document: InputDocument, attack: JsonRecord, path: Path, faults: Faults): ReportedTopList[] {
  return listOf(attack.AttackProperties).flatMap((property, index) => {
    const dimension = PROPERTIES.get(toText(fieldOf(property, 'AttackPropertyIdentifier')) ?? '');
    const unit = PROPERTY_UNITS.get(toText(fieldOf(property, 'Unit')) ?? '');
    if (dimension === undefined || unit === undefined) return [];
    const items = listOf(fieldOf(property, 'TopContributors')).flatMap((entry, position) => {
      const name = toText(fieldOf(entry, 'Name'));
      const value = toAmount(fieldOf(entry, 'Value'));
      if (value === undefined)
        faults.addAt(`${JSON.stringify(fieldOf(entry, 'Value'))} is not a number of at least 0`, [
          ...path,
          'AttackProperties',
          index,
          'TopContributors',
          position,
          'Value',
        ]);
      return name === undefined || value === undefined
        ? []
        : { key: toDimensionValue(dimension, name) ?? name, label: toAddress(name) ?? name, value };
    });
    const total = toAmount(fieldOf(property, 'Total'));
    if (items.length === 0) return [];
    const layer: Layer = fieldOf(property, 'AttackLayer') === 'APPLICATION' ? 'http' : 'network';
    return { layer, dimension, unit, items, ...(total !== undefined && { total }), input: document.inputId };
  });
}

function warnAttack(document: InputDocument, collector: Collector, attack: ReportedAttack): void {
  const stated = attack.peak.asStated?.[0];
  if (stated)
    collector.warn({
      code: 'unknown-values',
      ...worded(
        say`${label(document.input.path, 'code')}: AWS Shield states a highest rate of ${[String(stated.value), ' ', stated.unit]} without saying whether that means bits or bytes a second; it is shown as stated and compared with nothing.`,
      ),
      input: document.inputId,
    });
  if (attack.status === 'ongoing')
    collector.warn({
      code: 'ongoing',
      ...worded(say`${label(document.input.path, 'code')}: the attack had not ended when the answer was saved.`),
      input: document.inputId,
    });
}

function warnPages(document: InputDocument, collector: Collector): void {
  if (documentsOf(document.json).every((answer) => toText(fieldOf(answer, 'NextToken')) === undefined)) return;
  collector.warn({
    code: 'possibly-truncated',
    ...worded(
      say`${label(document.input.path, 'code')}: the list of attacks goes on (NextToken); attacks may be missing.`,
    ),
    input: document.inputId,
  });
}
