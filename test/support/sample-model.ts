import { MINUTE_MS } from '../../src/model/time.ts';
import type { FigureBlock, ReportModel } from '../../src/report/report.ts';
import { appendix, mitigation, sources } from './sample-evidence.ts';
import { anatomy, summary, timeline } from './sample-story.ts';
import {
  attack,
  axis,
  caption,
  clock,
  compact,
  lasting,
  MINUTES,
  MITIGATED_AFTER_MS,
  mitigated,
  ordinary,
  passed,
  peakMinute,
  perSecond,
  SAMPLE_EVIDENCE,
  START,
  share,
  total,
  trafficData,
} from './sample-traffic.ts';

const hero: FigureBlock = {
  kind: 'figure',
  id: 'fig-traffic',
  number: 1,
  title: ['Two waves; ', share(total.mitigated / total.attack), ' of the attack was stopped at the edge'],
  chart: {
    kind: 'time-stack',
    unit: 'requests/s',
    ...axis,
    series: [
      { label: 'Mitigated', role: 'mitigated', values: perSecond(mitigated) },
      { label: 'Passed', role: 'passed', values: perSecond(passed) },
    ],
    line: { label: 'Expected', role: 'baseline', values: perSecond(ordinary) },
  },
  caption: caption('Requests a second by outcome'),
  alt: ['Stacked area of mitigated and passed requests; two waves stand out, almost all of them mitigated.'],
  evidence: SAMPLE_EVIDENCE,
  data: trafficData,
};

/** Each call makes a fresh object, so that a test may change its copy. */
export function sampleModel(): ReportModel {
  return structuredClone<ReportModel>({
    meta: {
      kind: 'incident',
      reportId: 'INC-4821-r1',
      revision: 1,
      incidentId: 'INC-4821',
      title: 'HTTP flood against the web shop',
      customer: { id: 'kestrel', name: 'Kestrel Outdoor AG' },
      provider: { name: 'Bastion Edge', contact: 'soc@bastion-edge.example' },
      brandId: 'bastion',
      tlp: 'AMBER',
      audience: 'technical',
      window: { start: START, end: START + MINUTES * MINUTE_MS },
      timeZone: 'Europe/Berlin',
      locale: 'en-GB',
      paper: 'A4',
      createdAt: Date.UTC(2026, 10, 17, 17, 5),
      preparedBy: 'Security Operations Centre',
      toolVersion: '0.1.0',
    },
    cover: {
      verdict: [
        'An HTTP flood in two waves hit the web shop for ',
        lasting((29 + 15) * MINUTE_MS),
        '. It is over; ',
        share(total.mitigated / total.attack),
        ' was stopped, but the first ',
        lasting(MITIGATED_AFTER_MS),
        ' reached the origin.',
      ],
      state: 'over',
      severity: {
        level: 3,
        label: [
          'Severity ',
          { kind: 'count', value: 3, one: '', many: '' },
          ' of ',
          { kind: 'count', value: 4, one: '', many: '' },
        ],
        why: ['the origin was degraded for ', lasting(3 * MINUTE_MS)],
      },
      tiles: [
        {
          id: 'peak',
          label: 'Peak',
          value: compact((attack[peakMinute] ?? 0) / 60, 'requests/s'),
          note: ['highest ', lasting(MINUTE_MS), ' mean, at ', clock(START + peakMinute * MINUTE_MS)],
          tone: 'neutral',
        },
        {
          id: 'mitigated',
          label: 'Mitigated',
          value: compact(total.mitigated, 'requests'),
          note: [share(total.mitigated / total.attack), ' of ', compact(total.attack, 'requests'), ' during the waves'],
          tone: 'favourable',
        },
        {
          id: 'duration',
          label: 'Under attack',
          value: lasting((29 + 15) * MINUTE_MS),
          note: [
            'from first to last: ',
            lasting(70 * MINUTE_MS),
            '; ',
            { kind: 'count', value: 2, one: 'wave', many: 'waves' },
            ', ',
            { kind: 'count', value: 7, one: 'attack id', many: 'attack ids' },
          ],
          tone: 'neutral',
        },
        {
          id: 'time-to-mitigate',
          label: 'Time to mitigate',
          value: lasting(MITIGATED_AFTER_MS),
          note: ['± ', lasting(10_000), ' from the first attack traffic; the agreement allows ', lasting(30_000)],
          tone: 'unfavourable',
        },
        {
          id: 'passed',
          label: 'Reached the origin',
          value: compact(total.leaked, 'requests'),
          note: [share(total.leaked / total.attack), ' of the attack; most of it in the first minute'],
          tone: 'unfavourable',
        },
        {
          id: 'impact',
          label: 'Customer impact',
          value: share(0.0841),
          note: ['of answers of the origin were errors, against ', share(0.0004), ' before'],
          tone: 'unfavourable',
        },
      ],
      hero,
    },
    chapters: [summary, timeline, anatomy, sources, mitigation, appendix],
    ruleFiles: [],
  });
}
