import { counted, instant, integer, label } from '../../model/inlines.ts';
import { GLOSSARY } from '../definitions.ts';
import type { ChapterContext } from '../facts.ts';
import type { Block, Cell, Chapter } from '../report-model.ts';
import { isoTime, measureCells, measureColumns } from '../tables.ts';
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
    title: 'Appendix',
    startsPage: false,
    blocks: [
      ...attackIds(context),
      inputFiles(context),
      ...rejects(context),
      {
        kind: 'definitions',
        heading: 'Glossary',
        items: GLOSSARY.map(({ term, definition }) => ({ term, definition: [definition] })),
      },
    ],
  };
}

function attackIds(context: ChapterContext): Block[] {
  const { attackIds: ids, waves } = context.facts.stats;
  if (ids.length === 0) return [];
  return [
    context.table({
      id: 'table-attack-ids',
      title: [counted(ids.length, 'attack id', 'attack ids'), ' merged into ', counted(waves.length, 'wave', 'waves')],
      columns: [
        { label: 'Attack id', align: 'left', width: 4 },
        { label: 'Wave', align: 'right', width: 1 },
        { label: 'System', align: 'left', width: 3 },
        { label: 'Vector', align: 'left', width: 3 },
        { label: 'Target', align: 'left', width: 3 },
        { label: 'Start', align: 'left', width: 3 },
        { label: 'Packets or requests', align: 'right', width: 2 },
      ],
      rows: ids
        .slice(0, PRINTED_IDS)
        .map((entry): Cell[] => [
          label(entry.id, 'code'),
          entry.wave === undefined ? '' : String(entry.wave),
          label(entry.system),
          entry.vector === undefined ? { kind: 'missing', reason: 'not stated' } : label(entry.vector),
          entry.target === undefined ? { kind: 'missing', reason: 'not stated' } : label(entry.target),
          entry.start === undefined ? { kind: 'missing', reason: 'not stated' } : instant(entry.start),
          amountOr(entry.packets ?? entry.requests, 'not stated'),
        ]),
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

function inputFiles(context: ChapterContext): Block {
  const { inputs } = context.facts.dataset;
  return context.table({
    id: 'table-inputs',
    title: [counted(inputs.length, 'input file', 'input files'), '; the evidence ids of every figure refer to these'],
    columns: [
      { label: 'Id', align: 'left', width: 1 },
      { label: 'File', align: 'left', width: 9 },
      { label: 'Format', align: 'left', width: 4 },
      { label: 'Records', align: 'right', width: 2 },
      { label: 'Left out', align: 'right', width: 1 },
      { label: 'SHA-256', align: 'left', width: 3 },
    ],
    rows: inputs.map((input): Cell[] => [
      input.id,
      label(input.path),
      input.formats.join(', '),
      integer(input.records),
      integer(input.rejected + input.duplicates),
      label(input.sha256.slice(0, DIGEST_PRINTED), 'code'),
    ]),
    note: [
      'The first 16 characters of each digest; the whole digests are in manifest.json. Left out: faulty records and duplicates.',
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

function rejects(context: ChapterContext): Block[] {
  const all = context.facts.dataset.rejects;
  if (all.length === 0) return [];
  return [
    context.table({
      id: 'table-rejects',
      title: [counted(all.length, 'faulty record was', 'faulty records were'), ' left out'],
      columns: [
        { label: 'File', align: 'left', width: 5 },
        { label: 'Line', align: 'right', width: 1 },
        { label: 'Reason', align: 'left', width: 6 },
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
