import { writeFileSync } from 'node:fs';
import { loadDebrief } from './built.ts';

/*
 * Writes the print HTML of a case and what is to be printed with it, exactly as the browser would get them.
 *
 * node capture-print.js CASE.yaml OUT-DIR FILE.html FILE.json
 */

const [caseFile = '', outDir = '', htmlFile = '', jobFile = ''] = process.argv.slice(2);
const { generate, silentLog } = await loadDebrief();
await generate(
  { caseFile, outDir, formats: ['pdf'], strict: false },
  {
    now: Date.now,
    log: silentLog,
    signal: new AbortController().signal,
    browser: {
      warm: () => undefined,
      print: async (html, { meta }) => {
        writeFileSync(htmlFile, html);
        writeFileSync(jobFile, JSON.stringify({ meta }));
        return new Uint8Array();
      },
      version: async () => 'none',
      close: async () => undefined,
    },
  },
);
