import { ReportError } from '../errors.ts';
import { foldBlanks, readShownTexts, shownAs } from '../render/render.ts';
import { type ComposedModel, figuresOf, type ReportModel } from '../report/report.ts';
import { languageOf, unitNouns, type Writer } from '../text/text.ts';
import { CLAIMS } from './claims.ts';
import { createHedges } from './hedges.ts';
import { lint } from './lint.ts';
import { misreadFigures } from './misread-figures.ts';
import { misreading } from './misreading.ts';
import { createNumberReader } from './read-number.ts';
import { sayingsOf } from './sayings.ts';
import { strayNumber } from './wording.ts';

/** What is left where a value was not filled in; input may say what it likes. */
const PLACEHOLDER = /\{\{|\}\}|\[object \w+\]|\bNaN\b|\bTODO\b|\bTBD\b|\bFIXME\b|^\s*(?:undefined|null)\s*$/u;
const DEFECT = 'this is a defect of Debrief: keep the case and report it';
/** Faults told; one wrong number often brings others with it. */
const MOST_FAULTS = 5;

export interface ProofreadParts {
  readonly writer: Writer;
  /** What the templates say beside the model; see `frameTexts`. */
  readonly frame: readonly string[];
  /** What templates of the workspace say in words of their own; see `templateTexts`. */
  readonly ofWorkspace?: readonly string[];
}

/**
 * Reads a finished HTML report against the model that it was made from, before anybody else does:
 * - every number that was written is its value, rounded as far as its digits say and hedged as far as its interval asks;
 * - every text with a digit or a claim in it is one that the model says, and is there as often as the model says it;
 * - the values that a figure gives to a pointer are those of its chart;
 * - tables that close with a sum add up to it, and figures over time name their period and zone.
 *
 * @throws ReportError `report-unsound` with the first faults.
 */
export function proofread(model: ReportModel, html: string, { writer, frame, ofWorkspace = [] }: ProofreadParts): void {
  const reading = { reader: createNumberReader(writer.locale, unitNouns(writer.locale)), hedges: createHedges(writer) };
  const claim = CLAIMS[languageOf(writer.locale)];
  const faults: string[] = [];
  const { sayings, evidence } = sayingsOf(model);
  const due = new Map<string, number>();
  const expect = (text: string) => due.set(text, (due.get(text) ?? 0) + 1);
  for (const { phrase, path } of sayings) {
    for (const inline of phrase) {
      const fault = misreading(inline, writer.phrase(inline), reading);
      if (fault !== undefined) faults.push(`${path}: ${fault}`);
    }
    expect(foldBlanks(shownAs(phrase, writer)));
  }
  for (const text of frame) expect(text);
  for (const { text, place, pieces } of readShownTexts(html)) {
    const unfilled = pieces.find((piece) => !piece.isInput && place === 'page' && PLACEHOLDER.test(piece.text));
    if (unfilled && !frame.includes(text) && !ofWorkspace.includes(text))
      faults.push(`"${text}" has a placeholder that was not filled in`);
    if (place === 'drawing' || !(/\d/u.test(text) || claim.test(text))) continue;
    const left = due.get(text);
    if (left !== undefined && left > 0) due.set(text, left - 1);
    else if (!ofWorkspace.includes(text) && !text.split(/–|, /u).every((id) => evidence.has(id)))
      faults.push(`"${text}" stands in the report ${left === undefined ? 'and not' : 'more often than'} in its model`);
  }
  faults.push(...misreadFigures(model, html), ...silentFigures(model, writer), ...lint(model));
  for (const [text, count] of due)
    if (count > 0 && /\d/u.test(text)) faults.push(`"${text}" was left out of the report`);
  if (faults.length === 0) return;
  const more = faults.length - MOST_FAULTS;
  throw new ReportError(
    'report-unsound',
    `the report says what its model does not: ${faults.slice(0, MOST_FAULTS).join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    {
      hint:
        ofWorkspace.length > 0
          ? 'a template of the workspace leaves something out, says it twice or puts words and values into one element; see docs/template-contract.md'
          : DEFECT,
    },
  );
}

/**
 * Refuses a model in which a sentence of our own carries a number that is no value of it. The English texts are read, before a
 * language is chosen; that translations have the same numbers is held by a test.
 *
 * @throws ReportError `report-unsound` with the first faults.
 */
export function refuseStrayNumbers(model: ComposedModel): void {
  const { sayings, evidence } = sayingsOf(model);
  const faults = sayings.flatMap(({ phrase, path }) =>
    phrase.flatMap((inline) => {
      const fault = strayNumber(inline, path, evidence);
      return fault === undefined ? [] : [`${path}: ${fault}`];
    }),
  );
  if (faults.length === 0) return;
  throw new ReportError(
    'report-unsound',
    `the report says what its model does not: ${faults.slice(0, MOST_FAULTS).join('; ')}`,
    {
      hint: DEFECT,
    },
  );
}

/** Figures that say nothing to who cannot see them. */
function silentFigures(model: ReportModel, writer: Writer): string[] {
  return figuresOf(model).flatMap(({ id, alt }) =>
    shownAs(alt, writer).trim() === '' ? [`${id} has no alternative text for who cannot see it`] : [],
  );
}
