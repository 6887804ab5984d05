import type { AttackStats, RecurrenceStats, SenderStats } from '../aggregate/aggregate.ts';
import { counted, integer, label, list } from '../model/inlines.ts';
import type { Inline, Phrase } from '../model/phrase.ts';
import { noun, say } from '../model/say.ts';
import type { Layer } from '../model/traffic.ts';
import type { Finding } from './findings.ts';
import { evidenceOf } from './inlines.ts';
import type { Insight } from './needs.ts';
import { spoofingOf } from './spoofing.ts';

/** Fewer shared addresses are coincidence … */
const FEWEST_SHARED = 5;
/** … and so are not so many times as many as coincidence brings. */
const OUT_OF_CHANCE = 20;
/** Incidents told before the rest is counted. */
const MOST_NAMED = 3;

/** Senders that can be told by their address: of packets only where it is known that they are not forged. */
export function realSenders(stats: AttackStats): SenderStats[] {
  return stats.senders.filter(({ layer }) => areReal(stats, layer));
}

function areReal(stats: AttackStats, layer: Layer): boolean {
  return layer === 'http' || spoofingOf(stats.layers.find((one) => one.layer === layer)) === false;
}

/** Earlier incidents whose addresses could be compared with those of this one, and those that share enough of them. */
export interface Recurrence {
  readonly compared: number;
  /** Most shared addresses first; each incident once. */
  readonly incidents: readonly RecurrenceStats[];
  /** All that were compared, those with the most shared addresses first. */
  readonly all: readonly RecurrenceStats[];
}

/**
 * How alike the senders of this attack and those on record of an earlier one are. Jaccard is the share of both in either; where one
 * list is much longer than the other it stays small, and what part of each is in the other says more.
 */
export function likenessOf(
  stats: AttackStats,
  { layer, shared, onRecord }: RecurrenceStats,
): { readonly ofRecord: number; readonly ofAttack: number; readonly jaccard: number } {
  const mine = stats.senders.find((one) => one.layer === layer)?.total.value ?? shared.value;
  const part = (whole: number) => (whole > 0 ? shared.value / whole : 0);
  return {
    ofRecord: part(onRecord.value),
    ofAttack: part(mine),
    jaccard: part(mine + onRecord.value - shared.value),
  };
}

/** Undefined where no earlier incident could be compared. */
export function findRecurrence(stats: AttackStats): Recurrence | undefined {
  const compared = stats.recurring.filter(({ layer }) => areReal(stats, layer));
  if (compared.length === 0) return undefined;
  const found = compared
    .filter(({ shared, expectedByChance }) => shared.value >= Math.max(FEWEST_SHARED, OUT_OF_CHANCE * expectedByChance))
    .sort((a, b) => b.shared.value - a.shared.value || b.startedAt - a.startedAt);
  const idOf = ({ incidentId }: RecurrenceStats) => incidentId;
  return {
    compared: new Set(compared.map(idOf)).size,
    all: [...compared].sort((a, b) => b.shared.value - a.shared.value || b.startedAt - a.startedAt),
    incidents: found.filter((one, index) => found.findIndex((other) => idOf(other) === idOf(one)) === index),
  };
}

/** Whether machines of an earlier incident attacked again. Silent where none did or that cannot be said. */
export const recurring: Insight = {
  id: 'recurring',
  needs: ['waves'],
  find(stats): Finding | undefined {
    const incidents = findRecurrence(stats)?.incidents ?? [];
    const [first] = incidents;
    if (!first) return undefined;
    return {
      id: 'recurring',
      title: [
        say`Addresses of ${counted(incidents.length, noun('earlier incident', 'earlier incidents'))} attacked again`,
      ],
      text: [
        say`${sharedWords(incidents)} By chance it would have been fewer than ${counted(Math.max(1, Math.ceil(Math.max(...incidents.map((one) => one.expectedByChance)))), noun('address', 'addresses'))}. That points to the same machines; who had them sent, it does not tell.`,
      ],
      tone: 'neutral',
      evidence: evidenceOf(...incidents.map(({ shared }) => shared)),
    };
  },
};

/** `120 of the 1,020 addresses on record of INC-1 (17 Nov 2026) took part.` */
function sharedWords(incidents: readonly RecurrenceStats[]): Phrase {
  const told = incidents
    .slice(0, MOST_NAMED)
    .flatMap(({ incidentId, startedAt, shared, onRecord }, index): Inline[] => [
      index === 0
        ? say`${integer(shared.value)} of the ${counted(onRecord.value, noun('address', 'addresses'))} on record of ${label(incidentId, 'code')} (${{ kind: 'time', at: startedAt, form: 'day' }})`
        : say`; ${integer(shared.value)} of the ${counted(onRecord.value, noun('address', 'addresses'))} on record of ${label(incidentId, 'code')} (${{ kind: 'time', at: startedAt, form: 'day' }})`,
    ]);
  const others = incidents.slice(MOST_NAMED);
  return [
    say`${told} took part in this one.`,
    ...(others.length > 0
      ? [say` So did addresses of ${list(others.map(({ incidentId }) => label(incidentId, 'code')))}.`]
      : []),
  ];
}
