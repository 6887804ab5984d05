import type { ReportedAttack } from '../dataset.ts';
import { toEpochMs, toText } from '../normalize.ts';
import { commonTarget } from './address-groups.ts';
import type { GraphqlNode } from './graphql-nodes.ts';
import type { GraphqlRow } from './graphql-rows.ts';
import { fieldOf, type JsonRecord, toAmount } from './json-values.ts';

interface AttackParts {
  readonly node: GraphqlNode;
  readonly seen: Set<string>;
  readonly starts: number[];
  readonly ends: number[];
  readonly targets: string[];
  readonly sums: Map<keyof ReportedAttack['total'], number>;
  readonly words: { vector?: string; mitigation?: string; transport?: string; destinationPort?: number };
}

/**
 * Attack ids of a document, one attack an id: its rows are parts of it (targets, minutes, outcomes), so volumes are added, equal
 * rows of a node counted once, and the span is the earliest start to the latest end. A node that states whole attacks is
 * preferred to packet rows of the same id; the two are never added.
 */
export function gatherAttacks(inputId: string): {
  add(row: GraphqlRow, raw: JsonRecord, node: GraphqlNode): void;
  list(): ReportedAttack[];
} {
  const byNode = new Map<string, Map<string, AttackParts>>();
  return {
    add(row, raw, node) {
      const id = row.point.at.attack_id;
      if (id === undefined || (node.shape !== 'attacks' && row.point.t === undefined)) return;
      const ids = byNode.get(node.name) ?? new Map<string, AttackParts>();
      byNode.set(node.name, ids);
      const parts = ids.get(id) ?? emptyParts(node);
      ids.set(id, parts);
      addRow(parts, row, raw);
    },
    list() {
      const attacks = new Map<string, ReportedAttack>();
      const nodes = [...byNode.values()].sort((a, b) => rank(a) - rank(b));
      for (const ids of nodes) {
        for (const [id, parts] of ids) if (!attacks.has(id)) attacks.set(id, toAttack(id, parts, inputId));
      }
      return [...attacks.values()];
    },
  };
}

function rank(ids: ReadonlyMap<string, AttackParts>): number {
  return [...ids.values()][0]?.node.shape === 'attacks' ? 0 : 1;
}

function emptyParts(node: GraphqlNode): AttackParts {
  return { node, seen: new Set(), starts: [], ends: [], targets: [], sums: new Map(), words: {} };
}

function addRow(parts: AttackParts, row: GraphqlRow, raw: JsonRecord): void {
  const key = JSON.stringify([row.point.part, raw]);
  if (parts.seen.has(key)) return;
  parts.seen.add(key);
  const start = row.point.t ?? toEpochMs(row.fields.get('startdatetime'))?.at;
  const end =
    row.point.t === undefined ? toEpochMs(row.fields.get('enddatetime'))?.at : row.point.t + (row.intervalMs ?? 0);
  if (start !== undefined) parts.starts.push(start);
  if (end !== undefined) parts.ends.push(end);
  const { destination_ip: target, transport, destination_port: port } = row.point.at;
  if (target !== undefined) parts.targets.push(target);
  const vector = row.point.at.vector ?? toText(row.fields.get('attacktype'));
  if (vector !== undefined) parts.words.vector ??= vector;
  const mitigation = toText(row.fields.get('mitigationtype'));
  if (mitigation !== undefined) parts.words.mitigation ??= mitigation;
  if (transport !== undefined) parts.words.transport ??= transport;
  if (port !== undefined) parts.words.destinationPort ??= Number(port);

  const blocked = row.point.disposition === 'blocked';
  addTo(parts, 'packets', row.point.units);
  addTo(parts, 'bytes', row.point.bytes);
  addTo(parts, 'droppedPackets', stated(raw, 'droppedPackets') ?? (blocked ? row.point.units : undefined));
  addTo(parts, 'droppedBytes', eighth(stated(raw, 'droppedBits')) ?? (blocked ? row.point.bytes : undefined));
}

function stated(raw: JsonRecord, name: string): number | undefined {
  return toAmount(fieldOf(fieldOf(raw, 'sum'), name) ?? fieldOf(raw, name));
}

function eighth(bits: number | undefined): number | undefined {
  return bits === undefined ? undefined : bits / 8;
}

function addTo(parts: AttackParts, name: keyof ReportedAttack['total'], value: number | undefined): void {
  if (value !== undefined) parts.sums.set(name, (parts.sums.get(name) ?? 0) + value);
}

function toAttack(id: string, parts: AttackParts, inputId: string): ReportedAttack {
  const target = commonTarget(parts.targets);
  const start = parts.starts.length === 0 ? undefined : parts.starts.reduce((a, b) => Math.min(a, b));
  const end = parts.ends.length === 0 ? undefined : parts.ends.reduce((a, b) => Math.max(a, b));
  return {
    id,
    system: 'Cloudflare dosd',
    layer: 'network',
    ...parts.words,
    window: { ...(start !== undefined && { start }), ...(end !== undefined && { end }) },
    ...(target !== undefined && { target }),
    peak: {},
    total: Object.fromEntries(parts.sums),
    // Only the node of whole attacks states an end; the last minute with packets is not one.
    status: parts.node.shape === 'attacks' && end !== undefined ? 'ended' : 'unknown',
    ...(parts.node.shape !== 'attacks' && { derived: true as const }),
    input: inputId,
  };
}
