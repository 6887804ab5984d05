import { expect, test } from 'vitest';
import { textOfAdf, textOfHtml, toDetail, toTitle, withoutNames } from '../../../../src/ingest/documents/plain-text.ts';

test('a title is one line of at most 160 characters', () => {
  expect(toTitle('  Rule\n changed\t\u2028to Block ')).toBe('Rule changed to Block');
  expect(toTitle('x'.repeat(200))).toBe(`${'x'.repeat(159)}…`);
  expect([...(toTitle('😀'.repeat(200)) ?? '')]).toHaveLength(160);
  expect(toTitle(' \n ')).toBeUndefined();
  expect(toTitle(7)).toBeUndefined();
});

test('a detail keeps its lines', () => {
  expect(toDetail('one \r\n  two\n\n\n\nthree')).toBe('one\ntwo\n\nthree');
  expect(toDetail('')).toBeUndefined();
});

test('HTML leaves its words: scripts and styles go, entities are resolved once', () => {
  expect(
    textOfHtml(
      '<p>a<br/>b</p><style>p{}</style><SCRIPT>x<1</SCRIPT>c &lt;b&gt; &amp;lt; &#x41;&#66; &nbsp;&bogus; &#xD800;',
    ),
  ).toBe('a\nb\nc <b> &lt; AB  &bogus; &#xD800;');
  expect(textOfHtml('1 < 2 and <unclosed')).toBe('1 < 2 and <unclosed');
  expect(textOfHtml('before<script>never closed')).toBe('before');
  expect(textOfHtml('a<!-- hidden --> b')).toBe('a b');
});

test('a document of Jira Cloud leaves its words without the people it mentions', () => {
  const doc = {
    type: 'doc',
    content: [
      {
        type: 'paragraph',
        content: [
          { type: 'text', text: 'Filter' },
          { type: 'hardBreak' },
          { type: 'mention', attrs: { text: '@Fred' } },
          { type: 'text', text: 'live' },
        ],
      },
      {
        type: 'bulletList',
        content: [{ type: 'listItem', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'one' }] }] }],
      },
    ],
  };
  expect(toDetail(textOfAdf(doc))).toBe('Filter\nlive\none');
  expect(textOfAdf('text')).toBe('');
});

test('names go whatever their case, whole words only, the longest first', () => {
  expect(withoutNames('LEE TURNER and Lee asked Leeds', ['Lee', 'Lee Turner'])).toBe(
    '[name removed] and [name removed] asked Leeds',
  );
  expect(withoutNames('Ask (a.b+c) or axb', ['a.b+c'])).toBe('Ask ([name removed]) or axb');
  expect(withoutNames('An answer', ['An', ''])).toBe('An answer');
});
