import type { FlowChart } from '../model/chart-spec.ts';
import { mix } from '../model/colour.ts';
import { visibleLabel } from '../text/text.ts';
import type { DrawContext, Drawing } from './drawing.ts';
import { drawNoData } from './no-data.ts';
import { SvgLayer, short } from './svg.ts';
import { fitText, textWidth } from './text-width.ts';
import { LINE_HEIGHT, TEXT_SIZE, WHITE } from './theme.ts';

/** Height of all that arrived, in px; a part is as high as its share of it, and seen however small it is. */
const WHOLE = 96;
const LEAST = 1.2;
/** A part takes at least the height of its words. */
const ROW = 17;
const GAP = 6;
const NODE = 8;
const NAME_SHARE = 0.34;
/** Least width of the bands: names give way to it, numbers do not. */
const BAND = 40;

/** One volume that divides: the whole at the left, its parts below one another at the right, each with name and number. */
export function drawFlow(spec: FlowChart, context: DrawContext): Drawing {
  const { theme, width, writer } = context;
  const { whole, parts } = spec;
  const sum = parts.reduce((total, part) => total + part.total.value, 0);
  if (parts.length === 0 || sum <= 0) return drawNoData(context.height ?? 80, context);
  const colours = theme.series(parts.map(({ role }) => role));
  const head = fitText(visibleLabel(whole.label), width * NAME_SHARE, TEXT_SIZE);
  const number = writer.measure(whole.total, 'cell');
  const left = Math.max(textWidth(head, TEXT_SIZE), textWidth(number, TEXT_SIZE, 600)) + 8;
  const room = width - left - BAND - NODE - 8;
  const nameBeside = (label: string, value: string) =>
    fitText(
      visibleLabel(label),
      Math.min(width * NAME_SHARE, room - textWidth(`  ${value}`, TEXT_SIZE, 600)),
      TEXT_SIZE,
    );
  const words = parts.map(({ label, total, note }) => {
    const value = writer.measure(total, 'cell');
    const noted = note && writer.measure(note.total, 'cell');
    return {
      name: nameBeside(label, value),
      number: value,
      note: note && noted && `${nameBeside(note.label, noted)}  ${noted}`,
    };
  });
  const widthOf = ({ name, number: value, note }: (typeof words)[number]) =>
    Math.max(textWidth(`${name}  `, TEXT_SIZE) + textWidth(value, TEXT_SIZE, 600), textWidth(note ?? '', TEXT_SIZE));
  const right = width - Math.max(...words.map(widthOf)) - NODE - 8;

  const rows = parts.map(({ total, note }) => {
    const thick = Math.max(LEAST, (total.value / sum) * WHOLE);
    return { thick, height: Math.max(thick, note === undefined ? ROW : ROW + LINE_HEIGHT) };
  });
  const height = rows.reduce((all, row) => all + row.height, 0) + GAP * (rows.length - 1) + 4;
  const stacked = rows.reduce((all, { thick }) => all + thick, 0);
  const [under, over] = [new SvgLayer(), new SvgLayer()];
  let source = (height - stacked) / 2;
  over.text(head, left - 6, height / 2 - LINE_HEIGHT / 2, { fill: theme.ink, size: TEXT_SIZE, anchor: 'end' });
  over.text(number, left - 6, height / 2 + LINE_HEIGHT / 2, {
    fill: theme.ink,
    size: TEXT_SIZE,
    weight: 600,
    anchor: 'end',
  });
  let top = 2;
  rows.forEach(({ thick, height: own }, index) => {
    const colour = colours[index] ?? WHITE;
    const target = top + (own - thick) / 2;
    under.path(ribbon(left + NODE, source, right, target, thick), { fill: mix(colour, WHITE, 0.6) });
    under.rect(left, source, NODE, thick, colour);
    under.rect(right, target, NODE, thick, colour);
    const { name, number: value, note } = words[index] ?? { name: '', number: '' };
    const middle = top + own / 2 - (note === undefined ? 0 : LINE_HEIGHT / 2);
    const x = right + NODE + 6;
    over.text(name, x, middle, { fill: theme.ink, size: TEXT_SIZE });
    over.text(value, x + textWidth(`${name}  `, TEXT_SIZE), middle, { fill: theme.ink, size: TEXT_SIZE, weight: 600 });
    if (note !== undefined) over.text(note, x, middle + LINE_HEIGHT, { fill: theme.muted, size: TEXT_SIZE });
    source += thick;
    top += own + GAP;
  });
  return { height, under, over };
}

/** A band of one thickness from one place to another, level at both. */
function ribbon(x: number, y: number, toX: number, toY: number, thick: number): string {
  const bend = short((x + toX) / 2);
  const [upper, lower] = [short(toY), short(toY + thick)];
  return `M${short(x)} ${short(y)}C${bend} ${short(y)} ${bend} ${upper} ${short(toX)} ${upper}V${lower}C${bend} ${lower} ${bend} ${short(y + thick)} ${short(x)} ${short(y + thick)}Z`;
}
