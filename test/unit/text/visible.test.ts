import { describe, expect, it } from 'vitest';
import { defang, visible } from '../../../src/text/text.ts';

describe('text from input made visible', () => {
  it.each([
    ['a right-to-left override', 'invoice\u202Efdp.exe', 'invoice‹U+202E›fdp.exe'],
    ['a zero-width space', 'ev\u200Bil', 'ev‹U+200B›il'],
    ['a line feed', 'a\nb', 'a‹U+000A›b'],
    ['a C1 control', 'a\u0085b', 'a‹U+0085›b'],
    ['a tag character', 'a\u{E0041}', 'a‹U+E0041›'],
    ['a lone surrogate', 'a\uD800b', 'a‹U+D800›b'],
    ['a no-break space', 'a\u00A0b', 'a‹U+00A0›b'],
    ['a Hangul filler', 'a\u3164b', 'a‹U+3164›b'],
    ['a blank Braille cell', 'a\u2800b', 'a‹U+2800›b'],
    ['a replacement character', 'a\uFFFD', 'a‹U+FFFD›'],
    ['a soft hyphen', 'a\u00ADb', 'a‹U+00AD›b'],
    ['a private letter', 'a\uE000', 'a‹U+E000›'],
  ])('marks %s', (_name, text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  it('leaves the scripts of the world alone', () => {
    for (const text of ['Zürich Straße', 'Москва', '東京', 'हिन्दी', 'กำลัง', 'שלום', 'naïve e\u0301', '😀'])
      expect(visible(text)).toBe(text);
  });

  it('stops marks that climb over the lines above', () => {
    expect(visible(`Z${'\u0301'.repeat(6)}`)).toBe(`Z${'\u0301'.repeat(4)}‹U+0301›‹U+0301›`);
  });

  it('ends in an ellipsis where it was cut, and never cuts a mark in two', () => {
    expect(visible('x'.repeat(160))).toBe('x'.repeat(160));
    expect(visible('x'.repeat(161))).toBe(`${'x'.repeat(159)}…`);
    expect(visible('\u202E'.repeat(100))).toBe(`${'‹U+202E›'.repeat(19)}…`);
    expect(visible('abcdef', 4)).toBe('abc…');
  });
});

describe('indicators defanged', () => {
  it.each([
    ['http://evil.example/login.php', 'hxxp://evil[.]example/login.php'],
    ['HTTPS://Evil.Example:8443/a', 'hxxps://Evil[.]Example:8443/a'],
    ['ftp://evil.example', 'fxp://evil[.]example'],
    ['ldap://203.0.113.7:1389/a', 'ldap[:]//203[.]0[.]113[.]7:1389/a'],
    ['203.0.113.0/24', '203[.]0[.]113[.]0/24'],
    ['evil.example', 'evil[.]example'],
    ['a-b.xn--bcher-kva.example.', 'a-b[.]xn--bcher-kva[.]example.'],
    ['evil\u3002example', 'evil[.]example'],
    ['user@evil.example', 'user[@]evil[.]example'],
    ['/redirect?to=//evil.example/x', '/redirect?to=//evil[.]example/x'],
    ['javascript:alert(1)', 'javascript[:]alert(1)'],
    ['$' + '{jndi:ldap://evil.example/a}', '$[{]jndi[:]ldap[:]//evil[.]example/a}'],
    ['$' + '{$' + '{lower:j}ndi}', '$[{]$[{]lower:j}ndi}'],
  ])('writes %s as %s', (text, expected) => {
    expect(defang(text)).toBe(expected);
  });

  it.each([
    '/index.php',
    '/static/app.v2.js',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0',
    't13d1516h2_8daaf6152771_b186095e22b6',
    '2001:db8::7',
    'AS64500',
    'python-requests/2.31.0',
  ])('leaves %s, which leads nowhere', (text) => {
    expect(defang(text)).toBe(text);
  });
});
