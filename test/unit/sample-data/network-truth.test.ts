import { beforeAll, describe, expect, it } from 'vitest';
import { readNetworkTruth } from '../../support/truth.ts';
import { type LogRecord, numberIn, readRecords, sumBy, textIn } from './slow-reader.ts';

const truth = readNetworkTruth();

const secondOf = (row: LogRecord) => Date.parse(textIn(row, 'Datetime'));
const weightOf = (row: LogRecord) => numberIn(row, 'SampleInterval');
const packetsOf = (rows: readonly LogRecord[]) => rows.reduce((sum, row) => sum + weightOf(row), 0);
const bytesOf = (row: LogRecord) => weightOf(row) * numberIn(row, 'IPTotalLength');

/** Standard deviation of the estimate of packets: each row stands for w packets, kept with probability 1 / w. */
const deviationOf = (rows: readonly LogRecord[]) =>
  Math.sqrt(rows.reduce((sum, row) => sum + weightOf(row) * (weightOf(row) - 1), 0));

/** How many standard deviations the estimate lies from the truth. */
function distance(rows: readonly LogRecord[], packets: number): number {
  return Math.abs(packetsOf(rows) - packets) / Math.max(1, deviationOf(rows));
}

describe('the sampled packets of the attack on the bank, weighed by a slow reader', () => {
  let rows: LogRecord[];
  let ingress: LogRecord[];
  let dropped: LogRecord[];
  beforeAll(() => {
    rows = readRecords('INC-4907', 'network_analytics_logs');
    ingress = rows.filter((row) => row.Direction === 'ingress');
    dropped = ingress.filter((row) => row.Outcome === 'drop');
  });

  it('are as many rows as the sampler kept, at intervals from 100 to 10,000', () => {
    expect(rows).toHaveLength(truth.rows);
    const intervals = new Set(rows.map(weightOf));
    expect(Math.min(...intervals)).toBe(100);
    expect(Math.max(...intervals)).toBe(10_000);
    expect(intervals.size).toBeGreaterThanOrEqual(5);
  });

  it('estimate the packets and bytes of the truth within four standard deviations', () => {
    expect(distance(ingress, truth.packets)).toBeLessThan(4);
    expect(distance(dropped, truth.droppedPackets)).toBeLessThan(4);
    expect(
      distance(
        rows.filter((row) => row.Direction === 'egress'),
        truth.egressPackets,
      ),
    ).toBeLessThan(4);
    const bytes = ingress.reduce((sum, row) => sum + bytesOf(row), 0);
    const deviation = Math.sqrt(
      ingress.reduce((sum, row) => sum + numberIn(row, 'IPTotalLength') ** 2 * weightOf(row) * (weightOf(row) - 1), 0),
    );
    expect(Math.abs(bytes - truth.bytes) / deviation).toBeLessThan(4);
  });

  it('cover the truth of nearly all minutes with their 95 % interval', () => {
    expect(truth.minutes).toHaveLength(30);
    const distances = truth.minutes.flatMap((minute) => {
      const within = (row: LogRecord) => secondOf(row) >= minute.t && secondOf(row) < minute.t + 60_000;
      return [distance(ingress.filter(within), minute.packets), distance(dropped.filter(within), minute.dropped)];
    });
    // 60 intervals: three misses are expected; nine or more would happen once in 400 seeds.
    expect(distances.filter((far) => far > 1.96).length).toBeLessThan(9);
    expect(Math.max(...distances)).toBeLessThan(4.5);
  });

  it.each(['ColoCode', 'IPDestinationAddress', 'IPProtocolName', 'AttackVector', 'AttackID', 'Outcome'])(
    'estimate the share of every %s',
    (field) => {
      const top = truth.top[field]?.top ?? [];
      expect(top.length).toBeGreaterThan(1);
      for (const [value, packets] of top) {
        const own = ingress.filter((row) => textIn(row, field) === value);
        if (own.length >= 10) expect(distance(own, packets), value).toBeLessThan(4.5);
      }
    },
  );

  it('name four attack systems with Spectrum, five attack ids and one campaign', () => {
    for (const [system, packets] of Object.entries(truth.systems))
      expect(
        distance(
          dropped.filter((row) => row.MitigationSystem === system),
          packets,
        ),
        system,
      ).toBeLessThan(4);
    expect(Object.keys(truth.systems).sort()).toEqual(['dosd', 'flowtrackd', 'magic-firewall']);
    const ids = new Set(ingress.map((row) => textIn(row, 'AttackID')).filter((id) => id !== ''));
    expect([...ids].sort()).toEqual(truth.attackIds.map((attack) => attack.id).sort());
    expect(truth.attackIds).toHaveLength(5);
    const campaigns = new Set(ingress.filter((row) => row.AttackID !== '').map((row) => row.AttackCampaignID));
    expect([...campaigns]).toEqual([truth.campaignId]);
    for (const attack of truth.attackIds) {
      const own = ingress.filter((row) => row.AttackID === attack.id);
      expect(Math.min(...own.map(secondOf))).toBeGreaterThanOrEqual(attack.start);
      expect(Math.max(...own.map(secondOf))).toBeLessThan(attack.end);
      expect(
        distance(
          own.filter((row) => row.Outcome === 'drop'),
          attack.packets,
        ),
      ).toBeLessThan(4);
    }
  });

  it('leak in the first seconds and hardly later', () => {
    const [first] = truth.waves;
    expect(first?.firstMitigatedAt).toBe((first?.start ?? 0) + 2_000);
    const leaked = ingress.filter((row) => row.Outcome === 'pass' && row.TCPFlagsString === 'SYN');
    const early = leaked.filter((row) => secondOf(row) < (first?.containedAt ?? 0));
    expect(packetsOf(early)).toBeGreaterThan(packetsOf(leaked) / 2);
    // The verdict said drop a second before packets were dropped; what counts is the outcome.
    expect(ingress.some((row) => row.Verdict === 'drop' && row.Outcome === 'pass')).toBe(true);
    expect(truth.attackLeakedPackets + truth.attackDroppedPackets).toBe(truth.attackPackets);
  });

  it('forge the sources of the SYN flood and not those of the reflectors', () => {
    const sources = (vector: string) => ingress.filter((row) => row.AttackVector === vector);
    const unrouted = (some: readonly LogRecord[]) => some.filter((row) => row.SourceASN === 0).length / some.length;
    const syn = sources('SYN Flood');
    const dns = sources('DNS Amplification');
    expect(unrouted(syn)).toBeGreaterThan(0.15);
    expect(unrouted(dns)).toBe(0);
    expect(new Set(syn.map((row) => row.IPSourceAddress)).size / syn.length).toBeGreaterThan(0.9);
    expect(new Set(dns.map((row) => row.IPSourceAddress)).size).toBeLessThanOrEqual(420);
    expect(sumBy(dns, (row) => String(row.SourcePort))).toEqual([['53', dns.length]]);
    expect(new Set(syn.map((row) => row.IPTTL)).size).toBeGreaterThan(150);
    expect(
      truth.vectors
        .filter((vector) => vector.spoofed)
        .map((vector) => vector.name)
        .sort(),
    ).toEqual(['ack-flood', 'syn-flood']);
  });

  it('have Spectrum refuse connections in the waves only', () => {
    const events = readRecords('INC-4907', 'spectrum_events');
    expect(events).toHaveLength(truth.spectrum?.events ?? -1);
    const filtered = events.filter((event) => event.Event === 'clientFiltered');
    expect(filtered).toHaveLength(truth.spectrum?.filtered ?? -1);
    expect(events.filter((event) => event.Event === 'connect')).toHaveLength(truth.spectrum?.connections ?? -1);
    for (const event of filtered) {
      const at = Date.parse(textIn(event, 'Timestamp'));
      expect(truth.waves.some((wave) => at >= wave.start && at < wave.end)).toBe(true);
    }
  });
});
