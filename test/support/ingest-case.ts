import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Case, CaseInput, CustomerFile } from '../../src/config/config.ts';
import { openDuckDb, type Row } from '../../src/engine/engine.ts';
import { type Dataset, ingest, type TrafficSource } from '../../src/ingest/ingest.ts';
import { silentLog } from '../../src/log.ts';
import type { TimeWindow } from '../../src/model/time.ts';

/** The customer of all ingest tests: Acme owns acme.example, 192.0.2.0/24 and 2001:db8:aa::/48. */
export const acme: CustomerFile = {
  id: 'acme',
  name: 'Acme Retail',
  timeZone: 'Europe/Berlin',
  prefixes: ['192.0.2.0/24', '2001:db8:aa::/48'],
  origins: [],
  zones: ['acme.example'],
  hosts: ['acme-pay.example'],
  accounts: ['5f1d0c9a'],
  applications: ['7d3e51', 'cluster-1'],
  capacity: {},
  sla: [],
  destinations: [],
  notices: [],
  redaction: { people: [], profiles: {}, audiences: {} },
  weekly: { weekStart: 'monday', traffic: [], closed: [] },
};

export type CaseFileContent = string | Buffer;

export interface IngestRequest {
  /** File name → content; the order is that of the case file. */
  readonly files: Readonly<Record<string, CaseFileContent>>;
  /** What the case file says beside the name. */
  readonly inputs?: Readonly<Record<string, Partial<CaseInput>>>;
  readonly timeline?: Readonly<Record<string, CaseFileContent>>;
  readonly customer?: CustomerFile;
  readonly window?: TimeWindow;
  readonly strict?: boolean;
  readonly signal?: AbortSignal;
  readonly memoryLimitBytes?: number;
  /** Told each phase of the ingest before it begins, with the folder of the files. */
  readonly onPhase?: (name: string, folder: string) => void;
}

/** Writes the files into a folder of their own, ingests them, and hands the dataset over while its engine is open. */
export async function ingestFiles<T>(request: IngestRequest, use: (dataset: Dataset) => Promise<T> | T): Promise<T> {
  const workspaceDir = mkdtempSync(join(tmpdir(), 'debrief-case-'));
  const engine = await openDuckDb({
    scratchDir: join(workspaceDir, 'scratch'),
    memoryLimitBytes: request.memoryLimitBytes ?? 300e6,
    threads: 2,
  });
  try {
    const write = (files: Readonly<Record<string, CaseFileContent>>) =>
      Object.entries(files).map(([path, content]): CaseInput => {
        const absolutePath = join(workspaceDir, path);
        writeFileSync(absolutePath, content);
        return { path, absolutePath, ...request.inputs?.[path] };
      });
    const incident: Case = {
      workspaceDir,
      file: 'incidents/INC-1.yaml',
      id: 'INC-1',
      title: 'Flood',
      ...(request.window && { window: request.window }),
      traffic: write(request.files),
      timeline: write(request.timeline ?? {}),
      customer: request.customer ?? acme,
      provider: { name: 'Northwall' },
      brand: { id: 'default', name: 'Northwall', colours: { primary: '#12355b', accent: '#c8553d' } },
      tlp: 'AMBER',
      audience: 'technical',
      timeZone: 'Europe/Berlin',
      locale: 'en-GB',
      paper: 'A4',
      preparedBy: 'SOC',
      industryContext: false,
      recommendations: { own: [], edits: [] },
      notes: [],
      tickets: {},
      notices: { deadlines: [] },
      mergeGapMs: 120_000,
      networks: {},
      remarks: [],
      madeBy: [],
    };
    const dataset = await ingest(incident, engine, {
      strict: request.strict ?? false,
      log: {
        ...silentLog,
        phase: (name, work) => {
          request.onPhase?.(name, workspaceDir);
          return silentLog.phase(name, work);
        },
      },
      signal: request.signal ?? new AbortController().signal,
    });
    return await use(dataset);
  } finally {
    await engine.close();
    rmSync(workspaceDir, { recursive: true, force: true });
  }
}

/** Records as NDJSON. */
export function ndjson(...records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** The rows of a source, by time and then by the columns asked for. */
export async function rowsOf(dataset: Dataset, source: string, columns: string): Promise<Row[]> {
  return dataset.engine.query(`select ${columns} from ${source} order by t, ${columns}`);
}

export function sourceOf(dataset: Dataset, id: string): TrafficSource {
  const source = dataset.sources.find((one) => one.id === id);
  if (!source)
    throw new Error(`There is no source ${id}; there are ${dataset.sources.map((one) => one.id).join(', ')}.`);
  return source;
}
