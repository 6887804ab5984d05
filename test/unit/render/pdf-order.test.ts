import { describe, expect, test } from 'vitest';
import { orderFaults, orphanHeadings, withoutRunningTexts } from '../../../src/render/pdf-order.ts';
import { readShownTexts } from '../../../src/render/shown-texts.ts';

const DOCUMENT = readShownTexts(
  '<p>The origin’s peak was 92.8 rps at 14:35:10.</p><table><tr><th>Share</th></tr><tr><td>17.3 %</td><td>2</td></tr><tr><td><bdi>203.0.113.7 → é</bdi></td><td>4,450</td></tr></table>',
);
const PAGES = ['Theoriginʼspeakwas92.8rpsat14:35:10.Share17.3%2', 'Share203.0.113.7e4,450'];

describe('the order of what a PDF shows', () => {
  test('is that of its document, also where a font names a sign otherwise and a page repeats a head', () => {
    expect(orderFaults(PAGES, DOCUMENT)).toEqual([]);
  });

  test.each([
    ['a digit is another', '92.8', '92.7', 'it does not show "The origin’s peak was 92.8 rps at 14:35:10."'],
    ['a point is gone', '92.8', '928', 'it does not show "The origin’s peak was 92.8 rps'],
    ['a unit is another', 'rps', 'pps', 'it does not show "The origin’s peak was 92.8 rps'],
    ['a digit is added before', '17.3', '117.3', 'before "17.3 %" it shows "1"'],
    ['a digit is added behind', '%2', '%22', 'before "203.0.113.7 → é" it shows'],
    ['a cell is lost', '%2', '%', 'it does not show'],
    ['an address is another', '113.7', '113.8', 'it does not show "203.0.113.7 → é"'],
    ['more follows', '4,450', '4,4501', 'it ends with "1"'],
  ])('differs when %s', (_name, from, to, fault) => {
    const changed = PAGES.map((page) => page.replace(from, to));
    expect(orderFaults(changed, DOCUMENT).join('; ')).toContain(fault);
  });

  test('lets a page number stand before the entry that follows it, across the end of a page', () => {
    const contents = readShownTexts(
      '<li><span>1</span><span>Summary</span><span class="page-slot"></span></li><li><span>2</span><span>Appendix</span><span class="page-slot"></span></li><h2><span>1</span> Summary</h2>',
    );
    expect(orderFaults(['1Summary22Appendix13', '1Summary'], contents)).toEqual([]);
  });

  test('tells a page number from the number of the next entry where both are the same', () => {
    const contents = readShownTexts(
      '<li><span>10</span><span>Method</span><span class="page-slot"></span></li><li><span>11</span><span>Terms</span></li>',
    );
    expect(orderFaults(['10Method1111Terms'], contents)).toEqual([]);
    expect(orderFaults(['10Method1112Terms'], contents)).not.toEqual([]);
  });

  test('does not hold a word without end against a report: Chromium loses letters where it breaks one', () => {
    const endless = readShownTexts(`<p>${'A'.repeat(90)} was seen 3 times</p>`);
    expect(orderFaults([`${'A'.repeat(88)}wasseen3times`], endless)).toEqual([]);
    expect(orderFaults([`${'A'.repeat(88)}wasseen4times`], endless)).not.toEqual([]);
  });

  test('leaves running heads and feet aside, and a wrong page number in them', () => {
    const running = {
      title: 'Acme · HTTP flood',
      label: 'TLP:AMBER',
      origin: 'Northwall · INC-1-r1',
      page: 'Page § of ¶',
    };
    const foot = (page: number) => `Acme·HTTPfloodTLP:AMBERTLP:AMBERPage${page}of2Northwall·INC-1-r1`;
    expect(withoutRunningTexts(['Cover', `${foot(2)}1Summary`], running)).toEqual(['Cover', '1Summary']);
    expect(withoutRunningTexts(['Cover', `${foot(3)}1Summary`], running)).toEqual(['Cover', `${foot(3)}1Summary`]);
  });

  test('takes no time over long texts in scripts whose letters are not compared', () => {
    const line = '攻撃開始以降、シグネチャに一致しない';
    const texts = Array.from({ length: 40 }, (_, index) => `${line}${index}件を軽減した。`);
    const shown = readShownTexts(texts.map((text) => `<p>${text}</p>`).join(''));
    // Other signs are drawn, so nothing is found by its characters alone; and one number is another.
    const drawn = texts.map((text) => text.replaceAll('一', '⼀')).join('');
    expect(orderFaults([drawn], shown)).toEqual([]);
    expect(orderFaults([drawn.replace('39件', '38件')], shown)).not.toEqual([]);
  });

  test('finds a heading that stands last on its page, and no other', () => {
    const shown = readShownTexts(
      '<h2>Sources</h2><p class="exhibit-title"><span>Table 4</span> Networks</p><table><tr><th>Network</th></tr></table><h3>Coverage</h3><p>Complete.</p>',
    );
    expect(orphanHeadings(['SourcesTable4NetworksNetwork', 'CoverageComplete.'], shown)).toEqual([]);
    expect(orphanHeadings(['SourcesTable4Networks', 'NetworkCoverageComplete.'], shown)).toEqual([
      'page 1 ends with the heading "Networks", whose text is on the next',
    ]);
    expect(orphanHeadings(['Sources', 'Table4NetworksNetworkCoverage', 'Complete.'], shown)).toEqual([
      'page 1 ends with the heading "Sources", whose text is on the next',
      'page 2 ends with the heading "Coverage", whose text is on the next',
    ]);
  });
});
