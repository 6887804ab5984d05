import type { check, generate } from '../generate.ts';
import type { generateWeekly } from '../generate-weekly.ts';
import type { openPreview } from '../preview/preview.ts';
import type { openBrowser } from '../render/render.ts';
import type { Format } from '../stages.ts';

export type { Format };

/** All of them, in the order in which they are told. */
export const FORMATS = ['pdf', 'html', 'json', 'csv'] as const satisfies readonly Format[];

/** What the commands drive. The engine and the browser behind it are loaded when a command needs them, not for `--help`. */
export interface Pipeline {
  readonly generate: typeof generate;
  readonly generateWeekly: typeof generateWeekly;
  readonly check: typeof check;
  readonly openPreview: typeof openPreview;
  readonly openBrowser: typeof openBrowser;
}
