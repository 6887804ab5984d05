import { parseArgs } from 'node:util';
import { benchAnalysis, benchGzip } from './analysis.ts';
import { benchBatch } from './batch.ts';
import { benchFleet } from './fleet.ts';
import { benchMemory } from './memory.ts';
import { describeMachine, type Result, tellBusy, tellTable } from './result.ts';
import { benchSmallCases } from './small-case.ts';
import { benchWeekly } from './weekly.ts';

const USAGE = `Ratios against references that are measured in the same run. A bar that is not met is told, never an error.
  --quick        smaller sizes, fewer rounds
  --full         also 10 million lines (15 GB), 5 million addresses, 1,000 customers
  --only NAME    analysis | gzip | small | batch | fleet | weekly | memory
  --rounds N     rounds of each comparison (3; 1 with --quick)`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const { quick } = values;
const rounds = Number(values.rounds ?? (quick ? 1 : 3));
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new RangeError(`--rounds: "${values.rounds}" is not a count`);
const lines = quick ? 100_000 : 1_000_000;

const BENCHES: Readonly<Record<string, () => Promise<Result[]>>> = {
  analysis: () => benchAnalysis(lines, rounds),
  gzip: () => benchGzip(lines, rounds),
  small: () => benchSmallCases(rounds),
  batch: () => benchBatch(quick ? 6 : 20, rounds),
  fleet: () => benchFleet(values.full ? 1_000 : quick ? 10 : 100, quick ? 3 : 20),
  weekly: () => benchWeekly(values.full ? 10_000_000 : lines, rounds),
  memory: () => benchMemory({ reports: quick ? 5 : 20, lines, full: values.full }),
};

const chosen = Object.entries(BENCHES).filter(([name]) => values.only === undefined || name === values.only);
if (chosen.length === 0) throw new RangeError(`--only: there is no bench "${values.only}"`);

if (values.help) console.log(USAGE);
else process.exitCode = await runBenches(chosen);

/** 0 unless a bench could not be run. */
async function runBenches(benches: readonly (readonly [string, () => Promise<Result[]>])[]): Promise<number> {
  let failures = 0;
  const results: Result[] = [];
  for (const [name, bench] of benches) {
    console.error(`${name} …`);
    try {
      results.push(...(await bench()));
    } catch (error) {
      failures++;
      console.error(`${name} could not be run:`, error);
    }
  }
  console.log(`${describeMachine()}\n\n${tellTable(results)}${tellBusy(results)}`);
  return failures === 0 ? 0 : 1;
}
