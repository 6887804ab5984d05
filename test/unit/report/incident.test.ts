import { describe, expect, it } from 'vitest';
import type { Measure } from '../../../src/model/measure.ts';
import { strayNumber } from '../../../src/proofread/wording.ts';
import type { Block, FigureBlock, ReportModel, TableBlock } from '../../../src/report/report-model.ts';
import { composeIncident } from '../../support/compose-incident.ts';
import { customerEntry, incidentFacts, layer, measure, networks, T0 } from '../../support/incident-facts.ts';
import { read } from '../../support/read-phrase.ts';

function blocksOf(model: ReportModel): Block[] {
  return [...(model.cover.hero ? [model.cover.hero] : []), ...model.chapters.flatMap((chapter) => chapter.blocks)];
}

function tableOf(model: ReportModel, id: string): TableBlock {
  const table = blocksOf(model).find((block): block is TableBlock => block.kind === 'table' && block.id === id);
  if (!table) throw new Error(`no table ${id}`);
  return table;
}

/** Every measure anywhere in a value. */
function measuresIn(value: unknown): Measure[] {
  if (Array.isArray(value)) return value.flatMap(measuresIn);
  if (typeof value !== 'object' || value === null) return [];
  if ('unit' in value && 'evidence' in value && 'value' in value) return [value as Measure];
  return Object.values(value).flatMap(measuresIn);
}

describe('the post-incident report', () => {
  it('puts six tiles and the hero on the cover', () => {
    const { cover } = composeIncident(incidentFacts());
    expect(cover.tiles.map((tile) => tile.label)).toEqual([
      'Peak',
      'Requests mitigated',
      'Under attack',
      'Time to mitigate',
      'Not mitigated',
      'Customer impact',
    ]);
    expect(cover.hero?.number).toBe(1);
  });

  it('says the headline peak with its window, not the highest number', () => {
    const { cover } = composeIncident(incidentFacts());
    expect(measuresIn(cover.tiles[0])[0]).toMatchObject({ value: 120, windowMs: 10_000 });
    expect(cover.tiles[0]?.note).toContainEqual({ kind: 'duration', ms: 10_000 });
  });

  it('gives what was not mitigated as the complement of what was', () => {
    const { cover } = composeIncident(incidentFacts());
    const [share, passed] = measuresIn(cover.tiles[4]);
    expect(share?.value).toBeCloseTo(0.1, 10);
    expect(passed?.value).toBe(660);
  });

  it('never says zero where the data says nothing', () => {
    const { mitigated, mitigatedShare, ...silent } = layer.during ?? layer.whole;
    const model = composeIncident(incidentFacts({ layer: { during: silent } }));
    for (const index of [1, 4, 5]) expect(model.cover.tiles[index]?.value).toMatchObject({ kind: 'missing' });
    expect([mitigated?.value, mitigatedShare?.value]).toEqual([5940, 0.9]);
  });

  it('says that an attack is still running instead of giving it a duration', () => {
    const model = composeIncident(incidentFacts({ stats: { duration: {} } }));
    expect(model.cover.tiles[2]?.value).toBe('Still running');
  });

  it('shows a timeline that contradicts the logs as such', () => {
    const used = { at: T0 + 62_000, resolutionMs: 1000, from: 'logs', evidence: ['in1'] } as const;
    const stated = { at: T0 + 162_000, resolutionMs: 1000, from: 'timeline', evidence: ['in2'] } as const;
    const { clocks } = incidentFacts().stats;
    const model = composeIncident(
      incidentFacts({ stats: { clocks: { ...clocks, conflicts: [{ clock: 'mitigated', used, stated }] } } }),
    );
    const callout = blocksOf(model).find((block) => block.kind === 'callout' && block.title.includes('contradict'));
    expect(callout).toMatchObject({
      text: expect.arrayContaining([
        { kind: 'time', at: used.at, form: 'instant' },
        { kind: 'time', at: stated.at, form: 'instant' },
      ]),
    });
  });

  it('gives its warnings no number that is no value of the model', () => {
    const { clocks, layers } = incidentFacts().stats;
    const at = { resolutionMs: 1000, from: 'logs', evidence: ['in1'] } as const;
    const total = layers[0]?.whole.total ?? { value: 1, unit: 'requests', kind: 'counted', evidence: ['in1'] };
    const model = composeIncident(
      incidentFacts({
        stats: {
          clocks: {
            ...clocks,
            conflicts: [{ clock: 'mitigated', used: { ...at, at: T0 }, stated: { ...at, at: T0 + 200_000 } }],
          },
          disagreements: [
            {
              layer: 'http',
              quantity: 'requests',
              primary: { source: 'a', value: total },
              other: { source: 'b', value: { ...total, value: 2 * total.value } },
            },
          ],
        },
      }),
    );
    const titles = blocksOf(model).flatMap((block) => (block.kind === 'callout' ? [block.title] : []));
    expect(titles.filter((title) => title.includes('contradict'))).toHaveLength(2);
    for (const title of titles) expect(strayNumber(title, 'title', new Set())).toBeUndefined();
  });

  it('claims nothing of a baseline where there is no time before the attack', () => {
    const { before, ...alone } = layer;
    expect(before?.total.value).toBe(600);
    const model = composeIncident(incidentFacts({ stats: { layers: [alone] } }));
    expect(model.cover.hero?.chart).not.toHaveProperty('line');
    const scorecard = tableOf(model, 'table-scorecard');
    expect(scorecard.rows.map((row) => row[2])).toEqual(scorecard.rows.map(() => ''));
    expect(JSON.stringify(scorecard.title)).not.toContain('time before');
  });

  it('draws the stated capacity of the line where the traffic comes near it', () => {
    const bits = (values: number[]) => ({
      metric: 'bits/s' as const,
      by: 'vector' as const,
      start: T0,
      intervalMs: 60_000,
      lines: [
        { key: 'SYN flood', values },
        { key: 'unknown', values: [10, 10] },
      ],
    });
    const limit = measure(1_000, 'bits/s', { kind: 'reported' });
    const time = measure(0, 'ms');
    const chartOf = (values: number[]) => {
      const capacity = { of: 'link' as const, limit, known: time, above: time, highest: limit };
      const model = composeIncident(
        incidentFacts({ layer: { layer: 'network', unit: 'packets', series: [bits(values)], capacity } }),
      );
      return blocksOf(model).find((block) => block.kind === 'figure' && block.id === 'fig-network-bits-by-vector');
    };
    expect(chartOf([0, 490])).toMatchObject({ chart: { line: { values: [1_000, 1_000] } } });
    expect(chartOf([0, 489])).not.toHaveProperty('chart.line');
  });

  it('keeps internal timeline entries out of every part of the report', () => {
    const secret = {
      ...customerEntry,
      visibility: 'internal' as const,
      title: 'On-call engineer was asleep',
      detail: 'SECRET-NOTE',
      actor: 'Jane Roe',
    };
    const model = composeIncident(incidentFacts({ dataset: { timeline: [customerEntry, secret] } }));
    const text = JSON.stringify(model);
    expect(text).toContain('Customer informed by telephone');
    for (const word of ['asleep', 'SECRET-NOTE', 'Jane Roe']) expect(text).not.toContain(word);
  });

  it('closes every list: items, all other and not recorded add up to the total', () => {
    const table = tableOf(composeIncident(incidentFacts()), 'table-http-source-asn');
    const totals = table.rows.map((row) => measuresIn(row[1])[0]?.value ?? 0);
    const total = totals.pop();
    expect(totals).toEqual([5000, 1000, 400, 200]);
    expect(total).toBe(6600);
    expect(totals.reduce((sum, value) => sum + value, 0)).toBe(total);
  });

  it('folds items that are not printed into all other, and keeps them in the data', () => {
    const items = Array.from({ length: 25 }, (_, index) => ({
      key: `${64500 + index}`,
      label: `AS${64500 + index}`,
      total: measure(100, 'requests'),
      share: measure(1 / 31, 'share'),
    }));
    const table = tableOf(
      composeIncident(
        incidentFacts({ layer: { breakdowns: [{ ...networks, total: measure(3100, 'requests'), items }] } }),
      ),
      'table-http-source-asn',
    );
    expect(table.rows).toHaveLength(5 + 3);
    expect(measuresIn(table.rows[5]?.[1])[0]?.value).toBe(400 + 20 * 100);
    expect(table.data.rows).toHaveLength(25 + 3);
  });

  it('lists no value behind which too few samples stand, and says how many there are', () => {
    const item = (key: string, value: number, sampleCount: number) => ({
      key,
      label: key,
      total: measure(value, 'requests', { kind: 'estimated', sampleCount }),
      share: measure(value / 1000, 'share', { kind: 'estimated', sampleCount }),
    });
    const sampled = {
      ...networks,
      dimension: 'source_ip' as const,
      total: measure(1000, 'requests', { kind: 'estimated', sampleCount: 90 }),
      items: [item('192.0.2.1', 800, 80), item('192.0.2.2', 100, 9)],
      other: measure(100, 'requests', { kind: 'estimated', sampleCount: 1 }),
      unknown: measure(0, 'requests', { kind: 'estimated' }),
      distinct: measure(40, 'count', { kind: 'estimated' }),
    };
    const table = tableOf(composeIncident(incidentFacts({ layer: { breakdowns: [sampled] } })), 'table-http-source-ip');
    expect(table.rows.map((row) => measuresIn(row[1])[0]?.value)).toEqual([800, 200, 1000]);
    expect(table.note?.slice(0, 2)).toEqual(['At least ', expect.objectContaining({ value: 40 })]);
  });

  it('tells of a wave once when people and data do', () => {
    const told = { ...customerEntry, at: T0 + 61_000, actorKind: 'attacker' as const, title: 'First wave' };
    const table = tableOf(composeIncident(incidentFacts({ dataset: { timeline: [told] } })), 'table-timeline');
    const what = table.rows.map((row) => read([row[5] ?? []].flat()));
    expect(what.filter((text) => text.includes('First wave'))).toHaveLength(1);
    expect(what[0]).toContain('Wave 1 begins');
    expect(what[0]).toContain('First wave');
  });

  it('gives a vector the same colour in every figure of its layer', () => {
    const series = (['bits/s', 'packets/s'] as const).map((metric, nth) => ({
      metric,
      by: 'vector' as const,
      start: T0,
      intervalMs: 60_000,
      lines: ['DNS Amplification', 'none', 'SYN Flood']
        .map((key) => ({ key, values: [1, 2] }))
        .sort((a, b) => (nth === 0 ? a.key.localeCompare(b.key) : b.key.localeCompare(a.key))),
    }));
    const charts = blocksOf(composeIncident(incidentFacts({ layer: { layer: 'network', unit: 'packets', series } })))
      .filter((block): block is FigureBlock => block.kind === 'figure' && block.id.includes('-by-vector'))
      .map(({ chart }) => (chart.kind === 'time-stack' ? chart.series.map(({ label, role }) => [label, role]) : []));
    const expected = [
      ['No attack vector', 'unknown'],
      ['DNS amplification', 'ranked'],
      ['SYN flood', 'ranked'],
    ];
    expect(charts).toEqual([expected, expected]);
  });

  it('tells what leaked beside what the systems stopped', () => {
    const attack = {
      basis: 'excess' as const,
      total: measure(6000, 'requests'),
      mitigated: measure(5940, 'requests'),
      leaked: measure(60, 'requests'),
      efficacy: measure(0.99, 'share'),
    };
    const model = composeIncident(incidentFacts({ layer: { attack } }));
    const chart = blocksOf(model).find(
      (block): block is FigureBlock => block.kind === 'figure' && block.id === 'fig-http-systems',
    )?.chart;
    if (chart?.kind !== 'flow') throw new Error('what the systems stopped is drawn as a flow');
    const [stopped, passed] = chart.parts;
    expect([stopped?.total.value, passed?.note?.total.value]).toEqual([5940, 60]);
    expect((stopped?.total.value ?? 0) + (passed?.total.value ?? 0)).toBe(chart.whole.total.value);
    expect(tableOf(model, 'table-http-efficacy').rows.map((row) => measuresIn(row[1])[0]?.value)).toEqual([
      6000, 5940, 60, 0.99,
    ]);
  });

  it('calls a value without a share before the attack new', () => {
    const table = tableOf(composeIncident(incidentFacts()), 'table-http-source-asn');
    expect(table.rows[1]?.at(-1)).toEqual({ kind: 'missing', reason: 'new' });
  });

  it('shows a list that its source had cut as what it is, where nothing better is known', () => {
    const countries = {
      layer: 'http' as const,
      dimension: 'source_country' as const,
      unit: 'requests' as const,
      items: [{ key: 'BR', label: 'BR', value: 900 }],
      total: 1000,
      input: 'in1',
    };
    const networksAgain = { ...countries, dimension: 'source_asn' as const };
    const model = composeIncident(incidentFacts({ dataset: { topLists: [countries, networksAgain] } }));
    const table = tableOf(model, 'table-list-1-source-country');
    expect(measuresIn(table.rows).map(({ value, unit }) => [value, unit])).toEqual([
      [900, 'requests'],
      [0.9, 'share'],
    ]);
    expect(JSON.stringify(model)).not.toContain('table-list-2');
  });

  it('numbers figures and tables in reading order without a hole', () => {
    const blocks = blocksOf(composeIncident(incidentFacts()));
    const figures = blocks.filter((block): block is FigureBlock => block.kind === 'figure');
    const tables = blocks.filter((block): block is TableBlock => block.kind === 'table');
    expect(figures.map((figure) => figure.number)).toEqual(figures.map((_, index) => index + 1));
    expect(tables.map((table) => table.number)).toEqual(tables.map((_, index) => index + 1));
    expect(new Set([...figures, ...tables].map((block) => block.id)).size).toBe(figures.length + tables.length);
  });

  it('gives every figure a caption, an alternative text, evidence and its table', () => {
    const figures = blocksOf(composeIncident(incidentFacts())).filter(
      (block): block is FigureBlock => block.kind === 'figure',
    );
    expect(figures.length).toBeGreaterThanOrEqual(3);
    for (const figure of figures) {
      expect(figure.caption).toContainEqual(expect.objectContaining({ kind: 'zone' }));
      expect(figure.alt.length).toBeGreaterThan(0);
      expect(figure.evidence).toEqual(['in1']);
      expect(figure.data.rows.length).toBeGreaterThan(0);
      for (const row of figure.data.rows) expect(row).toHaveLength(figure.data.columns.length);
    }
  });

  it('has as many cells in every row as it has columns', () => {
    const tables = blocksOf(composeIncident(incidentFacts())).filter(
      (block): block is TableBlock => block.kind === 'table',
    );
    for (const table of tables) {
      for (const row of table.rows) expect([table.id, row.length]).toEqual([table.id, table.columns.length]);
      for (const row of table.data.rows) expect([table.id, row.length]).toEqual([table.id, table.data.columns.length]);
    }
  });

  it('draws passed and mitigated traffic as parts of the whole, with a gap where all lines have one', () => {
    const series = [
      {
        metric: 'requests/s' as const,
        by: 'disposition' as const,
        start: T0,
        intervalMs: 1000,
        lines: [
          { key: 'blocked', values: [5, null, 7] },
          { key: 'challenged', values: [1, null, null] },
          { key: 'passed', values: [2, null, 3] },
        ],
      },
    ];
    const { cover } = composeIncident(incidentFacts({ layer: { series } }));
    const chart = cover.hero?.chart;
    expect(chart?.kind === 'time-stack' && chart.series.map((part) => [part.role, part.values])).toEqual([
      ['passed', [2, null, 3]],
      ['mitigated', [6, null, 7]],
    ]);
  });

  it('calls nothing unharmed without a time before the attack, and tells requests that got no answer', () => {
    const phase = (name: 'before' | 'during', errors: number, unreachable: number) => ({
      phase: name,
      requests: measure(1000, 'requests'),
      errors: measure(errors, 'requests'),
      errorShare: measure(errors / 1000, 'share'),
      unreachable: measure(unreachable, 'requests'),
    });
    const toneOf = (phases: ReturnType<typeof phase>[]) =>
      composeIncident(
        incidentFacts({
          layer: { origin: { phases, start: T0, intervalMs: 60_000, errorShare: [0, 0], p95Ms: [null, null] } },
        }),
      ).cover.tiles[5]?.tone;
    expect(toneOf([phase('before', 1, 0), phase('during', 1, 0)])).toBe('favourable');
    expect(toneOf([phase('before', 1, 0), phase('during', 40, 0)])).toBe('unfavourable');
    expect(toneOf([phase('before', 1, 0), phase('during', 1, 96)])).toBe('unfavourable');
    expect(toneOf([phase('during', 1, 0)])).toBe('neutral');
    expect(toneOf([phase('during', 900, 0)])).toBe('unfavourable');
  });

  it('says that the impact is unknown when the data has no origin answers', () => {
    const impact = composeIncident(incidentFacts()).chapters.find((chapter) => chapter.id === 'impact');
    expect(impact?.blocks[0]).toMatchObject({ kind: 'callout', title: 'The impact on the origin is not known' });
  });

  it('is made even when no traffic was measured at all', () => {
    const model = composeIncident(
      incidentFacts({ stats: { layers: [], waves: [], duration: {}, clocks: {} }, dataset: { sources: [] } }),
    );
    expect(model.cover.hero).toBeUndefined();
    expect(model.cover.tiles).toHaveLength(6);
    expect(model.chapters.map((chapter) => chapter.id)).toEqual([
      'summary',
      'timeline',
      'impact',
      'method',
      'appendix',
    ]);
  });

  it('gives the same model for the same facts', () => {
    expect(composeIncident(incidentFacts())).toEqual(composeIncident(incidentFacts()));
  });
});
