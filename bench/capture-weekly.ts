import { writeFileSync } from 'node:fs';
import { loadDebrief } from './built.ts';

/*
 * Writes the print HTML of a customer's weekly summary and what is to be printed with it, exactly as the browser would get them.
 *
 * node capture-weekly.js WORKSPACE CUSTOMER ZONE PERIOD NOW OUT-DIR FILE.html FILE.json
 */

const [workspaceDir = '', customerId = '', zone = '', week = '', at = '', outDir = '', htmlFile = '', jobFile = ''] =
  process.argv.slice(2);
const { generateWeekly, parsePeriod, silentLog } = await loadDebrief();
await generateWeekly(
  { workspaceDir, customerId, period: parsePeriod(week, zone), formats: ['pdf'], outDir },
  {
    now: () => Date.parse(at),
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
