import { afterAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/log.ts';
import { renderHtml } from '../../src/render/html.ts';
import { launchBrowser } from '../../src/render/launch-browser.ts';
import { PdfName, readPdf } from '../../src/render/pdf-objects.ts';
import { openBrowser } from '../../src/render/render.ts';
import type { Block, ReportModel } from '../../src/report/report.ts';
import { replaceStrings } from '../support/hostile-strings.ts';
import { readWithPdfJs } from '../support/pdf-text.ts';
import { sampleModel } from '../support/sample-model.ts';
import { drawnParts } from '../support/sample-parts.ts';

// The browser is given our fonts and none of the machine's, so these hold where there are none.
const warnings: string[] = [];
const browser = openBrowser({ log: { ...silentLog, warn: (message) => warnings.push(message) } });
afterAll(() => browser.close());

const NAMES = ['株式会社さくら銀行', 'شركة المثال للتجارة', 'בנק הדוגמה', '腾讯科技示例', '한국은행 예제'] as const;

const JAPANESE =
  '本報告書は、2026年11月17日に発生したHTTPフラッド攻撃について、開始時刻、継続時間、送信元、影響を受けた宛先、緩和の有効性、および今後の推奨事項をまとめたものです。（推定値には信頼区間を付けています。）ネットワーク事業者の「さくら」側で、ピーク時のリクエスト数を確認しました。';

/** The sample with one name for each label and customer, in charts as well. */
function inScripts(names: readonly string[]): ReportModel {
  let next = 0;
  return replaceStrings(sampleModel(), (text, path) =>
    /customer\.name$|meta\.title$|labels?(\[\d+\])?$|\.value$/u.test(path) && !/\.id$/u.test(path)
      ? `${names[next++ % names.length]} ${next}`
      : text,
  );
}

async function print(model: ReportModel): Promise<Uint8Array> {
  warnings.length = 0;
  return browser.print(renderHtml(model, await drawnParts(model, 'print')), { meta: model.meta });
}

function fontsOf(pdf: Uint8Array): Set<string> {
  const names = [...readPdf(pdf).objects.values()].flatMap(({ value }) => {
    const name = value instanceof Map ? value.get('FontName') : undefined;
    return name instanceof PdfName ? [name.name.replace(/^[A-Z]+\+/u, '')] : [];
  });
  return new Set(names);
}

describe('a report with names of many scripts', () => {
  test('prints them with the shipped fonts alone, and says them to who copies them', async () => {
    const pdf = await print(inScripts(NAMES));
    expect(warnings).toEqual([]);
    for (const font of fontsOf(pdf))
      expect(font).toMatch(/^(?:Inter|JetBrainsMono|NotoSans(?:JP|KR|SC|Hebrew|Arabic))(?:Thin)?-/u);
    const text = readWithPdfJs(pdf).pages.join('').replace(/\s/gu, '').normalize('NFKC');
    for (const name of [NAMES[0], NAMES[3]]) expect(text).toContain(name);
  });

  test('prints one sign for a character that no shipped font has, and names the character to who made the report', async () => {
    const model = inScripts(['Bank \u{1F600} ธนาคาร']);
    const pdf = await print(model);
    expect(warnings).toEqual([
      'INC-4821-r1: no shipped font has \u{1F600} (U+1F600), ธ (U+0E18), น (U+0E19), า (U+0E32), ค (U+0E04), ร (U+0E23); printed as □ in the PDF, whole in all other files',
    ]);
    const { pages, info } = readWithPdfJs(pdf);
    // On the cover, and in the running head of the pages behind it.
    expect(pages[0]).toContain('Bank □ □□□□□□');
    expect(pages[2]).toContain('Bank □ □□□□□□');
    expect(info.Title).toContain('Bank \u{1F600} ธนาคาร');
  });

  test('sets a report in Japanese in two weights, breaks its lines by the rules of the language and spaces no letters', async () => {
    const sample = sampleModel();
    const model = { ...sample, meta: { ...sample.meta, title: '通販サイトに対するHTTPフラッド攻撃', locale: 'ja-JP' } };
    const paragraph: Block = { kind: 'text', heading: '攻撃の概要', paragraphs: [[JAPANESE]] };
    const chapters = model.chapters.map((chapter) => ({ ...chapter, blocks: [paragraph, ...chapter.blocks] }));
    const html = renderHtml({ ...model, chapters }, await drawnParts(model, 'print')).replace(
      /<html lang="[^"]*"/u,
      '<html lang="ja"',
    );
    const { browser: running, dispose } = await launchBrowser({ log: silentLog });
    try {
      const page = await running.newPage();
      await page.setContent(html);
      // Each width breaks the lines elsewhere.
      for (const width of [360, 385, 410, 435, 460, 485, 510, 535]) {
        const { lines, spacing } = (await page.evaluate(readLines(width))) as {
          readonly lines: readonly string[];
          readonly spacing: string;
        };
        expect(spacing).toBe('normal');
        expect(lines.length).toBeGreaterThanOrEqual(3);
        for (const line of lines) expect(line).not.toMatch(/^[、。）」ぁぃぅぇぉっゃゅょー]|[（「]$/u);
      }
    } finally {
      await dispose();
    }
    const pdf = await browser.print(html, { meta: model.meta });
    expect([...fontsOf(pdf)].filter((font) => font.startsWith('NotoSans')).sort()).toEqual([
      'NotoSansJPThin-Bold',
      'NotoSansJPThin-Regular',
    ]);
    expect(readWithPdfJs(pdf).pages.join('').replace(/\s/gu, '').normalize('NFKC')).toContain(
      JAPANESE.normalize('NFKC'),
    );
  });
});

/** The lines of the first paragraph as they are broken at a width, and what stands between the letters of the title. */
const readLines = (width: number) => `(async () => {
  await Promise.all([...document.fonts].map((face) => face.load()));
  const letters = document.querySelector('.text p').firstChild;
  letters.parentElement.style.width = '${width}px';
  const lines = [];
  let top = -1e9;
  for (let at = 0; at < letters.length; at++) {
    const range = document.createRange();
    range.setStart(letters, at);
    range.setEnd(letters, at + 1);
    const box = range.getBoundingClientRect();
    if (box.top > top + 4) lines.push('');
    top = Math.max(top, box.top);
    lines[lines.length - 1] += letters.data.charAt(at);
  }
  return { lines, spacing: getComputedStyle(document.querySelector('h1')).letterSpacing };
})()`;
