import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { WeeklyAnalysis } from '../src/report/report.ts';
import { builtFile, type Contender, interleave, measure, medianRatio } from './measure.ts';
import { type Result, tellRuns, times, watchLoad } from './result.ts';
import { logFilesOf, logsOf, warmUp } from './workspace.ts';

const BAR = 8;

/** The summary of a week whose days are on record, against the same summary counted from the logs. Sums are compared first. */
export async function benchWeekly(lines: number, rounds: number): Promise<Result[]> {
  const load = watchLoad();
  const logs = logsOf({ lines });
  await warmUp(logFilesOf(logs));
  const workspace = workspaceOver(logs);
  const [fromRollUps, fromLogs] = [weekly(workspace, 'roll-ups'), weekly(workspace, 'logs', '--from-logs')];
  await measure(fromLogs.contender);
  const counted = fromLogs.read();
  const clear = () => rmSync(join(workspace, 'reports'), { recursive: true, force: true });
  const [ours = [], reference = []] = await interleave([fromRollUps.contender, fromLogs.contender], rounds, clear);
  clear();
  await measure(fromRollUps.contender);
  if (JSON.stringify(fromRollUps.read()) !== JSON.stringify(counted))
    throw new Error('the summary from roll-ups has other sums than the one from logs');
  const speedup = 1 / medianRatio(ours, reference);
  return [
    {
      bench: 'weekly, from roll-ups',
      size: `${lines} lines of http_requests, n = ${rounds}`,
      ours: tellRuns(ours),
      reference: `from the logs: ${tellRuns(reference)}`,
      ratio: `${speedup.toFixed(1)} × faster`,
      cpuRatio: times(1 / medianRatio(ours, reference, ({ cpuMs }) => cpuMs)),
      bar: { text: `≥ ${BAR} × faster`, met: speedup >= BAR },
      load: load.since(),
    },
  ];
}

/** One customer whose standing traffic are the logs. They are linked, not copied. */
function workspaceOver(logs: string): string {
  const workspace = `${logs}-weekly`;
  rmSync(workspace, { recursive: true, force: true });
  for (const folder of ['customers', 'logs']) mkdirSync(join(workspace, folder), { recursive: true });
  for (const file of logFilesOf(logs)) linkSync(file, join(workspace, 'logs', basename(file)));
  writeFileSync(join(workspace, 'debrief.yaml'), 'provider: { name: Northwall }\n');
  writeFileSync(
    join(workspace, 'customers/acme.yaml'),
    `id: acme
name: Acme Outdoor GmbH
timeZone: Europe/Berlin
prefixes: [192.0.2.240/28]
zones: [acme-outdoor.example]
accounts: [b81f60c27ad94e35a0c2f7d4196e8b03]
weekly: { traffic: [{ file: ../logs/* }] }
`,
  );
  return workspace;
}

function weekly(
  workspace: string,
  name: string,
  ...more: readonly string[]
): { readonly contender: Contender; read(): WeeklyAnalysis } {
  return {
    contender: {
      name,
      script: builtFile('cli/main.js'),
      arguments: ['weekly', '--workspace', workspace, '--week', '2026-W47', '--format', 'json,csv', '--quiet', ...more],
    },
    read: () => {
      const reports = join(workspace, 'reports/acme');
      const [first = ''] = readdirSync(reports).sort();
      // Written by writeReportJson from this very type.
      const json = JSON.parse(readFileSync(join(reports, first, 'report.json'), 'utf8')) as {
        analysis: WeeklyAnalysis;
      };
      return json.analysis;
    },
  };
}
