import type { ReportedAttack, TimelineEntry } from '../dataset.ts';

/**
 * One attack an id and system: messages about one attack (start and end of an alert, ban and unban, pages of a query) in one or
 * several files. Spans are joined; of rates and volumes the larger is kept, because messages repeat the same attack and are
 * never parts of it. It has ended when any message says so. What was only put together from packets fills what no message states.
 */
export function mergeAttacks(attacks: readonly ReportedAttack[]): ReportedAttack[] {
  const byId = new Map<string, ReportedAttack[]>();
  for (const attack of attacks) {
    const key = JSON.stringify([attack.system, attack.id]);
    byId.set(key, [...(byId.get(key) ?? []), attack]);
  }
  return [...byId.values()].flatMap((group) => {
    const stated = joinAll(group.filter((attack) => attack.derived !== true));
    const derived = joinAll(group.filter((attack) => attack.derived === true));
    return stated && derived ? filled(stated, derived) : (stated ?? derived ?? []);
  });
}

function joinAll(attacks: readonly ReportedAttack[]): ReportedAttack | undefined {
  const [first, ...rest] = attacks;
  return first && rest.reduce(joined, first);
}

/** What was stated, and beneath it what was derived. */
function filled(stated: ReportedAttack, { derived: _, ...beneath }: ReportedAttack): ReportedAttack {
  return {
    ...beneath,
    ...stated,
    window: { ...beneath.window, ...stated.window },
    peak: { ...beneath.peak, ...stated.peak },
    total: { ...beneath.total, ...stated.total },
  };
}

const BY_CERTAINTY = ['ended', 'ongoing', 'unknown'] as const;

function joined(a: ReportedAttack, b: ReportedAttack): ReportedAttack {
  const start = least(a.window.start, b.window.start);
  const end = most(a.window.end, b.window.end);
  return {
    ...b,
    ...a,
    window: { ...(start !== undefined && { start }), ...(end !== undefined && { end }) },
    peak: { ...largest(a.peak, b.peak, ['bitsPerSecond', 'packetsPerSecond', 'requestsPerSecond']) },
    total: largest(a.total, b.total, ['packets', 'bytes', 'requests', 'droppedPackets', 'droppedBytes']),
    status: BY_CERTAINTY.find((status) => a.status === status || b.status === status) ?? 'unknown',
  };
}

function largest<T extends object, K extends keyof T>(a: T, b: T, names: readonly K[]): T {
  const merged: T = { ...b, ...a };
  for (const name of names) {
    const [x, y] = [a[name], b[name]];
    if (typeof x === 'number' && typeof y === 'number' && y > x) merged[name] = y;
  }
  return merged;
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function most(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

/** Entries by time, each once: the same entry may stand in an incident and in its log. Ties keep the order of the inputs. */
export function mergeTimeline(entries: readonly TimelineEntry[]): TimelineEntry[] {
  const different = new Map<string, TimelineEntry>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.source, entry.at, entry.milestone, entry.title, entry.detail, entry.visibility]);
    if (!different.has(key)) different.set(key, entry);
  }
  return [...different.values()].sort((a, b) => a.at - b.at);
}
