import { clocksOf } from '../http/truth.ts';
import { add, containedAt, peaksOf, toCounts, toTop } from '../tally.ts';
import type {
  AttackIdTruth,
  NetworkMinuteTruth,
  NetworkTruth,
  SpectrumTruth,
  VectorTruth,
  WaveTruth,
} from '../truth.ts';
import type { Cell } from './population.ts';
import { CAMPAIGN_ID, PACKET_WAVES } from './story.ts';

const isDropped = (cell: Cell) => cell.treatment.outcome === 'drop';
const packetsIn = (cells: readonly Cell[]) => cells.reduce((sum, cell) => sum + cell.packets, 0);
const bytesIn = (cells: readonly Cell[]) => cells.reduce((sum, cell) => sum + cell.packets * cell.length, 0);
/** A cell is known to the second, so it starts at its second and ends with it. */
const firstOf = (cells: readonly Cell[]) =>
  cells.reduce((first, cell) => Math.min(first, cell.t), Number.POSITIVE_INFINITY);
const endOf = (cells: readonly Cell[]) => cells.reduce((last, cell) => Math.max(last, cell.t + 1_000), 0);

/** What is broken down, under the name of the Logpush field; packets of the whole window, ingress. */
const TOP_FIELDS: Readonly<Record<string, (cell: Cell) => string>> = {
  AttackID: (cell) => cell.attackId,
  AttackVector: (cell) => (cell.treatment.system === 'dosd' ? cell.stream.vector : ''),
  ColoCode: (cell) => cell.colo.code,
  ColoCountry: (cell) => cell.colo.country,
  IPDestinationAddress: (cell) => cell.destination,
  IPProtocolName: (cell) => cell.stream.protocol,
  Outcome: (cell) => cell.treatment.outcome,
};

/** Counts the packets of a case before sampling. */
export function countNetworkTruth(
  all: readonly Cell[],
  written: { readonly rows: number; readonly spectrum: SpectrumTruth },
): NetworkTruth {
  const cells = all.filter((cell) => cell.stream.direction === 'ingress');
  const attack = cells.filter((cell) => cell.stream.isAttack);
  const dropped = cells.filter(isDropped);
  const attackDropped = attack.filter(isDropped);
  const waves = PACKET_WAVES.map((wave) =>
    countWave(
      wave.number,
      attack.filter((cell) => cell.t >= wave.start && cell.t < wave.end),
    ),
  );
  return {
    sampling: 'dynamic',
    packets: packetsIn(cells),
    bytes: bytesIn(cells),
    attackPackets: packetsIn(attack),
    attackBytes: bytesIn(attack),
    droppedPackets: packetsIn(dropped),
    attackDroppedPackets: packetsIn(attackDropped),
    attackLeakedPackets: packetsIn(attack) - packetsIn(attackDropped),
    egressPackets: packetsIn(all) - packetsIn(cells),
    minutes: countMinutes(cells),
    waves,
    clocks: clocksOf(waves),
    peaks: peaksOf(secondsOf(cells, (cell) => cell.packets)),
    attackPeaks: peaksOf(secondsOf(attack, (cell) => cell.packets)),
    peakBits: peaksOf(secondsOf(cells, (cell) => cell.packets * cell.length * 8)),
    vectors: countVectors(attack),
    systems: toCounts(countBy(dropped, (cell) => cell.treatment.system)),
    attackIds: countAttackIds(attack),
    campaignId: CAMPAIGN_ID,
    top: Object.fromEntries(Object.entries(TOP_FIELDS).map(([field, keyOf]) => [field, toTop(countBy(cells, keyOf))])),
    ...written,
  };
}

function countBy(cells: readonly Cell[], keyOf: (cell: Cell) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const cell of cells) add(counts, keyOf(cell), cell.packets);
  return counts;
}

function secondsOf(cells: readonly Cell[], amountOf: (cell: Cell) => number): Map<number, number> {
  const seconds = new Map<number, number>();
  for (const cell of cells) add(seconds, cell.t / 1_000, amountOf(cell));
  return seconds;
}

function countWave(number: number, attack: readonly Cell[]): WaveTruth {
  const stopped = attack.filter(isDropped);
  const window = { start: firstOf(attack), end: endOf(attack) };
  const perSecond = secondsOf(attack, (cell) => cell.packets);
  const contained = containedAt(
    window,
    perSecond,
    secondsOf(stopped, (cell) => cell.packets),
  );
  if (contained === undefined) throw new Error(`wave ${number} of the story is never contained`);
  return {
    number,
    ...window,
    attack: packetsIn(attack),
    mitigated: packetsIn(stopped),
    leaked: packetsIn(attack) - packetsIn(stopped),
    firstMitigatedAt: firstOf(stopped),
    containedAt: contained,
    peaks: peaksOf(perSecond),
    vectors: [...new Set(attack.map((cell) => cell.stream.name))].sort(),
  };
}

function countMinutes(cells: readonly Cell[]): NetworkMinuteTruth[] {
  const minutes = new Map<number, { -readonly [K in keyof NetworkMinuteTruth]: NetworkMinuteTruth[K] }>();
  for (const cell of cells) {
    const t = Math.floor(cell.t / 60_000) * 60_000;
    const minute = minutes.get(t) ?? { t, packets: 0, bits: 0, dropped: 0, attack: 0 };
    minutes.set(t, minute);
    minute.packets += cell.packets;
    minute.bits += cell.packets * cell.length * 8;
    if (isDropped(cell)) minute.dropped += cell.packets;
    if (cell.stream.isAttack) minute.attack += cell.packets;
  }
  return [...minutes.values()].sort((a, b) => a.t - b.t);
}

function countVectors(attack: readonly Cell[]): VectorTruth[] {
  const names = [...new Set(attack.map((cell) => cell.stream.name))];
  return names
    .map((name) => {
      const cells = attack.filter((cell) => cell.stream.name === name);
      return {
        name,
        start: firstOf(cells),
        end: endOf(cells),
        packets: packetsIn(cells),
        bytes: bytesIn(cells),
        dropped: packetsIn(cells.filter(isDropped)),
        spoofed: name !== 'dns-amplification',
      };
    })
    .sort((a, b) => b.packets - a.packets);
}

function countAttackIds(attack: readonly Cell[]): AttackIdTruth[] {
  const ids = [...new Set(attack.map((cell) => cell.attackId))].filter((id) => id !== '');
  return ids
    .map((id) => {
      const matched = attack.filter((cell) => cell.attackId === id);
      const dropped = matched.filter(isDropped);
      const wave = PACKET_WAVES.find((candidate) => firstOf(matched) < candidate.end);
      return {
        id,
        vector: matched[0]?.stream.name ?? '',
        wave: wave?.number ?? 0,
        start: firstOf(matched),
        end: endOf(matched),
        packets: packetsIn(dropped),
        bytes: bytesIn(dropped),
      };
    })
    .sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
}
