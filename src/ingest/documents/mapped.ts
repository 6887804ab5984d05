import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MappingFile } from '../../config/config.ts';
import { ReportError } from '../../errors.ts';
import type { Dimension } from '../../model/dimension.ts';
import { label } from '../../model/inlines.ts';
import { say } from '../../model/say.ts';
import { SECOND_MS } from '../../model/time.ts';
import type { Collector, DocumentReader, InputDocument, PointRow, PointSeries } from '../format.ts';
import { worded } from '../worded.ts';
import { claimOwners } from './claims.ts';
import { collectFaults, type Faults } from './faults.ts';
import type { PlannedMapping } from './mapped-cells.ts';
import { type MappedPlan, planMapping } from './mapped-plan.ts';
import { createRowReader } from './mapped-rows.ts';
import { openTable } from './mapped-table.ts';
import { readMappedTopList } from './mapped-top-list.ts';

/** CSV, TSV and JSON of any make, read by a mapping file. */
export const mappedReader: DocumentReader = {
  id: 'mapped',
  recognises: (document) => document.input.mapping !== undefined,
  async read(document, collector) {
    const { mapping } = document.input;
    if (!mapping)
      throw new ReportError('input-invalid', 'a mapped input needs `mapping:` with the path of its mapping file', {
        where: { file: document.input.path, field: 'mapping' },
      });
    const faults = collectFaults(document);
    const table = openTable(document, mapping, faults);
    const plan = table && planMapping(mapping, table, faults);
    faults.throwIfAny();
    if (!table || !plan) return;
    if (mapping.kind === 'toplist') readMappedTopList(document, collector, { mapping, table, plan });
    else await readSeries(document, collector, { mapping, table, plan });
  },
};

async function readSeries(document: InputDocument, collector: Collector, planned: PlannedMapping): Promise<void> {
  const { mapping, plan } = planned;
  const faults = collectFaults(document);
  const check = await checkRows(document, collector, planned, faults);
  faults.throwIfAny();
  collector.count(document.inputId, check.rows);
  const counted = plan.measures.find((measure) => measure.quantity !== 'bytes')?.quantity;
  const series: PointSeries = {
    key: keyOf(mapping),
    layer: mapping.layer,
    label: `${mapping.kind === 'events' ? 'Events' : 'Time series'} of ${document.input.path.split('/').at(-1)}`,
    unit: counted === undefined || counted === 'bytes' ? defaultUnit(mapping) : counted,
    kind: plan.sampling ? 'estimated' : mapping.kind === 'events' ? 'counted' : 'reported',
    intervalMs: mapping.kind === 'events' ? 0 : Math.round((mapping.intervalSeconds ?? 0) * SECOND_MS),
    dimensions: dimensionsOf(plan),
    knowsDisposition: check.knowsDisposition,
    // Equipment on the customer's side often sees only what a scrubbing centre let through, so it stands behind complete accounts.
    priority: mapping.kind === 'timeseries' ? (counted === undefined ? 20 : 60) : 55,
    inputId: document.inputId,
    rows: { [Symbol.iterator]: () => readRows(document, planned) },
  };
  if (check.rows > 0) collector.points(series);
  else
    collector.warn({
      code: 'empty-result',
      ...worded(
        say`${label(document.input.path, 'code')} holds no rows. An empty file is no evidence that there was no attack.`,
      ),
      input: document.inputId,
    });
  for (const warning of check.warnings()) collector.warn(warning);
}

/** Files read by equal mappings are pages of one series. */
function keyOf(mapping: MappingFile): string {
  return `mapped ${createHash('sha256').update(JSON.stringify(mapping)).digest('base64url').slice(0, 16)}`;
}

function defaultUnit(mapping: MappingFile): PointSeries['unit'] {
  if (mapping.kind === 'events') return 'events';
  return mapping.layer === 'network' ? 'packets' : 'requests';
}

function dimensionsOf(plan: MappedPlan): Dimension[] {
  return plan.dimensions.map(({ dimension }) => dimension);
}

/** Rows read before other work of the process (a signal, the progress) gets its turn. */
const ROWS_PER_TURN = 20_000;

/** Reads every row once for its faults; the rows themselves are read again when the engine takes them. */
async function checkRows(document: InputDocument, collector: Collector, planned: PlannedMapping, faults: Faults) {
  const { mapping, plan, table } = planned;
  const reader = createRowReader(document, planned, faults);
  const claim = claimOwners(document, collector);
  const times = new Set<number>();
  let seen = 0;
  let rows = 0;
  let knowsDisposition = false;
  let unlabelled = false;
  for (const cells of table.rows(faults)) {
    const row = reader.read(cells);
    seen += 1;
    if (seen % ROWS_PER_TURN === 0) await nextTurn();
    if (!row) continue;
    rows += 1;
    knowsDisposition ||= row.disposition !== undefined && row.disposition !== 'unknown';
    if (row.t !== undefined) times.add(row.t);
    const { host, destination_ip: address } = row.at;
    if (host !== undefined) claim('host', host, cells.line);
    if (address !== undefined) claim('address', address, cells.line);
    if (host === undefined && address === undefined && !unlabelled) {
      unlabelled = true;
      collector.unlabelled(document.inputId, cells.line());
    }
  }
  if (mapping.kind === 'timeseries') checkSpacing(times, mapping, faults);
  return {
    rows,
    knowsDisposition: knowsDisposition && (plan.disposition !== undefined || dimensionsOf(plan).includes('action')),
    warnings: reader.warnings,
  };
}

/** Buckets that start closer together than they are long would count traffic twice. */
function checkSpacing(times: ReadonlySet<number>, mapping: MappingFile, faults: Faults): void {
  const interval = Math.round((mapping.intervalSeconds ?? 0) * SECOND_MS);
  const sorted = Float64Array.from(times).sort();
  for (let index = 1; index < sorted.length; index += 1) {
    const gap = (sorted[index] ?? 0) - (sorted[index - 1] ?? 0);
    if (gap < interval) {
      faults.add(
        `is ${mapping.intervalSeconds}, but rows are ${gap / SECOND_MS} s apart (at ${new Date(sorted[index] ?? 0).toISOString()})`,
        { field: 'mapping.intervalSeconds' },
      );
      return;
    }
  }
}

function* readRows(document: InputDocument, planned: PlannedMapping): Generator<PointRow> {
  const reader = createRowReader(document, planned);
  for (const cells of planned.table.rows()) {
    const row = reader.read(cells);
    if (row) yield row;
  }
}
