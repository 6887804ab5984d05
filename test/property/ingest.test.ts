import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ingestFiles } from '../support/ingest-case.ts';

const START = Date.UTC(2026, 10, 17, 14);

interface Packet {
  readonly ms: number;
  readonly length: number;
  readonly interval: number;
  readonly outcome: 'drop' | 'pass' | 'Drop' | '';
  readonly egress: boolean;
}

const packet: fc.Arbitrary<Packet> = fc.record({
  ms: fc.nat(600_000),
  length: fc.integer({ min: 20, max: 1500 }),
  interval: fc.constantFrom(1, 100, 1000, 10_000),
  outcome: fc.constantFrom('drop' as const, 'pass' as const, 'Drop' as const, '' as const),
  egress: fc.boolean(),
});

/** Every encoding of a time that a job can be set to. */
const encode: readonly ((at: number) => unknown)[] = [
  (at) => new Date(at).toISOString(),
  (at) => at,
  (at) => `${at}000`,
  (at) => `${at}000000`,
];

function toLine(one: Packet, i: number): string {
  const address = one.egress ? ['192.0.2.7', '198.51.100.7'] : ['198.51.100.7', '192.0.2.7'];
  return JSON.stringify({
    Datetime: encode[i % encode.length]?.(START + one.ms),
    IPSourceAddress: address[0],
    IPDestinationAddress: address[1],
    IPTotalLength: one.length,
    SampleInterval: one.interval,
    Outcome: one.outcome,
    Direction: one.egress ? 'egress' : 'ingress',
  });
}

/** What the packets add up to, counted one by one. */
function reference(packets: readonly Packet[]) {
  const totals = new Map<string, { disposition: string; packets: number; bytes: number; rows: number }>();
  for (const one of packets.filter(({ egress }) => !egress)) {
    const disposition = { drop: 'blocked', pass: 'passed', '': 'unknown' }[one.outcome.toLowerCase()] ?? 'unknown';
    const sum = totals.get(disposition) ?? { disposition, packets: 0, bytes: 0, rows: 0 };
    sum.packets += one.interval;
    sum.bytes += one.interval * one.length;
    sum.rows += 1;
    totals.set(disposition, sum);
  }
  return [...totals.values()].sort((a, b) => (a.disposition < b.disposition ? -1 : 1));
}

const totalsSql =
  'select disposition, sum(units) as packets, sum(bytes) as bytes, count(*) as rows from network_analytics_logs group by disposition order by disposition';

describe('totals of a log', () => {
  it('are those of counting one by one, however it is cut, shuffled, packed, spelt and ended', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(packet, { minLength: 3, maxLength: 60 }),
        fc.array(
          fc.record({
            gzip: fc.boolean(),
            crlf: fc.boolean(),
            mark: fc.boolean(),
            open: fc.boolean(),
            small: fc.boolean(),
          }),
          {
            minLength: 1,
            maxLength: 3,
          },
        ),
        fc.infiniteStream(fc.nat()),
        async (packets, parts, chance) => {
          fc.pre(packets.some(({ egress }) => !egress));
          const lines = packets.map((one, i) => ({ line: toLine(one, i), order: Number(chance.next().value) }));
          lines.sort((a, b) => a.order - b.order);
          const files = Object.fromEntries(
            parts.flatMap((part, p) => {
              const own = lines.filter((_, i) => i % parts.length === p).map(({ line }) => line);
              if (own.length === 0) return [];
              const end = part.crlf ? '\r\n' : '\n';
              const text = `${part.mark ? '\ufeff' : ''}${own.join(end)}${part.open ? '' : end}`;
              const spelt = part.small ? text.replace(/"([A-Za-z]+)":/g, (name) => name.toLowerCase()) : text;
              return [[`part-${p}`, part.gzip ? gzipSync(spelt) : spelt]];
            }),
          );
          await ingestFiles({ files }, async (dataset) => {
            expect(await dataset.engine.query(totalsSql)).toEqual(reference(packets));
            expect(dataset.inputs.reduce((sum, input) => sum + input.records, 0)).toBe(packets.length);
            expect(dataset.rejects).toEqual([]);
          });
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('broken lines', () => {
  it('are found one by one at their lines, and every other line counts: good + broken + blank = lines', async () => {
    const rubbish = fc.oneof(
      fc.constantFrom(
        '{',
        '{"Datetime":',
        '{"a":[',
        'null',
        '[]',
        '17',
        '"x"',
        '{"Datetime":"2026-11-17T14:00:00Z"}',
        '}',
      ),
      fc.string({ minLength: 1 }).map((text) => `x${text.replace(/[\r\n]/g, ' ')}`),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(packet, { minLength: 300, maxLength: 320 }),
        fc.uniqueArray(fc.record({ at: fc.nat(300), text: rubbish }), { maxLength: 3, selector: ({ at }) => at }),
        fc.uniqueArray(fc.nat(300), { maxLength: 4 }),
        fc.boolean(),
        async (packets, broken, blanks, gzip) => {
          fc.pre(packets.some(({ egress }) => !egress));
          const lines = packets.map(toLine);
          const expected: number[] = [];
          for (let at = 300; at >= 0; at -= 1) {
            const one = broken.find((line) => line.at === at);
            if (one) lines.splice(at, 0, one.text);
            if (blanks.includes(at)) lines.splice(at, 0, '');
          }
          const texts = new Set(broken.map(({ text }) => text));
          for (const [i, line] of lines.entries()) if (texts.has(line)) expected.push(i + 1);
          const text = `${lines.join('\n')}\n`;
          await ingestFiles({ files: { log: gzip ? gzipSync(text) : text } }, async (dataset) => {
            expect(dataset.rejects.map(({ line }) => line)).toEqual(expected);
            expect(await dataset.engine.query(totalsSql)).toEqual(reference(packets));
            expect(dataset.inputs[0]).toMatchObject({
              records: packets.length + broken.length,
              rejected: broken.length,
            });
          });
        },
      ),
      { numRuns: 40 },
    );
  });
});
