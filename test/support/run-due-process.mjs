// One process that runs what is due, week after week, with reports that are folders of a manifest, and says a word at each step:
// node run-due-process.mjs BUILT-PACKAGE WORKSPACE FIRST-RUN WEEKS [START PAUSE]
// What is delivered leaves a file in WORKSPACE/handed each time. FIRST-RUN is the time of the first week, START the real time at which it is run, PAUSE the real time between two weeks.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const [dist = '', workspaceDir = '', firstRun = '', weeks = '', start = '0', pause = '0'] = process.argv.slice(2);
const { runDue } = await import(pathToFileURL(join(dist, 'schedule/schedule.js')).href);
const WEEK_MS = 7 * 24 * 3_600_000;

async function makeReport({ customerId, period }, { announce }) {
  process.stdout.write('begun\n');
  await setTimeout(Math.random() * 5);
  const folder = join(workspaceDir, 'reports', customerId);
  // A second report of a period gets a name of its own: nothing here would hide that it was made twice.
  const reportId = `${period.id}-${process.pid}`;
  const partial = join(folder, `.${reportId}`);
  await mkdir(partial, { recursive: true });
  const manifest = JSON.stringify({ customerId, period });
  await writeFile(join(partial, 'manifest.json'), manifest);
  const manifestSha256 = createHash('sha256').update(manifest).digest('hex');
  announce({ reportId, folder: join(folder, reportId), manifestSha256 });
  process.stdout.write('announced\n');
  await setTimeout(Math.random() * 5);
  await rename(partial, join(folder, reportId));
  process.stdout.write('appeared\n');
  await setTimeout(1);
  return { reportId, folder: join(folder, reportId), files: [], warnings: [] };
}

async function deliver({ folder }) {
  const [reportId = '', customerId = ''] = folder.split('/').reverse();
  await mkdir(join(workspaceDir, 'handed'), { recursive: true });
  await setTimeout(Math.random() * 5);
  await writeFile(join(workspaceDir, 'handed', `${customerId} ${reportId} ${randomUUID()}`), '');
  return { state: 'delivered' };
}

for (let week = 0; week < Number(weeks); week++) {
  await setTimeout(Math.max(0, Number(start) + week * Number(pause) - Date.now()));
  const now = () => Number(firstRun) + week * WEEK_MS;
  const signal = new AbortController().signal;
  await runDue({ workspaceDir }, { now, wallNow: Date.now, jobs: 2, signal, makeReport, deliver });
}
