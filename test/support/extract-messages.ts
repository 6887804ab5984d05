import { readdirSync, readFileSync } from 'node:fs';

export interface ExtractedMessages {
  /** English text → where it is said first. */
  readonly messages: ReadonlyMap<string, string>;
  /** `wave|waves` → where. */
  readonly nouns: ReadonlyMap<string, string>;
}

/** Every text of ours that a report can say, as it stands in the code, the templates and the script of the page. */
export function extractMessages(): ExtractedMessages {
  const messages = new Map<string, string>();
  const nouns = new Map<string, string>();
  const add = (to: Map<string, string>, text: string, place: string) => {
    if (!to.has(text)) to.set(text, place);
  };
  for (const file of filesUnder('src', '.ts')) {
    const source = readFileSync(file, 'utf8');
    const place = (at: number) => `${file}:${source.slice(0, at).split('\n').length}`;
    if (!/^import \{[^}]*\b(?:say|noun)\b[^}]*\} from '[^']*say\.ts'/mu.test(source)) continue;
    for (const { text, at } of saidIn(source)) add(messages, text, place(at));
    for (const found of source.matchAll(/\bnoun\(\s*'((?:[^'\\]|\\.)*)',\s*'((?:[^'\\]|\\.)*)',?\s*\)/gu))
      add(nouns, `${found[1]}|${found[2]}`, place(found.index));
  }
  for (const file of filesUnder('templates', '.hbs'))
    for (const [, text = ''] of readFileSync(file, 'utf8').matchAll(/[{(]say "([^"]*)"/gu)) add(messages, text, file);
  for (const [, text = ''] of readFileSync('templates/screen.js', 'utf8').matchAll(/\bword\('([^']+)'/gu))
    add(messages, text, 'templates/screen.js');
  return { messages, nouns };
}

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => `${folder}/${name}`);
}

/** Every say`…` in a source, those inside another one too: its text with `{0}` for its first value. */
function saidIn(source: string): { readonly text: string; readonly at: number }[] {
  const found: { text: string; at: number }[] = [];
  const code = source.replace(/\/\*[\s\S]*?\*\//gu, (comment) => ' '.repeat(comment.length));
  // The words of one may end in "say", and its end is no beginning.
  let words: { from: number; to: number }[] = [];
  for (const { index } of code.matchAll(/(?<![\w.`])say`/gu)) {
    if (words.some(({ from, to }) => index >= from && index < to)) continue;
    const template = readTemplate(source, index + 4);
    found.push({ at: index, text: template.text });
    words = [...words, ...template.words];
  }
  return found;
}

/** The template that begins at `start`: its text, and where its own words stand. */
function readTemplate(source: string, start: number) {
  const words: { from: number; to: number }[] = [];
  let text = '';
  let values = 0;
  let at = start;
  while (source[at] !== '`') {
    if (source.startsWith('${', at)) {
      text += `{${values}}`;
      values += 1;
      at = afterExpression(source, at + 2);
      continue;
    }
    const isEscape = source[at] === '\\';
    text += source[isEscape ? at + 1 : at];
    words.push({ from: at, to: at + 1 + Number(isEscape) });
    at += isEscape ? 2 : 1;
  }
  return { text, words };
}

/** Behind the brace that closes an expression in a template. */
function afterExpression(source: string, start: number): number {
  let depth = 1;
  let at = start;
  while (depth > 0) {
    const sign = source[at];
    if (sign === undefined) throw new Error('a template does not end');
    if (sign === '`') at = afterTemplate(source, at + 1);
    else if (sign === "'") at = source.indexOf("'", at + 1) + 1;
    else {
      if (sign === '{') depth += 1;
      if (sign === '}') depth -= 1;
      at += 1;
    }
  }
  return at;
}

function afterTemplate(source: string, start: number): number {
  let at = start;
  while (source[at] !== '`') {
    if (source[at] === '\\') at += 2;
    else at = source.startsWith('${', at) ? afterExpression(source, at + 2) : at + 1;
  }
  return at + 1;
}
