import type { Random } from '../random.ts';
import type { SummaryNetworkTruth } from '../truth.ts';
import { PACKET_ATTACKS, SUMMARY_WINDOW } from './story.ts';

/** Packets of one attack id in one minute. */
export interface PacketCell {
  readonly t: number;
  readonly attack: (typeof PACKET_ATTACKS)[number];
  readonly outcome: 'drop' | 'pass';
  readonly packets: number;
}

/** What the customer's edge router saw in a minute, after mitigation. */
export interface RouterMinute {
  readonly t: number;
  readonly inBitsPerSecond: number;
  readonly outBitsPerSecond: number;
}

const minutesOf = (start: number, end: number) =>
  Array.from({ length: Math.ceil((end - start) / 60_000) }, (_, index) => start + index * 60_000);

export function drawPacketCells(random: Random): PacketCell[] {
  return PACKET_ATTACKS.flatMap((attack) =>
    minutesOf(Math.floor(attack.start / 60_000) * 60_000, attack.end).flatMap((t) => {
      const seconds = (Math.min(t + 60_000, attack.end) - Math.max(t, attack.start)) / 1_000;
      const packets = random.poisson(attack.packetsPerSecond * seconds * (1 + 0.12 * Math.sin(t / 71_000)));
      const passed = random.binomial(packets, attack.leak);
      return [
        { t, attack, outcome: 'drop' as const, packets: packets - passed },
        { t, attack, outcome: 'pass' as const, packets: passed },
      ];
    }),
  );
}

/** Lessons and videos of the school, and the packets of the attack that came through. */
export function drawRouter(random: Random, cells: readonly PacketCell[]): RouterMinute[] {
  return minutesOf(SUMMARY_WINDOW.start, SUMMARY_WINDOW.end).map((t) => {
    const leaked = cells
      .filter((cell) => cell.t === t && cell.outcome === 'pass')
      .reduce((sum, cell) => sum + cell.packets * cell.attack.length * 8, 0);
    const minutes = (t - SUMMARY_WINDOW.start) / 60_000;
    const lessons = 148e6 + 1.1e6 * minutes + 9e6 * random.normal();
    return { t, inBitsPerSecond: lessons + leaked / 60, outBitsPerSecond: 5.2 * lessons + 20e6 * random.normal() };
  });
}

export function countSummaryNetwork(
  cells: readonly PacketCell[],
  router: readonly RouterMinute[],
): SummaryNetworkTruth {
  const packetsIn = (some: readonly PacketCell[]) => some.reduce((sum, cell) => sum + cell.packets, 0);
  const bitsIn = (some: readonly PacketCell[]) =>
    some.reduce((sum, cell) => sum + cell.packets * cell.attack.length * 8, 0);
  const dropped = cells.filter((cell) => cell.outcome === 'drop');
  const busiest = router.reduce((best, minute) => (minute.inBitsPerSecond > best.inBitsPerSecond ? minute : best));
  return {
    packets: packetsIn(cells),
    bits: bitsIn(cells),
    droppedPackets: packetsIn(dropped),
    droppedBits: bitsIn(dropped),
    minutes: [...new Set(cells.map((cell) => cell.t))].sort().map((t) => {
      const within = cells.filter((cell) => cell.t === t);
      return {
        t,
        packets: packetsIn(within),
        bits: bitsIn(within),
        dropped: packetsIn(within.filter((cell) => cell.outcome === 'drop')),
      };
    }),
    attackIds: PACKET_ATTACKS.map(({ id, vector, target, start, end }) => {
      const own = cells.filter((cell) => cell.attack.id === id);
      const ownDropped = own.filter((cell) => cell.outcome === 'drop');
      return {
        id,
        vector,
        target,
        start,
        end,
        packets: packetsIn(own),
        bits: bitsIn(own),
        droppedPackets: packetsIn(ownDropped),
        droppedBits: bitsIn(ownDropped),
      };
    }),
    vectors: ['ntp-amplification', 'udp-flood'],
    routerPeak: { at: busiest.t, bitsPerSecond: busiest.inBitsPerSecond },
  };
}
