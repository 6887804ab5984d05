import type { Inline, Message } from '../model/phrase.ts';
import type { ComposedModel, ReportModel } from '../report/report.ts';
import { speakerOf } from './speaker.ts';
import type { Writer } from './text.ts';

/**
 * The model in the language of the writer: messages become strings and values, and a string where the model asks for a short
 * text. Whoever works on the model afterwards, masks it, draws it, proofreads it, meets no message.
 */
export function localise(model: ComposedModel, writer: Writer): ReportModel {
  const speaker = speakerOf(writer.locale);
  const told = (value: unknown, name = ''): unknown => {
    if (Array.isArray(value))
      return name === 'rows'
        ? value.map((row: unknown) => (Array.isArray(row) ? row.map(toldCell) : told(row)))
        : value.flatMap((one: unknown): readonly unknown[] => (isSaid(one) ? speaker.piece(one) : [told(one)]));
    if (value === null || typeof value !== 'object') return value;
    if (isMessage(value)) return writer.phrase(value);
    if (isSaid(value)) return speaker.piece(value)[0];
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, told(part, key)]));
  };
  const toldCell = (cell: unknown): unknown => {
    if (!isMessage(cell)) return told(cell);
    const said = speaker.say(cell);
    return said.length === 1 ? said[0] : said;
  };
  // What has no message in it keeps its shape, and what has one is told above.
  return told(model) as ReportModel;
}

/** An inline of which a language has its own form. */
function isSaid(value: unknown): value is Inline {
  return isMessage(value) || isKind(value, 'count') || isKind(value, 'missing');
}

function isMessage(value: unknown): value is Message {
  return isKind(value, 'message');
}

function isKind(value: unknown, kind: string): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}
