import type { Inline, Phrase } from '../../src/model/phrase.ts';
import { speakerOf } from '../../src/text/speaker.ts';

/** A plain reading of a phrase, for assertions only. */
export function read(phrase: Phrase): string {
  return phrase.map(readInline).join('');
}

function readInline(inline: Inline): string {
  if (typeof inline === 'string') return inline;
  switch (inline.kind) {
    case 'measure':
      return inline.measure.unit === 'share'
        ? `${Math.round(inline.measure.value * 1_000) / 10} %`
        : `${inline.measure.value} ${inline.measure.unit}`;
    case 'count':
      return `${inline.value} ${inline.value === 1 ? inline.one : inline.many}`.trimEnd();
    case 'time':
      return new Date(inline.at).toISOString().slice(11, 19);
    case 'span':
      return `${readInline({ ...inline, kind: 'time', at: inline.start, form: 'clock' })} to ${readInline({ ...inline, kind: 'time', at: inline.end, form: 'clock' })}`;
    case 'duration':
      return `${inline.ms / 1_000} s`;
    case 'zone':
      return 'UTC';
    case 'label':
      return inline.value;
    case 'missing':
      return readInline(inline.reason);
    case 'message':
      return read(speakerOf('en-GB').say(inline));
    case 'report':
      return inline.reportId;
    default:
      return inline satisfies never;
  }
}
