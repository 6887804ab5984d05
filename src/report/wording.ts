import type { LayerStats } from '../aggregate/aggregate.ts';
import type { TrafficSource } from '../ingest/ingest.ts';
import { amount, integer, label, list, span } from '../model/inlines.ts';
import type { Measure } from '../model/measure.ts';
import type { Inline, MeasureForm, Phrase, Words } from '../model/phrase.ts';
import type { Owner } from '../model/recommendation.ts';
import { say } from '../model/say.ts';
import type { TimeWindow } from '../model/time.ts';
import { LAYER_SHORT } from './vocabulary.ts';

/** The measure, or words for its absence. Missing is never zero. */
export function amountOr(
  measure: Measure | undefined,
  reason: Words = say`not recorded`,
  form: MeasureForm = 'compact',
): Inline {
  return measure ? amount(measure, form) : { kind: 'missing', reason };
}

/** `17 Nov 2026, 13:00:00 to 16:00:00, Europe/Berlin (UTC+01:00)`. */
function period(window: TimeWindow): Phrase {
  return [span(window), say`, `, { kind: 'zone', at: window.start }];
}

/** The customer is told whom to turn to by name; whoever protects itself is named once. */
export function ownerWords(
  owner: Owner,
  { customer, provider }: Readonly<Record<'customer' | 'provider', { readonly name: string }>>,
): Phrase {
  const names = { customer: [customer.name], provider: [provider.name], both: [customer.name, provider.name] }[owner];
  return list([...new Set(names)].map((name) => label(name)));
}

/** How a source came to its numbers, as every figure states it. */
export function samplingNote(source: TrafficSource): Phrase {
  if (source.kind === 'reported') return [say`as reported by the source`];
  if (source.sampling.max <= 1)
    return source.kind === 'counted' ? [say`every record counted`] : [say`estimated by the source`];
  if (source.sampling.min === source.sampling.max)
    return [say`sampled 1 in ${integer(source.sampling.max)}, scaled up`];
  return [say`sampled 1 in ${integer(source.sampling.min)} to 1 in ${integer(source.sampling.max)}, scaled up`];
}

/** Unit and bucket, window, zone, source and sampling: the line under every figure. */
export function captionOf(layer: LayerStats, source: TrafficSource, what: Phrase, window: TimeWindow): Phrase {
  const rest = say`${period(window)}. Source: ${label(source.label)} (${LAYER_SHORT[layer.layer]}), ${samplingNote(source)}.`;
  return [say`${what}. ${rest}`];
}

/** In which zone the times of a table stand, and which period it is about. */
export function captionOfMoment(window: TimeWindow): Phrase {
  return [say`Period of the report: ${period(window)}.`];
}

/** Ids of evidence in order, runs joined: `in1–in5, in7`. */
export function evidenceRun(ids: readonly string[]): string {
  const numbers = [...new Set(ids.map((id) => Number(id.replace(/\D+/gu, ''))))].sort((a, b) => a - b);
  const runs: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && number === run.last + 1) run.last = number;
    else runs.push({ first: number, last: number });
  }
  return runs
    .map(({ first, last }) =>
      last - first >= 2 ? `in${first}–in${last}` : last > first ? `in${first}, in${last}` : `in${first}`,
    )
    .join(', ');
}
