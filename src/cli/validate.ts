import type { ExitCode } from '../errors.ts';
import type { DataWarning, InputFile, TrafficSource } from '../ingest/ingest.ts';
import { plural } from '../model/plural.ts';
import { durationOf } from '../model/time.ts';
import { runCases } from './batch.ts';
import type { CommandEffects } from './incident.ts';
import type { CaseOptions } from './options.ts';
import type { Pipeline } from './pipeline.ts';
import { formatBytes, formatMs } from './terminal-text.ts';

/** `debrief validate`: everything a report would be made from is read and checked; nothing is written. */
export async function runValidate(
  caseFiles: readonly string[],
  options: CaseOptions,
  { console, now, signal, loadPipeline }: CommandEffects,
): Promise<ExitCode> {
  const pipeline = await loadPipeline();
  return runCases(caseFiles, { jobs: options.jobs, console, signal }, async (caseFile) => {
    const checked = await pipeline.check(
      {
        caseFile,
        ...(options.workspace !== undefined && { workspaceDir: options.workspace }),
        ...(options.audience !== undefined && { audience: options.audience }),
        strict: options.strict === true,
      },
      {
        now,
        log: console.logFor(caseFiles.length > 1 ? caseFile : undefined),
        signal,
        atOnce: Math.min(options.jobs, caseFiles.length),
      },
    );
    const { inputs, warnings, sources } = checked;
    console.result(describeCase(caseFile, checked), { type: 'valid', case: caseFile, inputs, warnings, sources });
  });
}

function describeCase(
  caseFile: string,
  { inputs, warnings, sources }: Awaited<ReturnType<Pipeline['check']>>,
): string[] {
  return [
    `${caseFile}: ok`,
    ...inputs.map(describeInput),
    ...sources.map(describeSource),
    ...warnings.map((warning) => describeWarning(warning)),
  ];
}

function describeInput(input: InputFile): string {
  const counts = [
    plural(input.records, 'record', 'records'),
    ...(input.rejected > 0 ? [`${input.rejected} rejected`] : []),
    ...(input.duplicates > 0 ? [`${input.duplicates} duplicates`] : []),
    formatBytes(input.bytes),
  ];
  return `  ${input.id}  ${input.path}  ${input.formats.join(' + ')}  ${counts.join(', ')}`;
}

function describeSource(source: TrafficSource): string {
  const { start } = source.window;
  return (
    `  ${source.role} source of ${source.layer}: ${source.label}, ${plural(source.rows, 'row', 'rows')}, ` +
    `${formatMs(durationOf(source.window))} from ${new Date(start).toISOString()}`
  );
}

function describeWarning(warning: DataWarning): string {
  return `  warning: ${warning.message}${warning.input === undefined ? '' : ` (${warning.input})`}`;
}
