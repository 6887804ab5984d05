import type { AttackStats } from '../../aggregate/aggregate.ts';
import { conjunctionWords, fieldWords, valueWords } from '../../insight/insight.ts';
import { amount, integer } from '../../model/inlines.ts';
import type { Phrase } from '../../model/phrase.ts';
import { english, say } from '../../model/say.ts';
import type { Predicate } from '../../model/signature.ts';
import { UNIT_NAMES } from '../../model/unit-names.ts';
import type { Block, Chapter } from '../composed.ts';
import type { ChapterContext } from '../facts.ts';
import type { Cell } from '../report-model.ts';
import { measureCells, measureColumns } from '../tables.ts';
import { LAYER_SHORT, UNIT_WORDS } from '../vocabulary.ts';

type Signature = AttackStats['signatures'][number];

/** Single values printed of each rule; all are in the data. */
const MOST_PRINTED = 5;

/** What tells the attack from legitimate traffic. Why there is no signature is told among the findings. */
export function composeSignatures(context: ChapterContext): Chapter | undefined {
  const { signatures } = context.facts.stats;
  if (signatures.length === 0) return undefined;
  return {
    id: 'signatures',
    title: say`Signatures`,
    startsPage: false,
    blocks: [ruleTable(context, signatures), ...fateTable(context, signatures), ...attributeTable(context, signatures)],
  };
}

function ruleTable(context: ChapterContext, signatures: readonly Signature[]): Block {
  const [first] = signatures;
  return context.table({
    id: 'table-signatures',
    title:
      signatures.length === 1 && first
        ? [say`One rule matches ${amount(first.coverage)} of the attack`]
        : [say`${integer(signatures.length)} rules match the attack; each holds what those above it leave`],
    columns: [
      { label: say`Conditions`, align: 'left', width: 7 },
      { label: say`Of the attack`, align: 'right' },
      { label: say`Matched in the waves`, align: 'right' },
      { label: say`Of the hold-out`, align: 'right' },
      { label: say`At most`, align: 'right' },
    ],
    rows: signatures.map((signature): Cell[] => [
      [say`${LAYER_SHORT[signature.layer]}: ${conjunctionWords(signature.all)}`, ...scopeWords(signature.scope)],
      amount(signature.coverage, 'cell'),
      [say`${amount(signature.matched, 'cell')} ${UNIT_NAMES[signature.matched.unit]}`],
      amount({ ...signature.collateral, kind: 'counted' }, 'cell'),
      amount(mostOf(signature), 'cell'),
    ]),
    note: [
      say`Hold-out: the last part of the time before the attack, which no rule was found on (${integer(first?.holdOut.value ?? 0)} records). At most: upper bound of the share of legitimate traffic that matches, 95 %.`,
    ],
    evidence: [...new Set(signatures.flatMap((signature) => signature.matched.evidence))],
    data: {
      columns: [
        'layer',
        'conditions',
        'scope',
        ...measureColumns('coverage', 'share'),
        ...measureColumns('matched', 'requests or packets'),
        ...measureColumns('collateral', 'share'),
        'hold-out records',
      ],
      rows: signatures.map((signature) => [
        signature.layer,
        JSON.stringify(signature.all),
        JSON.stringify(signature.scope),
        ...measureCells(signature.coverage),
        ...measureCells(signature.matched),
        ...measureCells(signature.collateral),
        signature.holdOut.value,
      ]),
    },
  });
}

function mostOf({ collateral }: Signature): Signature['collateral'] {
  const { interval, ...rest } = collateral;
  return { ...rest, value: interval?.upper ?? collateral.value, kind: 'counted' };
}

function scopeWords(scope: readonly Predicate[]): Phrase {
  return scope.length === 0 ? [] : [say`; nearly all of it where ${conjunctionWords(scope)}`];
}

/** What became of the matched traffic, wave by wave. */
function fateTable(context: ChapterContext, signatures: readonly Signature[]): Block[] {
  const rows = signatures.flatMap((signature, index) =>
    signature.waves
      .filter((wave) => wave.matched.value > 0)
      .map((wave) => ({ rule: index + 1, unit: english(UNIT_WORDS[signature.matched.unit]), wave })),
  );
  if (!rows.some(({ wave }) => wave.mitigated)) return [];
  const hasOrigin = rows.some(({ wave }) => wave.reachedOrigin);
  const missing: Cell = { kind: 'missing', reason: say`not recorded` };
  return [
    context.table({
      id: 'table-signature-waves',
      title: [say`What became of the matched traffic, wave by wave`],
      columns: [
        { label: say`Rule`, align: 'right' },
        { label: say`Wave`, align: 'right' },
        { label: say`Matched`, align: 'right', width: 2 },
        { label: say`Mitigated`, align: 'right', width: 2 },
        { label: say`Leaked`, align: 'right', width: 2 },
        ...(hasOrigin ? [{ label: say`Answered by the origin`, align: 'right' as const, width: 3 }] : []),
      ],
      rows: rows.map(({ rule, wave }): Cell[] => [
        integer(rule),
        integer(wave.number),
        amount(wave.matched, 'cell'),
        wave.mitigated ? amount(wave.mitigated, 'cell') : missing,
        wave.leaked ? amount(wave.leaked, 'cell') : missing,
        ...(hasOrigin ? [wave.reachedOrigin ? amount(wave.reachedOrigin, 'cell') : missing] : []),
      ]),
      note: containmentWords(context),
      evidence: [...new Set(signatures.flatMap((signature) => signature.matched.evidence))],
      data: {
        columns: [
          'rule',
          'wave',
          'unit',
          ...measureColumns('matched', 'requests or packets'),
          ...measureColumns('mitigated', 'requests or packets'),
          ...measureColumns('leaked', 'requests or packets'),
          ...measureColumns('origin', 'requests'),
        ],
        rows: rows.map(({ rule, unit, wave }) => [
          rule,
          wave.number,
          unit,
          ...measureCells(wave.matched),
          ...measureCells(wave.mitigated),
          ...measureCells(wave.leaked),
          ...measureCells(wave.reachedOrigin),
        ]),
      },
    }),
  ];
}

/** One number would mix the blind first seconds with the rest. */
function containmentWords(context: ChapterContext): Phrase {
  const attack = context.facts.stats.layers.find((layer) => layer.attack?.beforeContainment)?.attack;
  if (!attack?.beforeContainment || !attack.afterContainment)
    return [say`Leaked: matched and not mitigated. Traffic between the waves is not in this table.`];
  return [
    say`Leaked: matched and not mitigated. Before the attack was contained ${amount(attack.beforeContainment)} of it was mitigated, from then on ${amount(attack.afterContainment)}.`,
  ];
}

function attributeTable(context: ChapterContext, signatures: readonly Signature[]): Block[] {
  const rows = signatures.flatMap((signature, index) =>
    signature.attributes.map((attribute, place) => ({ rule: index + 1, place, attribute })),
  );
  if (rows.length === 0) return [];
  return [
    context.table({
      id: 'table-signature-attributes',
      title: [say`How single values differ between the matched attack and the time before`],
      columns: [
        { label: say`Rule`, align: 'right' },
        { label: say`Field`, align: 'left', width: 3 },
        { label: say`Value`, align: 'left', width: 5 },
        { label: say`In the attack`, align: 'right', width: 2 },
        { label: say`Before`, align: 'right', width: 2 },
      ],
      rows: rows
        .filter(({ place }) => place < MOST_PRINTED)
        .map(({ rule, attribute }): Cell[] => [
          integer(rule),
          fieldWords(attribute.field),
          valueWords(attribute.field, attribute.value),
          amount(attribute.shareInAttack, 'cell'),
          amount(attribute.shareInBaseline, 'cell'),
        ]),
      evidence: [...new Set(signatures.flatMap((signature) => signature.matched.evidence))],
      data: {
        columns: [
          'rule',
          'field',
          'value',
          ...measureColumns('in attack', 'share'),
          ...measureColumns('before', 'share'),
        ],
        rows: rows.map(({ rule, attribute }) => [
          rule,
          attribute.field,
          attribute.value,
          ...measureCells(attribute.shareInAttack),
          ...measureCells(attribute.shareInBaseline),
        ]),
      },
    }),
  ];
}
