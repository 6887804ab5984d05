import { describe, expect, test } from 'vitest';
import { renderSummary } from '../../../src/render/summary.ts';
import type { ReportModel } from '../../../src/report/report.ts';
import { createWriter } from '../../../src/text/text.ts';
import { sampleModel } from '../../support/sample-model.ts';

const writer = createWriter({ locale: 'en-GB', timeZone: 'Europe/Berlin' });

/** A table cell or phrase with no-break spaces as blanks, for comparison. */
function lines(model: ReportModel): string[] {
  return renderSummary(model, writer)
    .replace(/[\u00A0\u202F]/g, ' ')
    .split('\n');
}

describe('the ticket comment', () => {
  test('tells verdict, six numbers, waves and findings in this order', () => {
    const summary = lines(sampleModel());
    expect(summary[0]).toBe('**TLP:AMBER**');
    expect(summary[2]).toBe('## Post-incident report INC-4821-r1: HTTP flood against the web shop');
    expect(summary).toContain('- Peak: **410 krps** (highest 1 min mean, at 15:26:00)');
    expect(summary.filter((line) => /^- [A-Z][a-z ]+: \*\*/.test(line))).toHaveLength(6);
    const waves = summary.indexOf('### Waves');
    const findings = summary.indexOf('### Findings');
    expect(waves).toBeGreaterThan(summary.findIndex((line) => line.startsWith('**An HTTP flood')));
    expect(findings).toBeGreaterThan(waves);
    expect(summary.slice(waves, findings).filter((line) => line.startsWith('- Wave'))).toHaveLength(2);
    expect(summary[findings + 2]).toMatch(/^- \*\*Mitigation began 41 s after/); // the unfavourable one first
    expect(summary.at(-2)).toMatch(/INC-4821-r1, revision 1\.$/);
  });

  test('puts values from input into code spans that they cannot end', () => {
    const model = sampleModel();
    const value = 'a``b`c @everyone [x](http://192.0.2.1)';
    const verdict = [{ kind: 'label', value, role: 'code' }] as const;
    expect(lines({ ...model, cover: { ...model.cover, verdict } })).toContain(
      `**\`\`\`${value.replace('http://192.0.2.1', 'hxxp://192[.]0[.]2[.]1')}\`\`\`**`,
    );
  });

  test('takes the meaning from markup characters of our own texts', () => {
    const model = sampleModel();
    const title = 'Flood *of* <b>shop</b> [now](x) for @team & &lt;';
    expect(lines({ ...model, meta: { ...model.meta, title } })[2]).toBe(
      '## Post-incident report INC-4821-r1: Flood \\*of\\* \\<b>shop\\</b> \\[now\\](x) for (at)team & &amp;lt;',
    );
  });

  test('is never longer than 6,000 characters, says so, and keeps the foot', () => {
    const model = sampleModel();
    const [summary, ...rest] = model.chapters;
    const items = Array.from({ length: 200 }, (_, i) => ({
      title: [`Finding ${i + 1}`],
      text: ['The origin answered with errors while the attack ran, and nobody noticed at once.'],
      tone: i === 150 ? ('unfavourable' as const) : ('neutral' as const),
      evidence: ['E1'],
    }));
    const long: ReportModel = {
      ...model,
      chapters: [
        { id: 'summary', title: summary?.title ?? '', startsPage: true, blocks: [{ kind: 'statements', items }] },
        ...rest.slice(1),
      ],
    };
    const text = renderSummary(long, writer);
    expect(text.length).toBeLessThanOrEqual(6_000);
    expect(text.length).toBeGreaterThan(5_500);
    expect(text).toContain('- shortened; the rest is in the report');
    expect(text).toContain('Finding 151'); // unfavourable: not lost although it stands late
    expect(text).not.toContain('Finding 200');
    expect(text.trimEnd()).toMatch(/revision 1\.$/);
  });

  test('leaves out headings that would stand over nothing', () => {
    const model = sampleModel();
    const text = renderSummary({ ...model, chapters: [] }, writer);
    expect(text).not.toContain('###');
  });
});
