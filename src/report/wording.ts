import type { LayerStats } from '../aggregate/aggregate.ts';
import type { TrafficSource } from '../ingest/ingest.ts';
import { amount, instant, integer, label } from '../model/inlines.ts';
import type { Measure } from '../model/measure.ts';
import type { Inline, MeasureForm, Phrase } from '../model/phrase.ts';
import type { TimeWindow } from '../model/time.ts';

/** The measure, or words for its absence. Missing is never zero. */
export function amountOr(measure: Measure | undefined, reason = 'not recorded', form: MeasureForm = 'compact'): Inline {
  return measure ? amount(measure, form) : { kind: 'missing', reason };
}

/** `17 Nov 2026, 13:00:00 to 16:00:00, Europe/Berlin (UTC+01:00)`. */
export function period(window: TimeWindow): Phrase {
  return [instant(window.start), ' to ', instant(window.end), ', ', { kind: 'zone', at: window.start }];
}

/** How a source came to its numbers, as every figure states it. */
export function samplingNote(source: TrafficSource): Phrase {
  if (source.kind === 'reported') return ['as reported by the source'];
  if (source.sampling.max <= 1)
    return source.kind === 'counted' ? ['every record counted'] : ['estimated by the source'];
  if (source.sampling.min === source.sampling.max)
    return ['sampled 1 in ', integer(source.sampling.max), ', scaled up'];
  return ['sampled 1 in ', integer(source.sampling.min), ' to 1 in ', integer(source.sampling.max), ', scaled up'];
}

/** Unit and bucket, window, zone, source and sampling: the line under every figure. */
export function captionOf(layer: LayerStats, source: TrafficSource, what: Phrase, window: TimeWindow): Phrase {
  return [
    ...what,
    '. ',
    ...period(window),
    '. Source: ',
    label(source.label),
    ', ',
    ...samplingNote(source),
    '. Layer: ',
    layer.layer === 'http' ? 'L7' : 'L3/4',
    '.',
  ];
}
