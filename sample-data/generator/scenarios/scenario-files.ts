import type { Random } from '../random.ts';
import type { GeneratedFile } from '../workspace.ts';
import { ZONE } from './http-pages.ts';
import type { LogRow } from './http-rows.ts';
import { PREFIX } from './packet-scenario.ts';
import { type Scenario, saysRateInCase } from './scenario.ts';

export interface FileOptions {
  /** Lines in any order, as several edges push them. */
  readonly disorder?: boolean;
  /** Share of lines that are pushed twice. */
  readonly duplicates?: number;
  /** Entries of the incident's timeline, written beside the logs. */
  readonly timeline?: readonly { readonly at: number; readonly milestone: string; readonly title: string }[];
}

const CUSTOMER = 'alpine';

/** The workspace around scenarios of one customer: provider and customer, without a case. */
export function workspaceFiles(): GeneratedFile[] {
  return [
    { path: 'debrief.yaml', members: ['provider:\n  name: Northwall\n  contact: soc@northwall.example\n'] },
    {
      path: `customers/${CUSTOMER}.yaml`,
      members: [
        `id: ${CUSTOMER}\nname: Alpine Shop\ntimeZone: Europe/Vienna\nprefixes:\n  - ${PREFIX}\n  - 192.0.2.240/28\nzones:\n  - ${ZONE}\n`,
      ],
    },
  ];
}

/** Case file, logs and truth of a scenario. */
export function caseFiles(scenario: Scenario, random: Random, options: FileOptions = {}): GeneratedFile[] {
  const { plan, truth } = scenario;
  const name = plan.shape.layer === 'http' ? 'http_requests' : 'network_analytics_logs';
  const folder = `incidents/${plan.id}`;
  const lines = arrange(
    scenario.rows.map(({ fields }) => lineOf(fields)),
    random,
    options,
  );
  const half = Math.ceil(lines.length / 2);
  const iso = (at: number) => new Date(at).toISOString();
  const rate = saysRateInCase(plan) ? '    sampleRate: 0.1\n' : '';
  const timeline = options.timeline ? `timeline:\n  - file: ${plan.id}/timeline.yaml\n` : '';
  return [
    {
      path: `incidents/${plan.id}.yaml`,
      members: [
        `customer: ${CUSTOMER}\nid: ${plan.id}\ntitle: Traffic against the web shop\nwindow:\n  start: ${iso(plan.period.start)}\n  end: ${iso(plan.period.end)}\ntraffic:\n  - file: ${plan.id}/logs/${name}-*.ndjson\n${rate}${timeline}`,
      ],
    },
    { path: `${folder}/logs/${name}-1.ndjson`, members: lines.slice(0, half) },
    { path: `${folder}/logs/${name}-2.ndjson`, members: lines.slice(half) },
    { path: `${folder}/truth.json`, members: [`${JSON.stringify(truth, null, 1)}\n`] },
    ...(options.timeline
      ? [
          {
            path: `${folder}/timeline.yaml`,
            members: [
              'entries:\n',
              ...options.timeline.map(
                (entry) => `  - at: ${iso(entry.at)}\n    milestone: ${entry.milestone}\n    title: ${entry.title}\n`,
              ),
            ],
          },
        ]
      : []),
  ];
}

/** One line of a log as it is pushed. */
function lineOf(fields: LogRow): string {
  return `${JSON.stringify(fields)}\n`;
}

function arrange(lines: readonly string[], random: Random, options: FileOptions): string[] {
  const all = [...lines];
  const { duplicates = 0 } = options;
  for (const line of lines) if (duplicates > 0 && random.chance(duplicates)) all.push(line);
  if (options.disorder)
    for (let index = all.length - 1; index > 0; index--) {
      const other = random.int(index + 1);
      [all[index], all[other]] = [all[other] ?? '', all[index] ?? ''];
    }
  return all;
}
