import type { Inline, Phrase } from '../model/phrase.ts';
import type { ComposedModel, ReportModel } from '../report/report.ts';

/** Something that the model tells its reader. */
export interface Saying {
  readonly phrase: Phrase;
  /** Where it stands in the model, such as `chapters[2].blocks[0].title`. */
  readonly path: string;
}

/** Parts of the model that are not read as text: names of things, drawings and the numbers of files. */
const UNTOLD = new Set([
  'id',
  'kind',
  'tone',
  'align',
  'state',
  'meta',
  'chart',
  'data',
  'evidence',
  'language',
  'template',
]);
/** Lists whose elements are told one by one, although each could be an inline of one phrase. */
const LISTS = new Set(['rows', 'columns', 'items', 'blocks', 'chapters', 'tiles', 'paragraphs', 'lines']);

type Told = Pick<ReportModel, 'cover' | 'chapters'> | Pick<ComposedModel, 'cover' | 'chapters'>;

/** What a model says, in its order, and the ids of everything that it rests on. A new kind of block needs nothing here. */
export function sayingsOf({ cover, chapters }: Told): {
  readonly sayings: readonly Saying[];
  readonly evidence: ReadonlySet<string>;
} {
  const sayings: Saying[] = [];
  const evidence = new Set<string>();
  const say = (phrase: Phrase, path: string) => {
    sayings.push({ phrase, path });
    for (const id of phrase.flatMap(evidenceOf)) evidence.add(id);
  };
  const gather = (value: unknown, path: string, key: string): void => {
    if (isInline(value)) say([value], path);
    else if (Array.isArray(value)) {
      if (!LISTS.has(key) && value.every(isInline)) say(value, path);
      // The cells of a row stand for themselves.
      else
        for (const [i, one] of value.entries())
          gather(one, `${path}[${i}]`, key === 'rows' && Array.isArray(one) && isRow(path) ? 'columns' : '');
    } else if (value !== null && typeof value === 'object') {
      for (const [name, part] of Object.entries(value)) {
        if (name === 'evidence' && Array.isArray(part)) for (const id of part) evidence.add(String(id));
        if (!UNTOLD.has(name)) gather(part, `${path}.${name}`, name);
      }
    }
  };
  gather(cover, 'cover', '');
  gather(chapters, 'chapters', 'chapters');
  return { sayings, evidence };
}

function evidenceOf(inline: Inline): readonly string[] {
  if (typeof inline === 'string') return [];
  if (inline.kind === 'message') return inline.values.flat().flatMap(evidenceOf);
  return inline.kind === 'measure' ? inline.measure.evidence : [];
}

function isRow(path: string): boolean {
  return path.endsWith('.rows');
}

const KINDS: ReadonlySet<unknown> = new Set([
  'measure',
  'count',
  'time',
  'span',
  'zone',
  'duration',
  'label',
  'missing',
  'report',
  'message',
] satisfies Exclude<Inline, string>['kind'][]);

function isInline(value: unknown): value is Inline {
  return (
    typeof value === 'string' ||
    (typeof value === 'object' && value !== null && 'kind' in value && KINDS.has(value.kind))
  );
}
