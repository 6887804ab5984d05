import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { bytesOf, composeWorkspace, WORKSPACE_SEED } from './workspace.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'sample-data' },
    seed: { type: 'string', default: WORKSPACE_SEED },
  },
});

let total = 0;
for (const file of composeWorkspace(values.seed)) {
  const path = join(values.out, file.path);
  const bytes = bytesOf(file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  total += bytes.length;
  console.log(`${path}  ${bytes.length} bytes`);
}
console.log(`${total} bytes in all`);
