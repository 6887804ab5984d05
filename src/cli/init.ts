import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type ExitCode, ReportError } from '../errors.ts';
import { exampleWorkspace } from './example-workspace.ts';
import type { CommandEffects } from './incident.ts';

/**
 * `debrief init`: a workspace that makes a report as it stands. Files that are there are never replaced; when one of
 * ours is among them nothing is written.
 */
export async function runInit(dir: string, { console, workingDir }: CommandEffects): Promise<ExitCode> {
  const root = resolve(workingDir, dir);
  const files = exampleWorkspace();
  const present: string[] = [];
  for (const path of files.keys()) if (await isThere(join(root, path))) present.push(path);
  if (present.includes('debrief.yaml'))
    throw new ReportError('usage', `${root} is a workspace already`, {
      where: { file: root },
      hint: 'Name another folder: debrief init DIR',
    });
  if (present.length > 0)
    throw new ReportError('usage', `${root} holds ${present.join(', ')} already`, {
      where: { file: root },
      hint: 'Name an empty folder: debrief init DIR',
    });

  try {
    for (const [path, content] of files) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content, { flag: 'wx' });
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new ReportError('output-failed', `${root} cannot be written: ${error.message}`, {
      where: { file: root },
      cause: error,
    });
  }
  const shown = relative(workingDir, root) || '.';
  const log = console.logFor();
  log.info(`a workspace with an example case in ${shown}; make its report with:`);
  log.info(`  debrief incident ${join(shown, 'incidents/INC-1.yaml')}`);
  console.result(
    [...files.keys()].map((path) => join(shown, path)),
    { type: 'workspace', dir: root, files: [...files.keys()] },
  );
  return 0;
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
