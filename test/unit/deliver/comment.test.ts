import { describe, expect, it } from 'vitest';
import { firstHeading, type Markup, renderAdf, renderComment } from '../../../src/deliver/parcel/comment.ts';

const SOURCE = {
  summary: [
    '**TLP:AMBER**',
    '',
    '## Report INC-1: flood \\*against\\* \\<shop> &amp;co',
    '',
    '- Leaked: **\\~ 5 %** of `a*b_c`',
    '- Second',
    '',
    'The complete report is attached.',
    '',
  ].join('\n'),
  footer: ['Attached: a.pdf', 'Debrief-Key: 0123456789abcdef'],
};

describe('the comment', () => {
  const render = (markup: Markup) => renderComment(SOURCE, markup, 10_000);

  it('is plain text where a system shows no markup', () => {
    expect(render('plain')).toBe(
      [
        'TLP:AMBER',
        'Report INC-1: flood *against* <shop> &amp;co',
        '- Leaked: ~ 5 % of a*b_c\n- Second',
        'The complete report is attached.',
        'Attached: a.pdf',
        'Debrief-Key: 0123456789abcdef',
      ]
        .join('\n\n')
        .replace('&amp;co', '&co'),
    );
  });

  it('means the same in Markdown, HTML and the markup of Slack, and nothing in it becomes markup', () => {
    expect(render('markdown')).toContain('### Report INC-1: flood \\*against\\* \\<shop> &co');
    expect(render('markdown')).toContain('- Leaked: **\\~ 5 %** of `a*b_c`');
    expect(render('html')).toContain('<h3>Report INC-1: flood *against* &lt;shop&gt; &amp;co</h3>');
    expect(render('html')).toContain('<p>• Leaked: <strong>~ 5 %</strong> of <code>a*b_c</code></p>');
    expect(render('slack')).toContain('*Report INC-1: flood \u200b*against\u200b* &lt;shop&gt; &amp;co*');
    expect(render('textile')).toMatch(/^<pre>\n[^<>]*\n<\/pre>$/);
  });

  it('is a document of Atlassian', () => {
    expect(renderAdf(SOURCE)).toMatchObject({
      type: 'doc',
      version: 1,
      content: [
        { type: 'paragraph', content: [{ type: 'text', text: 'TLP:AMBER', marks: [{ type: 'strong' }] }] },
        { type: 'heading', attrs: { level: 3 } },
        { type: 'bulletList', content: [{ type: 'listItem' }] },
        { type: 'bulletList' },
        { type: 'paragraph' },
        { type: 'paragraph' },
        { type: 'paragraph', content: [{ text: 'Debrief-Key: 0123456789abcdef' }] },
      ],
    });
  });

  it('keeps its footer when it has to be shortened, and says that it was', () => {
    const text = renderComment(SOURCE, 'plain', 150);
    expect(text.length).toBeLessThanOrEqual(150);
    expect(text).toMatch(/^TLP:AMBER/);
    expect(text).toContain('Shortened; the rest is in the report.');
    expect(text).toMatch(/Attached: a\.pdf\n\nDebrief-Key: 0123456789abcdef$/);
    expect(() => renderComment(SOURCE, 'plain', 10)).toThrow('no room');
  });

  it('has the heading of the report as its title', () => {
    expect(firstHeading(SOURCE.summary)).toBe('Report INC-1: flood *against* <shop> &co');
  });
});
