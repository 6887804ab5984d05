import { gzipMembers } from './gzip.ts';
import type { LoggedMinute, PastDay } from './history/days.ts';
import { composeHistory, type History } from './history/history.ts';
import { composeHttpCase } from './http/case.ts';
import { HTTP_CASE, HTTP_WINDOW } from './http/story.ts';
import { composePacketCase } from './packets/case.ts';
import { PACKET_CASE, PACKET_WINDOW } from './packets/story.ts';
import { createRandom } from './random.ts';
import { composeSummaryCase } from './summaries/case.ts';
import { SUMMARY_CASE, SUMMARY_WINDOW } from './summaries/story.ts';
import type { CaseTruth, HttpTruth, NetworkTruth, SummaryTruth } from './truth.ts';

/** The seed of the files in the repository. */
export const WORKSPACE_SEED = 'northwall-2026-11';

/** A file that the generator owns. Several members are written as one gzip file; without gzip there is one. */
export interface GeneratedFile {
  /** Relative to `sample-data/`, with forward slashes; compressed when it ends in `.gz`. */
  readonly path: string;
  readonly members: readonly string[];
}

/** Every generated file of the sample workspace; the rest of `sample-data/` is written by hand. */
export function composeWorkspace(seed: string): GeneratedFile[] {
  const http = composeHttpCase(createRandom(`${seed}/${HTTP_CASE}`));
  const packets = composePacketCase(createRandom(`${seed}/${PACKET_CASE}`));
  const summary = composeSummaryCase(createRandom(`${seed}/${SUMMARY_CASE}`));
  const history = historyBeside(seed, http.truth, packets.truth, summary.truth);
  return [
    ...http.files,
    truthFile({ case: HTTP_CASE, customer: 'acme', seed, window: HTTP_WINDOW, http: http.truth }),
    ...packets.files,
    truthFile({ case: PACKET_CASE, customer: 'meridian', seed, window: PACKET_WINDOW, network: packets.truth }),
    ...summary.files,
    truthFile({ case: SUMMARY_CASE, customer: 'larkspur', seed, window: SUMMARY_WINDOW, summary: summary.truth }),
    ...history.files,
  ];
}

/** The days of the archive. They are Parquet there, which `scripts/write-sample-archive.mjs` writes. */
export function composeArchive(seed: string): readonly PastDay[] {
  const http = composeHttpCase(createRandom(`${seed}/${HTTP_CASE}`));
  const packets = composePacketCase(createRandom(`${seed}/${PACKET_CASE}`));
  const summary = composeSummaryCase(createRandom(`${seed}/${SUMMARY_CASE}`));
  return historyBeside(seed, http.truth, packets.truth, summary.truth).days;
}

/** Nine weeks around the stories; in their own time the days hold what their truth counts. */
function historyBeside(seed: string, http: HttpTruth, packets: NetworkTruth, summary: SummaryTruth): History {
  const logged = new Map<string, readonly LoggedMinute[]>([
    [HTTP_CASE, http.minutes.map(({ requests: units, ...minute }) => ({ ...minute, units }))],
    [
      PACKET_CASE,
      packets.minutes.map(({ packets: units, dropped: mitigated, bits, ...minute }) => ({
        ...minute,
        units,
        mitigated,
        bytes: Math.round(bits / 8),
      })),
    ],
    [SUMMARY_CASE, summary.http.minutes.map(({ requests: units, ...minute }) => ({ ...minute, units }))],
  ]);
  return composeHistory(createRandom(`${seed}/history`), logged);
}

export function bytesOf(file: GeneratedFile): Buffer {
  return file.path.endsWith('.gz') ? gzipMembers(file.members) : Buffer.from(file.members.join(''), 'utf8');
}

function truthFile(truth: CaseTruth): GeneratedFile {
  return { path: `truth/${truth.case}.json`, members: [`${JSON.stringify(truth, null, 1)}\n`] };
}
