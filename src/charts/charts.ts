import { setImmediate } from 'node:timers/promises';
import type { ChartSpec } from '../model/chart-spec.ts';
import type { DrawOptions } from './drawing.ts';

export { onDark } from './dark.ts';
export type { DrawOptions } from './drawing.ts';
export { fontFaces, type ScriptFont, scriptFonts } from './fonts.ts';
export { chartReading } from './reading.ts';

/**
 * One chart as one SVG element: vector only, words as text in Inter, ids that begin with `idPrefix`, nothing loaded from
 * anywhere. The same spec and options give the same bytes on every machine. Empty series give a chart that says so; what
 * cannot be drawn truthfully is refused with `section-failed`. Role and alternative text are the page's to add.
 */
export async function drawChart(spec: ChartSpec, options: DrawOptions): Promise<string> {
  const { draw } = await loadDrawing();
  const svg = draw(spec, options);
  // Canvases are freed between two turns of the event loop; in a batch that never takes one, memory grows by 0.8 MB a chart.
  await setImmediate();
  return svg;
}

/** Loads what draws while something else is waited for. Never throws: a failure is told by the first `drawChart`. */
export function warmDrawing(): void {
  loadDrawing().catch(() => undefined);
}

/** The canvas and Chart.js take a sixth of a second to load, which commands that draw nothing are spared. */
async function loadDrawing(): Promise<typeof import('./draw.ts')> {
  // Fonts of the machine would change how wide words are that Inter cannot write.
  process.env.DISABLE_SYSTEM_FONTS_LOAD ??= '1';
  return import('./draw.ts');
}
