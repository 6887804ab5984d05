// Writes docs/schema/*.schema.json from the schemas that the program checks with. Run after each change of one of them:
// npm run schemas
import { mkdirSync, writeFileSync } from 'node:fs';
import { composeJsonSchemas } from '../dist/config/config.js';
import { reportJsonSchema } from '../dist/deliver/deliver.js';

const folder = new URL('../docs/schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
const report = `${JSON.stringify(reportJsonSchema(), null, 2)}\n`;
for (const [name, text] of [...composeJsonSchemas(), ['report.schema.json', report]]) {
  writeFileSync(new URL(name, folder), text);
  console.log(`docs/schema/${name}`);
}
