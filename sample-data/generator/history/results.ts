import { ADVICE, type PastAttack, type PastCustomer } from './story.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * The report.json of an incident of earlier weeks: the published shape, with the chapters that later reports read (peaks,
 * recommendations, service levels) and without the others. There are no documents beside it.
 */
export function composeResult(customer: PastCustomer, attack: PastAttack): string {
  const waves = attack.waves.map(({ start, minutes }) => ({
    start: Date.parse(start),
    end: Date.parse(start) + minutes * MINUTE,
  }));
  const [first, last] = [waves[0], waves.at(-1)];
  if (!first || !last) throw new RangeError(`${attack.id} has no wave`);
  const active = waves.reduce((sum, { start, end }) => sum + end - start, 0);
  const isHttp = customer.layer === 'http';
  const unit = isHttp ? 'requests' : 'packets';
  const total = Math.round((attack.rate * active) / 1_000);
  const spread = customer.kind === 'counted' ? 0 : 0.012;
  const estimate = (value: number, width = spread) => ({
    estimate: value,
    lower: value * (1 - width),
    upper: value * (1 + width),
  });
  const peaks = [
    { quantity: `${unit}/s`, windowMs: 10_000, value: Math.round(attack.rate * 1.45) },
    { quantity: `${unit}/s`, windowMs: MINUTE, value: Math.round(attack.rate * 1.25) },
    ...(isHttp ? [] : [{ quantity: 'bits/s', windowMs: MINUTE, value: Math.round(attack.rate * 1.25) * 3_600 }]),
  ];
  const report = {
    meta: {
      kind: 'incident',
      incidentId: attack.id,
      reportId: `${attack.id}-r1`,
      revision: 1,
      title: attack.title,
      customer: { id: customer.id, name: customer.name },
      provider: { name: customer.providerName },
      brandId: customer.brandId,
      tlp: customer.tlp,
      audience: 'technical',
      window: { start: first.start - HOUR, end: last.end + HOUR },
      timeZone: customer.timeZone,
      locale: customer.locale,
      paper: customer.paper,
      createdAt: last.end + 3 * HOUR,
      preparedBy: `${customer.providerName} Security Operations Centre`,
      toolVersion: '0.1.0',
    },
    model: {
      cover: {
        verdict: [`${attack.title}. It is over.`],
        state: 'over',
        severity: { level: attack.severity, label: ['Severity'], why: ['as judged then'] },
        tiles: Array.from({ length: 6 }, () => ({
          label: 'Earlier incident',
          value: { kind: 'missing', reason: 'Not kept' },
          note: ['only the result was kept'],
          tone: 'neutral',
        })),
      },
      chapters: [
        {
          id: 'kept',
          title: 'What was kept',
          startsPage: false,
          blocks: [
            table('table-peaks', 1, {
              columns: [
                ...['quantity', 'layer', 'window_ms', 'at_utc'],
                ...['peak (per second)', 'peak lower', 'peak upper', 'peak kind', 'headline', 'observed'],
              ],
              rows: peaks.map(({ quantity, windowMs, value }) => [
                ...[quantity, customer.layer, windowMs, new Date(first.start).toISOString(), value],
                ...(spread > 0 ? [value * (1 - 2 * spread), value * (1 + 2 * spread)] : [null, null]),
                ...[customer.kind, windowMs === MINUTE ? 'yes' : 'no', null],
              ]),
            }),
            table(
              'table-recommendations',
              2,
              {
                columns: ['id', 'from', 'edited', 'owner', 'effort', 'evidence'],
                rows: attack.advice.map((id) => [id, 'rule-book', 'no', ADVICE[id][0], 'medium', '']),
              },
              attack.advice.map((id) => [[ADVICE[id][1]]]),
            ),
            table('table-service-levels', 3, {
              columns: ['clause', 'metric', 'result'],
              rows: [
                ['Time to mitigate', 'time-to-mitigate', attack.missed > 0 ? 'missed' : 'met'],
                ['Time to detect', 'time-to-detect', 'met'],
              ],
            }),
          ],
        },
      ],
      ruleFiles: [],
    },
    analysis: {
      attackDetected: true,
      severity: { level: attack.severity, reasons: [] },
      waves: waves.map(({ start, end }) => ({
        start: new Date(start).toISOString(),
        end: new Date(end).toISOString(),
        uncertaintySeconds: isHttp ? 1 : 5,
        vectors: attack.vectors,
      })),
      signatures: [],
      minutes: [],
      attributes: {
        [isHttp ? 'ClientRequestHost' : 'IPDestinationAddress']: {
          [customer.lists[0]?.attacked[0] ?? 'unknown']: estimate(total),
        },
      },
      attackTotal: estimate(total),
      mitigatedShare: {
        estimate: attack.mitigated,
        lower: attack.mitigated - spread / 4,
        upper: Math.min(1, attack.mitigated + spread / 4),
      },
      timeToMitigateSeconds: attack.timeToMitigateSeconds,
      vectors: attack.vectors,
    },
  };
  return `${JSON.stringify(report, null, 1)}\n`;
}

function table(
  id: string,
  number: number,
  data: { readonly columns: readonly string[]; readonly rows: readonly (readonly (string | number | null)[])[] },
  cells: readonly (readonly unknown[])[] = [],
): object {
  return {
    kind: 'table',
    id,
    number,
    title: ['Kept'],
    columns: [{ label: 'What to change', align: 'left' }],
    rows: cells,
    totalRows: data.rows.length,
    evidence: [],
    data,
  };
}
