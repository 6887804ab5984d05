import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { attackRequestsOf, type BulkJob, partsFor, runJob, writeBulk } from './bulk/bulk.ts';
import { bytesOf, composeWorkspace, WORKSPACE_SEED } from './workspace.ts';

const USAGE = `Without --lines: rewrites the generated files of the sample workspace.
  --out DIR                 where to write                     (sample-data)
  --seed TEXT               another seed, another population   (${WORKSPACE_SEED})
With --lines N: writes N lines of http_requests shaped like INC-4821, and truth.json, into --out.
  --parts N                 number of files                    (about 150 MB each)
  --distinct-addresses N    that many different attackers
  --threads N               worker threads                     (2)`;

if (isMainThread) await main();
// The only sender of jobs is `writeBulk`, which sends exactly this shape.
else parentPort?.postMessage(runJob(workerData as BulkJob));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      seed: { type: 'string', default: WORKSPACE_SEED },
      lines: { type: 'string' },
      parts: { type: 'string' },
      'distinct-addresses': { type: 'string' },
      threads: { type: 'string', default: '2' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) console.log(USAGE);
  else if (values.lines === undefined) writeWorkspace(values.out ?? 'sample-data', values.seed);
  else {
    const lines = count('lines', values.lines);
    const distinct = values['distinct-addresses'];
    const plan = {
      seed: values.seed,
      lines,
      parts: values.parts === undefined ? partsFor(lines) : count('parts', values.parts),
      ...(distinct === undefined ? {} : { distinctAddresses: count('distinct-addresses', distinct) }),
    };
    const attack = attackRequestsOf(lines);
    if ((plan.distinctAddresses ?? 0) > attack)
      throw new RangeError(
        `--distinct-addresses: ${lines} lines hold ${attack} attack requests; ask for no more, or for more lines`,
      );
    if (values.out === undefined)
      throw new RangeError('--lines needs --out: the files are large and do not belong into the workspace');
    await writeScaled(plan, values.out, count('threads', values.threads));
  }
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`--${name}: "${text}" is not a whole number of at least 1`);
  return value;
}

function writeWorkspace(out: string, seed: string): void {
  let total = 0;
  for (const file of composeWorkspace(seed)) {
    const path = join(out, file.path);
    const bytes = bytesOf(file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    total += bytes.length;
    console.log(`${path}  ${bytes.length} bytes`);
  }
  console.log(`${total} bytes in all`);
}

async function writeScaled(plan: Parameters<typeof writeBulk>[0], out: string, threads: number): Promise<void> {
  const startedAt = performance.now();
  const tally = await writeBulk(plan, out, threads, fileURLToPath(import.meta.url));
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(
    `${tally.lines} lines in ${plan.parts} files, ${seconds.toFixed(1)} s, ${Math.round(tally.lines / seconds)} lines/s`,
  );
}
