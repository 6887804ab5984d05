import { describe, expect, test } from 'vitest';
import type { CaseInput } from '../../../../src/config/config.ts';
import { mappingSchema } from '../../../../src/config/config.ts';
import { mappedReader } from '../../../../src/ingest/documents/mapped.ts';
import { codesOf, faultOf, openDocument, readDocument } from './read-document.ts';

const router = {
  kind: 'timeseries',
  layer: 'network',
  values: 'rate',
  intervalSeconds: 60,
  timeZone: 'Europe/Berlin',
  decimal: ',',
  record: { time: 'Zeit', bits: { from: 'Eingang', unit: 'Mbps' }, packets: { from: 'Pakete', unit: 'kpps' } },
};
const open = (text: string, mapping: object, input: Partial<CaseInput> = {}) =>
  openDocument(text, { path: 'traffic/router.csv', mapping: mappingSchema.parse(mapping), ...input });
const read = (text: string, mapping: object, input: Partial<CaseInput> = {}) =>
  readDocument(mappedReader, open(text, mapping, input));
const rowsOf = async (text: string, mapping: object) => [...((await read(text, mapping)).series[0]?.rows ?? [])];

describe('a time series of rates', () => {
  const text = '\uFEFFZEIT;eingang;Pakete\r\n"17.11.2026 14:00";1.234,5;12\r\n17.11.2026 14:01;-;0,5\r\n\r\n';
  const mapping = { ...router, timeFormat: 'dd.MM.yyyy HH:mm' };

  test('becomes volumes of its buckets: decimal comma, SI prefixes, local time, null is not zero', async () => {
    const got = await read(text, mapping);
    expect(got.series[0]).toMatchObject({
      layer: 'network',
      unit: 'packets',
      kind: 'reported',
      intervalMs: 60_000,
      priority: 60,
      dimensions: [],
    });
    expect([...(got.series[0]?.rows ?? [])]).toEqual([
      // 1,234.5 Mbps for 60 s = 74,070 Mbit = 9,258.75 MB; 12 kpps for 60 s = 720,000.
      { t: Date.UTC(2026, 10, 17, 13, 0), units: 720_000, bytes: 9_258_750_000, at: {} },
      { t: Date.UTC(2026, 10, 17, 13, 1), units: 30_000, at: {} },
    ]);
    expect(got.records).toBe(2);
  });

  test('can be read more than once', async () => {
    const [series] = (await read(text, mapping)).series;
    expect([...(series?.rows ?? [])]).toEqual([...(series?.rows ?? [])]);
  });

  test('without a unit is refused', async () => {
    const message = await faultOf(
      mappedReader,
      open(text, {
        ...mapping,
        record: { time: 'Zeit', bits: 'Eingang', packets: { from: 'Pakete', unit: 'packets' } },
      }),
    );
    expect(message).toContain(
      'mapping.record.bits: is a rate without a unit; add `unit:`, such as bps, kbps, Mbps, Gbps, Tbps, bytes_per_s',
    );
    expect(message).toContain('mapping.record.packets: has the unit packets; expected a rate such as pps, kpps, Mpps');
  });

  test('must say whether its values are rates or sums, and how long its buckets are', async () => {
    const message = await faultOf(
      mappedReader,
      open(text, { ...mapping, values: undefined, intervalSeconds: undefined }),
    );
    expect(message).toContain('mapping.values: a time series must say whether its values are `rate` or `sum`');
    expect(message).toContain('mapping.intervalSeconds: a time series must say how long its buckets are');
  });

  test('rows closer together than the stated bucket would be counted twice and are refused', async () => {
    const message = await faultOf(mappedReader, open(text, { ...mapping, intervalSeconds: 300 }));
    expect(message).toContain('mapping.intervalSeconds: is 300, but rows are 60 s apart (at 2026-11-17T13:01:00.000Z)');
  });

  test('a missing column names the nearest one', async () => {
    const message = await faultOf(
      mappedReader,
      open(text, { ...mapping, record: { ...mapping.record, bits: { from: 'Eingnag', unit: 'Mbps' } } }),
    );
    expect(message).toBe(
      'traffic/router.csv: mapping.record.bits: there is no column "Eingnag"; did you mean "eingang"?',
    );
  });

  test('an unknown field of ours names the nearest one', async () => {
    const message = await faultOf(
      mappedReader,
      open(text, { ...mapping, record: { ...mapping.record, pakets: 'Pakete' } }),
    );
    expect(message).toContain(
      'mapping.record.pakets: "pakets" is not a field of a timeseries; did you mean "packets"?',
    );
  });
});

describe('cells', () => {
  test('every bad cell is told with line and column, all at once', async () => {
    const text =
      'time,packets,src\n2026-11-17T13:00:00Z,1,5,203.0.113.5\n2026-11-17T13:01:00Z,-1,203.0.113.6\nsoon,3,not-an-address\n"2026-11-17T13:02:00Z","1,5",-\n';
    const mapping = {
      kind: 'timeseries',
      layer: 'network',
      values: 'sum',
      intervalSeconds: 60,
      record: { time: 'time', packets: 'packets', source_ip: 'src' },
    };
    const message = await faultOf(mappedReader, open(text, mapping));
    expect(message.split('\n')).toEqual([
      'traffic/router.csv:2: has 4 cells; expected 3',
      'traffic/router.csv:3: column "packets": "-1" is not a number of at least 0 (decimal sign ".")',
      'traffic/router.csv:4: column "time": "soon" is not a time',
      'traffic/router.csv:4: column "src": "not-an-address" is not an address',
      'traffic/router.csv:5: column "packets": "1,5" is not a number of at least 0 (decimal sign ".")',
    ]);
  });

  test('more than fifty faults are counted, not listed', async () => {
    const text = `time,packets\n${Array.from({ length: 70 }, () => 'never,1').join('\n')}\n`;
    const mapping = {
      kind: 'timeseries',
      layer: 'network',
      values: 'sum',
      intervalSeconds: 60,
      record: { time: 'time', packets: 'packets' },
    };
    const lines = (await faultOf(mappedReader, open(text, mapping))).split('\n');
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe('and 20 more');
  });

  test('a time without a zone is a fault until a zone is declared', async () => {
    const text = 'time,events\n2026-11-17 14:00:00,1\n2026-11-17 14:01:00,1\n';
    const mapping = { kind: 'events', layer: 'http', record: { time: 'time', events: 'events' } };
    expect(await faultOf(mappedReader, open(text, mapping))).toBe(
      'traffic/router.csv:2: column "time": "2026-11-17 14:00:00" has no zone; add `timeZone:` to the mapping',
    );
    const got = await read(text, mapping, { timeZone: 'Asia/Kolkata' });
    expect([...(got.series[0]?.rows ?? [])][0]?.t).toBe(Date.UTC(2026, 10, 17, 8, 30));
  });

  test('a local time that came twice, or not at all, is never guessed', async () => {
    const mapping = { kind: 'events', layer: 'http', timeZone: 'Europe/Berlin', record: { time: 'time' } };
    expect(await faultOf(mappedReader, open('time\n2026-10-25 02:30:00\n', mapping))).toContain(
      'came twice in Europe/Berlin',
    );
    expect(await faultOf(mappedReader, open('time\n2026-03-29 02:30:00\n', mapping))).toContain(
      'did not exist in Europe/Berlin',
    );
  });

  test('quoted cells may span lines and hold delimiters, and lines are still counted right', async () => {
    const text = 'time,host,events\n2026-11-17T13:00:00Z,"shop.example.com",2\n2026-11-17T13:00:01Z,"a\nb,c",x\n';
    const mapping = { kind: 'events', layer: 'http', record: { time: 'time', host: 'host', events: 'events' } };
    expect(await faultOf(mappedReader, open(text, mapping))).toBe(
      'traffic/router.csv:4: column "events": "x" is not a number of at least 0 (decimal sign ".")',
    );
    expect(
      await faultOf(
        mappedReader,
        open('time\n2026-11-17T13:00:00Z\n"open\n', { ...mapping, record: { time: 'time' } }),
      ),
    ).toMatch(/traffic\/router\.csv:\d: Quote Not Closed/);
  });
});

describe('events', () => {
  const mapping = {
    kind: 'events',
    layer: 'http',
    record: { time: 'ts', 'source.ip': 'client', host: 'vhost', action: 'verdict', requests: { constant: 1 } },
    sampling: { column: 'rate' },
  };

  test('are weighted by their sampling, and one whose sampling is not known is not counted', async () => {
    const text =
      'ts\tclient\tvhost\tverdict\trate\n1794922385\t2001:DB8::0:5\tShop.Example.com.\tBLOCK\t10\n1794922386.5\t203.0.113.5\tshop.example.com\tquarantined\t0\n';
    const got = await read(text, mapping);
    expect(got.series[0]).toMatchObject({ unit: 'requests', kind: 'estimated', intervalMs: 0, knowsDisposition: true });
    expect([...(got.series[0]?.rows ?? [])]).toEqual([
      {
        t: 1_794_922_385_000,
        units: 10,
        sampleInterval: 10,
        disposition: 'blocked',
        at: { source_ip: '2001:db8::5', host: 'shop.example.com', action: 'block' },
      },
      {
        t: 1_794_922_386_500,
        disposition: 'unknown',
        at: { source_ip: '203.0.113.5', host: 'shop.example.com', action: 'quarantined' },
      },
    ]);
    expect(got.warnings.map((warning) => warning.message)).toEqual([
      'traffic/router.csv: what was done is not known for “quarantined” (1 row).',
      'traffic/router.csv: 1 row does not state its sampling; the numbers are not known and were not counted.',
    ]);
    expect(got.claims).toEqual([{ kind: 'host', value: 'shop.example.com', inputId: 'in1', line: 2 }]);
  });

  test('each row is one event where no column counts them', async () => {
    expect(await rowsOf('t\n1794922385\n', { kind: 'events', layer: 'http', record: { time: 't' } })).toEqual([
      { t: 1_794_922_385_000, units: 1, at: {} },
    ]);
  });

  test('rows that differ only in a column that is not read stay different', async () => {
    const rows = await rowsOf('t,ray\n1794922385,r1\n1794922385,r2\n1794922385,r1\n', {
      kind: 'events',
      layer: 'http',
      record: { time: 't' },
    });
    expect(rows[0]?.part).not.toBe(rows[1]?.part);
    expect(rows[0]?.part).toBe(rows[2]?.part);
  });

  test('of JSON records are found by dotted paths, in any case', async () => {
    const text = JSON.stringify(
      {
        hits: [
          { '@timestamp': '2026-11-17T13:00:00Z', Source: { IP: '203.0.113.5' }, n: 3 },
          { '@timestamp': '2026-11-17T13:00:01Z', n: null },
        ],
      },
      null,
      1,
    );
    const json = {
      kind: 'events',
      layer: 'network',
      path: 'hits',
      record: { time: '@timestamp', source_ip: 'source.ip', packets: 'N' },
    };
    expect(await rowsOf(text, json)).toEqual([
      { t: Date.UTC(2026, 10, 17, 13, 0, 0), units: 3, at: { source_ip: '203.0.113.5' } },
      { t: Date.UTC(2026, 10, 17, 13, 0, 1), at: {} },
    ]);
    expect(await faultOf(mappedReader, open(text, { ...json, path: 'rows' }))).toContain(
      '"rows" is not a list of records',
    );
    expect(await faultOf(mappedReader, open(text.replace('"n": 3', '"n": "many"'), json))).toMatch(
      /router\.csv:3: column "n": "many"/,
    );
  });

  test('a file without a header has its columns named in the case file', async () => {
    const got = await read(
      '1794922385;203.0.113.5\n',
      { kind: 'events', layer: 'http', record: { time: 't', source_ip: 'ip' } },
      { fields: ['t', 'ip'] },
    );
    expect([...(got.series[0]?.rows ?? [])]).toEqual([
      { t: 1_794_922_385_000, units: 1, at: { source_ip: '203.0.113.5' } },
    ]);
  });
});

describe('a top list', () => {
  const mapping = {
    kind: 'toplist',
    layer: 'network',
    dimension: 'source_country',
    record: { key: 'Country', value: { from: 'Mbit', unit: 'Mbps' }, total: 'All' },
  };

  test('keeps its order by size, its unit and the total that it was cut from', async () => {
    const got = await read('Country,Mbit,All\nFrance,20,100\nDE,70,100\n-,5,100\n', mapping);
    expect(got.series).toEqual([]);
    expect(got.topLists).toEqual([
      {
        layer: 'network',
        dimension: 'source_country',
        unit: 'bits/s',
        items: [
          { key: 'DE', label: 'DE', value: 70_000_000 },
          { key: 'FR', label: 'France', value: 20_000_000 },
        ],
        total: 100_000_000,
        input: 'in1',
      },
    ]);
  });

  test('needs a dimension and a unit, and lists nothing twice', async () => {
    const bare = { ...mapping, dimension: undefined, record: { key: 'Country', value: 'Mbit' } };
    const message = await faultOf(mappedReader, open('Country,Mbit\nDE,1\n', bare));
    expect(message).toContain('a top list must say what it lists');
    expect(message).toContain('is a number without a unit');
    expect(await faultOf(mappedReader, open('Country,Mbit,All\nFR,1,2\nFrance,1,2\n', mapping))).toBe(
      'traffic/router.csv:3: column "Country": "France" is listed twice',
    );
  });
});

test('an empty file is no evidence that there was no attack', async () => {
  const got = await read('time\n', { kind: 'events', layer: 'http', record: { time: 'time' } });
  expect(got.series).toEqual([]);
  expect(codesOf(got)).toEqual(['empty-result']);
});

test('a mapped input without its mapping says what is missing', async () => {
  expect(await faultOf(mappedReader, openDocument('a,b\n'))).toContain('needs `mapping:`');
});

describe('JSON with broken lines', () => {
  const mapping = { kind: 'events', layer: 'http', record: { time: 'ts', host: 'host' } };
  const good = (i: number) => `{"ts":"2026-11-17T14:00:${String(i).padStart(2, '0')}Z","host":"www.acme.example"}`;

  test('is refused with each of them, blank lines counted', async () => {
    const lines = Array.from({ length: 40 }, (_, i) =>
      i === 16 ? '{"ts":' : i === 17 ? '' : i === 30 ? 'not json' : i === 33 ? '\0'.repeat(20) : good(i),
    );
    expect((await faultOf(mappedReader, open(lines.join('\n'), mapping))).split('\n')).toEqual([
      'traffic/router.csv:17: is not valid JSON',
      'traffic/router.csv:31: is not valid JSON',
      'traffic/router.csv:34: is not valid JSON',
    ]);
  });

  test('is refused where a single value breaks off', async () => {
    expect(await faultOf(mappedReader, open(`[\n${good(1)},\n{"ts":`, mapping))).toBe(
      'traffic/router.csv:3: is not valid JSON',
    );
  });
});
