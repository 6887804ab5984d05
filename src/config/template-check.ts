/** Something in a template that the contract forbids. */
export interface TemplateFault {
  readonly line: number;
  readonly problem: string;
}

/** What leads somewhere, loads or carries something and holds one checked value and nothing else. */
const CHECKED =
  /href="#\{\{anchor id\}\}"|href="\{\{reportPage link\}\}"|src="\{\{(?:logo|customerLogo|coverPicture)\}\}"|<script type="application\/json" class="reading">\{\{markup \(reading id\)\}\}<\/script>/gu;

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\{\{\{|\{\{~?&/gu, 'puts a value in unescaped; use {{text x}}, {{> inline value=x}} or {{plain x}}'],
  [/\{\{~?#?>\s*\(/gu, 'chooses a partial by data; name it'],
  [
    /<\/?(?:script|style|iframe|object|embed|link|base|form|meta)\b/giu,
    'has an element that loads, runs or sends something',
  ],
  [
    /\s(?:style|srcset|action|formaction|srcdoc|ping|background)\s*=/giu,
    'has an attribute that loads or styles; use a class',
  ],
  [/\son\w+\s*=/giu, 'has an event handler'],
  [
    /\s(?:href|src|xlink:href|data|poster)\s*=/giu,
    'has a link or source of its own; only href="#{{anchor id}}" and the pictures of the brand are allowed',
  ],
];

/** Values stand in text and in double-quoted attributes, nowhere else, so that nothing an attacker wrote can leave its place. */
export function checkTemplate(source: string): readonly TemplateFault[] {
  const checked = source.replace(CHECKED, (part) => ' '.repeat(part.length));
  const faults = RULES.flatMap(([pattern, problem]) =>
    Array.from(checked.matchAll(pattern), ({ index }) => ({ line: lineOf(source, index), problem })),
  );
  // With values and quoted attributes taken out, no tag may hold an equals sign: it would have a value without quotes.
  const bare = checked
    .replace(/\{\{[\s\S]*?\}\}/gu, (value) => value.replace(/[^\n]/gu, 'x'))
    .replace(/[\w-]+="[^"]*"/gu, (attribute) => attribute.replace(/[^\n]/gu, ' '));
  for (const { index } of bare.matchAll(/<[^>]*=/gu))
    faults.push({ line: lineOf(source, index), problem: 'has an attribute without double quotes' });
  return faults.sort((a, b) => a.line - b.line);
}

/** A style sheet of a workspace may set what a page looks like and load nothing. */
export function checkStyleSheet(css: string): readonly TemplateFault[] {
  return Array.from(
    css.matchAll(/@import|@font-face|@namespace|url\s*\(|image-set\s*\(|expression\s*\(|\\|<\/?style/giu),
    ({ index, 0: found }) => ({
      line: lineOf(css, index),
      problem: `has ${JSON.stringify(found)}, which is not allowed: a report loads nothing`,
    }),
  );
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
