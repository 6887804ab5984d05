import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CaseTruth, HttpTruth, NetworkTruth, SummaryTruth } from '../../sample-data/generator/truth.ts';

/** Folder of the sample workspace, absolute. */
export const SAMPLE_WORKSPACE = fileURLToPath(new URL('../../sample-data/', import.meta.url));

export type SampleCase = 'INC-4821' | 'INC-4907' | 'INC-4958';

/** The planted truth of a case of the sample workspace; `sample-data/README.md` says what each number is. */
function readTruth(id: SampleCase): CaseTruth {
  // Written by the generator with this type, and held to the log files by the tests of the sample data.
  return JSON.parse(readFileSync(`${SAMPLE_WORKSPACE}truth/${id}.json`, 'utf8')) as CaseTruth;
}

/** Truth of the flood against the web shop: unsampled, so a report must show exactly these numbers. */
export function readHttpTruth(): HttpTruth {
  return present(readTruth('INC-4821').http, 'INC-4821');
}

/** Truth of the packet floods against the bank, before sampling. */
export function readNetworkTruth(): NetworkTruth {
  return present(readTruth('INC-4907').network, 'INC-4907');
}

/** Truth of the examination morning, before adaptive sampling. */
export function readSummaryTruth(): SummaryTruth {
  return present(readTruth('INC-4958').summary, 'INC-4958');
}

function present<T>(truth: T | undefined, id: SampleCase): T {
  if (truth === undefined) throw new Error(`sample-data/truth/${id}.json has no such part; run the generator`);
  return truth;
}
