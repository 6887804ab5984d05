import type { Colo } from '../internet.ts';
import { type Random, splitByWeight } from '../random.ts';
import { PACKET_WINDOW, STREAMS, type Stream, type Treatment } from './story.ts';

/** A whole number of packets that agree in everything that is counted. The population is the list of its cells. */
export interface Cell {
  /** Start of the second, epoch ms. */
  readonly t: number;
  readonly stream: Stream;
  readonly treatment: Treatment;
  readonly colo: Colo;
  readonly destination: string;
  readonly length: number;
  readonly packets: number;
  readonly attackId: string;
  /** Load of the stream under this treatment in this second, packets per second over all data centres. */
  readonly load: number;
}

/** Draws the packets of every second before any sampling. */
export function drawCells(random: Random): Cell[] {
  const cells: Cell[] = [];
  for (let t = PACKET_WINDOW.start; t < PACKET_WINDOW.end; t += 1_000)
    for (const stream of STREAMS) {
      const total = random.poisson(stream.rate(t));
      if (total > 0) splitSecond(random, t, stream, total, cells);
    }
  return cells;
}

function splitSecond(random: Random, t: number, stream: Stream, total: number, cells: Cell[]): void {
  const toDestinations = splitByWeight(random, total, weightsOf(stream.destinations));
  for (const [d, [destination]] of stream.destinations.entries()) {
    const treatments = stream.treat(t, destination);
    const byTreatment = splitByWeight(
      random,
      toDestinations[d] ?? 0,
      treatments.map((treatment) => treatment.share),
    );
    for (const [n, treatment] of treatments.entries()) {
      const byColo = splitByWeight(random, byTreatment[n] ?? 0, weightsOf(stream.colos));
      for (const [c, [colo]] of stream.colos.entries()) {
        const byLength = splitByWeight(random, byColo[c] ?? 0, weightsOf(stream.lengths));
        for (const [l, [length]] of stream.lengths.entries()) {
          const packets = byLength[l] ?? 0;
          if (packets === 0) continue;
          // An id belongs to a mitigation; what no mitigation matched carries none.
          const attackId = treatment.system === 'dosd' ? stream.attackId(t, destination) : '';
          cells.push({
            t,
            stream,
            treatment,
            colo,
            destination,
            length,
            packets,
            attackId,
            load: total * treatment.share,
          });
        }
      }
    }
  }
}

function weightsOf(items: readonly (readonly [unknown, number])[]): number[] {
  return items.map(([, weight]) => weight);
}
