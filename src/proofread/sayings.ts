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

/** Everything that the model tells in words and numbers, in its order. A new kind of block needs nothing here. */
export function sayingsOf({ cover, chapters }: Told): readonly Saying[] {
  const sayings: Saying[] = [];
  const gather = (value: unknown, path: string, key: string): void => {
    if (isInline(value)) sayings.push({ phrase: [value], path });
    else if (Array.isArray(value)) {
      if (!LISTS.has(key) && value.every(isInline)) sayings.push({ phrase: value, path });
      // The cells of a row stand for themselves.
      else
        for (const [i, one] of value.entries())
          gather(one, `${path}[${i}]`, key === 'rows' && Array.isArray(one) && isRow(path) ? 'columns' : '');
    } else if (value !== null && typeof value === 'object') {
      for (const [name, part] of Object.entries(value)) if (!UNTOLD.has(name)) gather(part, `${path}.${name}`, name);
    }
  };
  gather(cover, 'cover', '');
  gather(chapters, 'chapters', 'chapters');
  return sayings;
}

/** Ids of everything that the model rests on. */
export function evidenceIdsOf({ cover, chapters }: Told): ReadonlySet<string> {
  const ids = new Set<string>();
  const gather = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    for (const [name, part] of Object.entries(value)) {
      if (name === 'evidence' && Array.isArray(part)) for (const id of part) ids.add(String(id));
      else if (name !== 'data' && name !== 'chart') gather(part);
    }
  };
  gather([cover, chapters]);
  return ids;
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
