import type { CaseInput } from '../../config/config.ts';
import type { LogDataset } from './log-dataset.ts';

/** A file of log records, opened and recognised. `keys` and `datasets` grow when later records show more. */
export interface RowLog {
  readonly kind: 'rows';
  readonly input: CaseInput;
  /** `in3` */
  readonly inputId: string;
  /** The 3 of `in3`; the value of the column `input`. */
  readonly number: number;
  /** What the engine reads: the input itself, or a copy as plain NDJSON when the input is CSV, an array or begins with a BOM. */
  readonly path: string;
  /** Of `path`. */
  readonly gzip: boolean;
  /** Names of fields, spelt as in the file. */
  readonly keys: Set<string>;
  readonly datasets: Set<LogDataset>;
  /** A time near the beginning names no zone and none was declared. */
  readonly zoneless: boolean;
  /** The engine reads a copy. */
  readonly copied: boolean;
  /** Line in the input of the n-th record (from 1), where the copy has other lines than the input. */
  readonly lineOfRecord?: (record: number) => number;
}
