import type { ReportedAttack } from '../../ingest/ingest.ts';
import { vectorHeading, vectorName, vectorsOfAll } from '../../insight/insight.ts';
import { amount, counted, instant, integer, label } from '../../model/inlines.ts';
import type { Measure } from '../../model/measure.ts';
import type { Inline } from '../../model/phrase.ts';
import { asValue, noun, say } from '../../model/say.ts';
import type { Block, Chapter } from '../composed.ts';
import { GLOSSARY } from '../definitions.ts';
import type { ChapterContext } from '../facts.ts';
import type { Cell } from '../report-model.ts';
import { isoTime, measureCells, measureColumns } from '../tables.ts';
import { UNIT_WORDS } from '../vocabulary.ts';
import { amountOr } from '../wording.ts';

/** Printed rows of long lists; complete in `data/`. */
const PRINTED_IDS = 40;
const PRINTED_REJECTS = 20;
/** Leading characters of a digest that are printed; the whole is in the manifest. */
const DIGEST_PRINTED = 16;

/** For auditors: every merged attack id, every file, every record that was left out, and the words explained. */
export function composeAppendix(context: ChapterContext): Chapter {
  return {
    id: 'appendix',
    title: say`Appendix`,
    startsPage: false,
    blocks: [
      ...attackIds(context),
      inputFiles(context),
      ...rejects(context),
      {
        kind: 'definitions',
        heading: say`Glossary`,
        items: GLOSSARY.filter(({ about }) => about === undefined || isAbout(context, about)).map(
          ({ term, definition }) => ({ term, definition: [definition] }),
        ),
      },
    ],
  };
}

/** Whether the attack used a vector, or came over a layer, that an entry explains. */
function isAbout({ facts: { stats, dataset } }: ChapterContext, about: string): boolean {
  if (about === 'samples') return dataset.sources.some(({ kind }) => kind === 'estimated');
  const vectors = vectorsOfAll(stats).map((vector) => `${vector.name} ${vector.slug}`.toLowerCase());
  return vectors.some((vector) => vector.includes(about)) || stats.layers.some((layer) => layer.layer === about);
}

function attackIds(context: ChapterContext): Block[] {
  const { attackIds: ids, waves } = context.facts.stats;
  if (ids.length === 0) return [];
  const stated = new Map(context.facts.dataset.attacks.map((attack) => [attack.id, attack]));
  const units = new Set(ids.flatMap((entry) => (entry.packets ?? entry.requests)?.unit ?? []));
  const [unit] = units;
  const classified = ids.some((entry) => stated.get(entry.id)?.classification !== undefined);
  const peaks = ids.some((entry) => entry.peak ?? stated.get(entry.id)?.peak.asStated?.length);
  return [
    context.table({
      id: 'table-attack-ids',
      title: [
        say`${counted(ids.length, noun('attack id makes', 'attack ids make'))} up ${counted(waves.length, noun('wave', 'waves'))}`,
      ],
      columns: [
        { label: say`Attack id`, align: 'left', width: 7 },
        { label: say`Wave`, align: 'right', width: 1 },
        { label: say`System`, align: 'left', width: 4 },
        { label: say`Vector`, align: 'left', width: 3 },
        { label: say`Target`, align: 'left', width: 3 },
        ...(classified ? [{ label: say`Judged as`, align: 'left' as const, width: 3 }] : []),
        { label: say`Start`, align: 'left', width: 4 },
        ...(peaks ? [{ label: say`Peak`, align: 'right' as const, width: 3 }] : []),
        { label: units.size === 1 && unit ? UNIT_WORDS[unit] : say`Volume`, align: 'right', width: 2 },
      ],
      rows: ids.slice(0, PRINTED_IDS).map((entry): Cell[] => {
        const attack = stated.get(entry.id);
        return [
          label(entry.id, 'code'),
          entry.wave === undefined ? '' : integer(entry.wave),
          label(entry.system),
          entry.vector === undefined ? NOT_STATED : asValue(vectorHeading(vectorName(entry.vector))),
          entry.target === undefined ? NOT_STATED : label(entry.target),
          ...(classified ? [attack?.classification === undefined ? NOT_STATED : label(attack.classification)] : []),
          entry.start === undefined ? NOT_STATED : instant(entry.start),
          ...(peaks ? [statedPeak(entry.peak, attack)] : []),
          amountOr(entry.packets ?? entry.requests, say`not stated`, units.size === 1 ? 'cell' : 'compact'),
        ];
      }),
      evidence: [...new Set(ids.flatMap((entry) => (entry.packets ?? entry.requests ?? entry.peak)?.evidence ?? []))],
      data: {
        columns: [
          'attack_id',
          'wave',
          'system',
          'vector',
          'target',
          'start_utc',
          'end_utc',
          ...measureColumns('packets', 'packets'),
          ...measureColumns('bytes', 'bytes'),
          ...measureColumns('requests', 'requests'),
          'peak',
          'peak unit',
        ],
        rows: ids.map((entry) => [
          entry.id,
          entry.wave ?? null,
          entry.system,
          entry.vector ?? null,
          entry.target ?? null,
          entry.start === undefined ? null : isoTime(entry.start),
          entry.end === undefined ? null : isoTime(entry.end),
          ...measureCells(entry.packets),
          ...measureCells(entry.bytes),
          ...measureCells(entry.requests),
          entry.peak?.value ?? null,
          entry.peak?.unit ?? null,
        ]),
      },
    }),
  ];
}

const NOT_STATED: Inline = { kind: 'missing', reason: say`not stated` };

/** The peak of an attack id, or the rates of its source whose unit it does not define, in its own words. */
function statedPeak(peak: Measure | undefined, attack: ReportedAttack | undefined): Cell {
  const rates = attack?.peak.asStated ?? [];
  if (peak || rates.length === 0) return amountOr(peak, say`not stated`, 'cell');
  return rates.flatMap(({ value, unit }, index): Inline[] => [
    index > 0 ? say`, ` : '',
    amount({ value, unit: 'count', kind: 'reported', evidence: attack ? [attack.input] : [] }),
    ' ',
    label(unit),
  ]);
}

function inputFiles(context: ChapterContext): Block {
  const { inputs } = context.facts.dataset;
  const folder = commonFolder(inputs.map((input) => input.path));
  return context.table({
    id: 'table-inputs',
    title: [say`Every figure names its evidence: ${counted(inputs.length, noun('input file', 'input files'))}`],
    columns: [
      { label: say`Id`, align: 'left', width: 1 },
      { label: say`File`, align: 'left', width: 8 },
      { label: say`Format`, align: 'left', width: 4 },
      { label: say`Records`, align: 'right', width: 2 },
      { label: say`Left out`, align: 'right', width: 2 },
      { label: say`SHA-256`, align: 'left', width: 3 },
    ],
    rows: inputs.map((input): Cell[] => [
      input.id,
      label(input.path.slice(folder.length)),
      input.formats.join(', '),
      integer(input.records),
      integer(input.rejected + input.duplicates),
      label(input.sha256.slice(0, DIGEST_PRINTED), 'code'),
    ]),
    note: [
      ...(folder === '' ? [] : [say`Files are in ${label(folder)}. `]),
      say`SHA-256: first ${integer(DIGEST_PRINTED)} characters, whole in manifest.json. Left out: faulty records and duplicates.`,
    ],
    evidence: inputs.map((input) => input.id),
    data: {
      columns: [
        'id',
        'file',
        'formats',
        'bytes',
        'records',
        'rejected',
        'duplicates',
        'sha256',
        'first_utc',
        'last_utc',
      ],
      rows: inputs.map((input) => [
        input.id,
        input.path,
        input.formats.join('; '),
        input.bytes,
        input.records,
        input.rejected,
        input.duplicates,
        input.sha256,
        input.window ? isoTime(input.window.start) : null,
        input.window ? isoTime(input.window.end) : null,
      ]),
    },
  });
}

/** `incidents/INC-4821/` where every path begins with it, else nothing. */
function commonFolder(paths: readonly string[]): string {
  const [first, ...rest] = paths;
  if (first === undefined || rest.length === 0) return '';
  const folders = first.split('/').slice(0, -1);
  const starts = folders.map((_, index) => `${folders.slice(0, index + 1).join('/')}/`);
  return starts.findLast((start) => rest.every((path) => path.startsWith(start))) ?? '';
}

function rejects(context: ChapterContext): Block[] {
  const all = context.facts.dataset.rejects;
  if (all.length === 0) return [];
  return [
    context.table({
      id: 'table-rejects',
      title: [say`${counted(all.length, noun('faulty record was', 'faulty records were'))} left out`],
      columns: [
        { label: say`File`, align: 'left', width: 5 },
        { label: say`Line`, align: 'right', width: 1 },
        { label: say`Reason`, align: 'left', width: 6 },
      ],
      rows: all
        .slice(0, PRINTED_REJECTS)
        .map((record): Cell[] => [label(record.file), integer(record.line), label(record.reason)]),
      evidence: context.facts.dataset.inputs.filter((input) => input.rejected > 0).map((input) => input.id),
      data: {
        columns: ['file', 'line', 'reason'],
        rows: all.map((record) => [record.file, record.line, record.reason]),
      },
    }),
  ];
}
