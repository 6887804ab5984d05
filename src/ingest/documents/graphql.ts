import { ReportError } from '../../errors.ts';
import type { Dimension } from '../../model/dimension.ts';
import { counted, label } from '../../model/inlines.ts';
import { plural } from '../../model/plural.ts';
import { noun, say } from '../../model/say.ts';
import { UNIT_NAMES } from '../../model/unit-names.ts';
import type { Collector, DocumentReader, InputDocument, PointRow, PointSeries } from '../format.ts';
import { worded } from '../worded.ts';
import { claimOwners } from './claims.ts';
import { collectFaults, type Faults, placeOf } from './faults.ts';
import { gatherAttacks } from './graphql-attacks.ts';
import { findNode, type GraphqlNode, inferNode, listNodes, looksLikeNode } from './graphql-nodes.ts';
import { readRollUpMaps } from './graphql-roll-up.ts';
import { dimensionsOf, type GraphqlRow, readRow, unreadFields } from './graphql-rows.ts';
import { documentsOf, fieldOf, isRecord, type JsonRecord, listOf, pathOfDocument, valueAt } from './json-values.ts';
import { collectTopList } from './top-list.ts';

/** The API returns at most this many rows where the query asks for no fewer. */
const API_ROW_LIMIT = 10_000;

/** Answers of the Cloudflare GraphQL Analytics API, saved as JSON. */
export const graphqlReader: DocumentReader = {
  id: 'cloudflare/graphql',
  recognises: (document) => {
    const answers = documentsOf(document.json);
    return answers.length > 0 && answers.every(isAnswer);
  },
  read(document, collector) {
    const faults = collectFaults(document);
    const attacks = gatherAttacks(document.inputId);
    const claim = claimOwners(document, collector);
    for (const list of findLists(document, collector, faults))
      readList({ document, collector, faults, attacks, claim }, list);
    faults.throwIfAny();
    for (const attack of attacks.list()) collector.attack(attack);
  },
};

type Path = readonly (string | number)[];

interface Reading {
  readonly document: InputDocument;
  readonly collector: Collector;
  readonly faults: Faults;
  readonly attacks: ReturnType<typeof gatherAttacks>;
  readonly claim: ReturnType<typeof claimOwners>;
}

/** The rows of one node or alias of one zone or account. */
interface ResultList {
  readonly alias: string;
  readonly rows: readonly unknown[];
  readonly part: string;
  readonly owner?: { readonly kind: 'zone' | 'account'; readonly id: string };
  readonly path: Path;
}

function isAnswer(answer: unknown): boolean {
  if (isRecord(viewerOf(answer))) return true;
  return isRecord(answer) && Array.isArray(answer.errors) && Object.hasOwn(answer, 'data');
}

function viewerOf(answer: unknown): unknown {
  return valueAt(answer, 'data', 'viewer') ?? fieldOf(answer, 'viewer');
}

function findLists(document: InputDocument, collector: Collector, faults: Faults): ResultList[] {
  return documentsOf(document.json).flatMap((answer, index) => {
    const path = pathOfDocument(document.json, index);
    refuseErrors(document, answer, path);
    const viewer = viewerOf(answer);
    if (!isRecord(viewer)) {
      faults.addAt('the answer holds no data.viewer', [...path, 'data']);
      return [];
    }
    const viewerPath = [...path, ...(fieldOf(answer, 'data') === undefined ? [] : ['data']), 'viewer'];
    return Object.entries(viewer).flatMap(([key, entries]) =>
      Array.isArray(entries) ? listsOf(document, collector, key, entries, [...viewerPath, key]) : [],
    );
  });
}

/** @throws ReportError when the API refused the query or a part of it: such an answer looks like "no attack". */
function refuseErrors(document: InputDocument, answer: unknown, path: Path): void {
  const errors = listOf(fieldOf(answer, 'errors'));
  const where = { file: document.input.path, ...placeOf(document, [...path, errors.length > 0 ? 'errors' : 'data']) };
  if (errors.length > 0) {
    const texts = errors
      .slice(0, 5)
      .map((error) => String(fieldOf(error, 'message') ?? JSON.stringify(error)).slice(0, 300));
    throw new ReportError(
      'input-invalid',
      `the API answered with ${plural(errors.length, 'error', 'errors')}: ${texts.join('; ')}`,
      {
        where,
        hint: 'Repeat the query until `errors` is null, then save the answer again.',
      },
    );
  }
  if (isRecord(answer) && answer.data === null)
    throw new ReportError('input-invalid', 'the API answered with `data: null`', {
      where,
      hint: 'Repeat the query and save the whole answer.',
    });
}

function listsOf(
  document: InputDocument,
  collector: Collector,
  key: string,
  entries: readonly unknown[],
  path: Path,
): ResultList[] {
  if (entries.length === 0) warnEmpty(document, collector, key);
  return entries.flatMap((entry, index) => {
    if (!isRecord(entry)) return [];
    const zone = fieldOf(entry, 'zoneTag');
    const account = fieldOf(entry, 'accountTag');
    const id = typeof zone === 'string' ? zone : typeof account === 'string' ? account : undefined;
    const plain = entries.length === 1 && (key === 'zones' || key === 'accounts');
    return Object.entries(entry).flatMap(([alias, rows]) =>
      Array.isArray(rows)
        ? {
            alias,
            rows,
            part: id ?? (plain ? '' : `${key}[${index}]`),
            path: [...path, index, alias],
            ...(id !== undefined && {
              owner: { kind: typeof zone === 'string' ? ('zone' as const) : ('account' as const), id },
            }),
          }
        : [],
    );
  });
}

function warnEmpty(document: InputDocument, collector: Collector, name: string): void {
  collector.warn({
    code: 'empty-result',
    ...worded(
      say`${label(document.input.path, 'code')}: ${label(name, 'code')} holds no rows. An empty answer is no evidence that there was no attack: the filter, the period or the rights of the token may be wrong.`,
    ),
    input: document.inputId,
  });
}

function readList(reading: Reading, list: ResultList): void {
  const { document, collector, faults } = reading;
  const records = list.rows.filter(isRecord);
  if (records.length === 0) {
    warnEmpty(document, collector, list.alias);
    return;
  }
  const node = nodeOf(reading, list, records[0] ?? {});
  if (!node) return;
  const fault = (problem: string, path: Path) => faults.addAt(problem, path);
  const all = list.rows.flatMap((row, index) => {
    if (isRecord(row)) return { row: readRow(row, node, list.part, [...list.path, index], fault), raw: row, index };
    fault('expected a row, an object', [...list.path, index]);
    return [];
  });
  collector.count(document.inputId, all.length);
  const kept = all.filter(({ row }) => row.leftOut === undefined);
  warnLeftOut(
    reading,
    list,
    all.map(({ row }) => row),
  );
  claimRows(reading, list, kept);
  for (const { row, raw } of kept) reading.attacks.add(row, raw, node);
  // A list without time is the head of a longer one by its nature.
  const truncated =
    kept.some(({ row }) => row.intervalMs !== undefined || node.shape === 'attacks') && warnTruncated(reading, list);
  if (node.shape === 'attacks') return;
  const rows = kept.map(({ row }) => row);
  emit(reading, list, {
    node,
    truncated,
    rows,
    dimensions: [...new Set(rows.flatMap((row) => dimensionsOf(row, node)))].sort(),
  });
  if (node.shape === 'request-roll-up') emitMaps(reading, list, { node, truncated, kept });
}

function nodeOf(reading: Reading, list: ResultList, first: JsonRecord): GraphqlNode | undefined {
  const { document, faults, collector } = reading;
  const named = findNode(list.alias);
  if (named) return named;
  const stated = document.input.node;
  if (stated !== undefined) {
    const node = findNode(stated);
    if (!node) faults.add(`node "${stated}" is not one that is read: ${listNodes().join(', ')}`, { field: 'node' });
    return node;
  }
  if (looksLikeNode(list.alias)) {
    collector.warn({
      code: 'left-out',
      ...worded(
        say`${label(document.input.path, 'code')}: ${label(list.alias, 'code')} (${counted(list.rows.length, noun('row', 'rows'))}) is not a node that is read and was left out.`,
      ),
      input: document.inputId,
    });
    return undefined;
  }
  const inferred = inferNode(first);
  if (!inferred)
    faults.addAt(
      `the fields of "${list.alias}" do not tell which node it is; add \`node:\` with the node's name to this input of the case file`,
      list.path,
    );
  return inferred;
}

function claimRows(
  reading: Reading,
  list: ResultList,
  rows: readonly { readonly row: GraphqlRow; readonly index: number }[],
): void {
  let labelled = false;
  let nameless: number | undefined;
  for (const { row, index } of rows) {
    const { host, destination_ip: address } = row.point.at;
    if (host !== undefined) reading.claim('host', host, [...list.path, index]);
    if (address !== undefined) reading.claim('address', address, [...list.path, index]);
    if (host !== undefined || address !== undefined) labelled = true;
    else nameless ??= index;
  }
  if (nameless !== undefined && !list.owner)
    reading.collector.unlabelled(reading.document.inputId, reading.document.lineOf([...list.path, nameless]));
  if (list.owner && (nameless !== undefined || !labelled))
    reading.claim(list.owner.kind, list.owner.id, list.path.slice(0, -1));
}

function warnLeftOut(reading: Reading, list: ResultList, rows: readonly GraphqlRow[]): void {
  const { document, collector } = reading;
  const subrequests = rows.filter((row) => row.leftOut === 'subrequest').length;
  const egress = rows.filter((row) => row.leftOut === 'egress').length;
  const place = `${document.input.path}: ${list.alias}`;
  if (subrequests > 0)
    collector.warn({
      code: 'subrequests-left-out',
      ...worded(
        say`${label(place, 'code')}: ${counted(subrequests, noun('row', 'rows'))} of requests that no client sent (Workers and the like) left out.`,
      ),
      input: document.inputId,
    });
  if (egress > 0)
    collector.warn({
      code: 'egress-left-out',
      ...worded(say`${label(place, 'code')}: ${counted(egress, noun('row', 'rows'))} of outgoing traffic left out.`),
      input: document.inputId,
    });
}

function warnTruncated({ document, collector }: Reading, list: ResultList): boolean {
  const limit = document.input.limit ?? API_ROW_LIMIT;
  if (list.rows.length !== limit) return false;
  collector.warn({
    code: 'possibly-truncated',
    ...worded(
      say`${label(document.input.path, 'code')}: ${label(list.alias, 'code')} holds exactly ${counted(limit, noun('row', 'rows'))}, the limit of the query. Rows may be missing, so its totals are lower bounds.`,
    ),
    input: document.inputId,
  });
  return true;
}

interface Found {
  readonly node: GraphqlNode;
  readonly truncated: boolean;
  readonly rows: readonly GraphqlRow[];
  readonly dimensions: readonly Dimension[];
}

function emit(reading: Reading, list: ResultList, found: Found): void {
  const { document, collector } = reading;
  const { node, rows } = found;
  if (rows.length === 0) return;
  const unread = [...new Set(rows.flatMap(unreadFields))].sort();
  const intervalMs = rows[0]?.intervalMs;
  const points = rows.map((row) => row.point);
  warnMeasures(reading, list, node, points);
  const series: PointSeries = {
    key: ['graphql', node.name, list.alias, intervalMs ?? 'no time', ...found.dimensions, '', ...unread].join(' '),
    layer: node.layer,
    label: `Cloudflare GraphQL ${node.name}${findNode(list.alias) ? '' : ` (${list.alias})`}`,
    unit: node.unit,
    kind: kindOf(node, points),
    intervalMs: intervalMs ?? 0,
    dimensions: found.dimensions,
    knowsDisposition: points.some((point) => point.disposition !== undefined && point.disposition !== 'unknown'),
    // An alias often stands for a filtered query, so an unnamed result of the same node goes first.
    priority: found.truncated ? 10 : node.priority - (findNode(list.alias) ? 0 : 5),
    inputId: document.inputId,
    rows: points,
  };
  const complete = document.input.limit !== undefined && list.rows.length < document.input.limit;
  if (intervalMs !== undefined || (complete && found.dimensions.length > 0)) collector.points(series);
  else collectTopList(document, collector, series, list.alias);
}

function emitMaps(
  reading: Reading,
  list: ResultList,
  found: Pick<Found, 'node' | 'truncated'> & { kept: readonly { row: GraphqlRow; raw: JsonRecord; index: number }[] },
): void {
  const fault = (problem: string, path: Path) => reading.faults.addAt(problem, path);
  for (const map of readRollUpMaps(found.kept, list.path, fault)) {
    const node: GraphqlNode = {
      ...found.node,
      name: `${found.node.name} ${map.name}`,
      priority: found.node.priority - 5,
    };
    emit(
      reading,
      { ...list, alias: list.alias === found.node.name ? node.name : `${list.alias} ${map.name}` },
      {
        node,
        truncated: found.truncated,
        rows: map.rows,
        dimensions: [map.dimension],
      },
    );
  }
}

/** `estimated` when the API disclosed sampling, `counted` when it disclosed that there was none, else `reported`. */
function kindOf(node: GraphqlNode, points: readonly PointRow[]): PointSeries['kind'] {
  const weights = points.map((point) => point.weight ?? point.sampleInterval);
  if (node.shape === 'request-roll-up' || weights.includes(undefined)) return 'reported';
  return weights.every((weight) => weight === 1) ? 'counted' : 'estimated';
}

function warnMeasures(
  { document, collector }: Reading,
  list: ResultList,
  node: GraphqlNode,
  points: readonly PointRow[],
): void {
  const place = `${document.input.path}: ${list.alias}`;
  if (points.every((point) => point.units === undefined))
    collector.warn({
      code: 'unknown-values',
      ...worded(
        say`${label(place, 'code')} does not hold the number of ${UNIT_NAMES[node.unit]} (${label(node.shape === 'packets' ? 'sum { packets }' : 'count', 'code')}); visits and bytes are not counted as ${UNIT_NAMES[node.unit]}.`,
      ),
      input: document.inputId,
    });
  if (node.shape !== 'request-roll-up' && points.some((point) => (point.weight ?? point.sampleInterval) === undefined))
    collector.warn({
      code: 'unknown-values',
      ...worded(
        say`${label(place, 'code')} does not state how it was sampled; ask for ${label(node.shape === 'security-events' ? 'sampleInterval' : 'avg { sampleInterval }', 'code')} in the query.`,
      ),
      input: document.inputId,
    });
}
