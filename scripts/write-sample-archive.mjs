// Writes sample-data/archive/: the days that the generator draws, kept as the tool keeps them. Run by `npm run generate`.
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { keepRollUp } from '../dist/archive/archive.js';
import { openDuckDb } from '../dist/engine/engine.js';
import { composeArchive, WORKSPACE_SEED } from '../dist/generator/workspace.js';

const workspaceDir = 'sample-data';
await rm(`${workspaceDir}/archive`, { recursive: true, force: true });
await mkdir(`${workspaceDir}/archive`);
const engine = await openDuckDb({ scratchDir: tmpdir(), memoryLimitBytes: 256e6 });
try {
  let bytes = 0;
  const days = composeArchive(WORKSPACE_SEED);
  for (const day of days)
    bytes += (await keepRollUp({ workspaceDir, customerId: day.customerId, engine, scratchDir: tmpdir() }, day)).bytes;
  console.log(`${days.length} days, ${bytes} bytes`);
} finally {
  await engine.close();
}
