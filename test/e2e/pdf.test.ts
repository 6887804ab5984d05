import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { type Log, silentLog } from '../../src/log.ts';
import { renderHtml } from '../../src/render/html.ts';
import { readPdf } from '../../src/render/pdf-objects.ts';
import { type BrowserHandle, describeBrowser, openBrowser } from '../../src/render/render.ts';
import type { ReportModel, TableBlock } from '../../src/report/report.ts';
import { readWithPdfJs } from '../support/pdf-text.ts';
import { sampleModel } from '../support/sample-model.ts';
import { drawnParts } from '../support/sample-parts.ts';

const browser = openBrowser({ log: silentLog });
afterAll(() => browser.close());

async function print(model: ReportModel, handle: BrowserHandle = browser): Promise<Uint8Array> {
  return handle.print(await printHtml(model), { meta: model.meta });
}

async function printHtml(model: ReportModel): Promise<string> {
  return renderHtml(model, await drawnParts(model, 'print'));
}

function withTable(rows: number): ReportModel {
  const model = sampleModel();
  const table: TableBlock = {
    kind: 'table',
    id: 'table-long',
    number: 8,
    title: ['Every address'],
    columns: [
      { label: 'Row', align: 'right' },
      { label: 'Address', align: 'left' },
      { label: 'User agent', align: 'left' },
      { label: 'Requests', align: 'right' },
    ],
    rows: Array.from({ length: rows }, (_, i) => [
      `row-${i + 1}`,
      [{ kind: 'label', value: `2001:db8::${i.toString(16)}`, role: 'code' }],
      [{ kind: 'label', value: i % 50 === 7 ? 'A'.repeat(400) : 'curl/8.5.0', role: 'code' }],
      [{ kind: 'measure', measure: { value: 1_000_000 - i, unit: 'requests', kind: 'counted', evidence: [] } }],
    ]),
    totalRows: rows,
    evidence: [],
    data: { columns: [], rows: [] },
  };
  return {
    ...model,
    chapters: [...model.chapters, { id: 'addresses', title: 'Addresses', startsPage: true, blocks: [table] }],
  };
}

describe('the printed report', () => {
  test('bears the mark of a draft behind every page, and says the same words as the final report', async () => {
    const model = sampleModel();
    const draft = await print({ ...model, meta: { ...model.meta, status: 'draft' } });
    const plain = readWithPdfJs(await print(model)).pages.map((page) => page.replace(/\s/gu, ''));
    const marked = readWithPdfJs(draft).pages.map((page) => page.replace(/\s/gu, ''));
    expect(marked.map((page) => page.replace('DraftAttack', 'Attack').replace('StatusDraft', ''))).toEqual(plain);
    // The colour of the mark, which nothing else is drawn in.
    const painted = [...readPdf(draft).objects.values()].filter(({ stream }) =>
      stream?.().includes('.9255 .9373 .9569 RG'),
    );
    expect(painted).toHaveLength(marked.length);
  });

  test('has pages, contents, outline, title, dates and label as another reader sees them', async () => {
    const pdf = readWithPdfJs(await print(sampleModel()));
    expect(pdf.pages).toHaveLength(8);
    expect(pdf.info).toMatchObject({
      Title: 'Post-incident report INC-4821-r1: HTTP flood against the web shop (Kestrel Outdoor AG)',
      CreationDate: "D:20261117170500+00'00'",
      ModDate: "D:20261117170500+00'00'",
      Language: 'en-GB',
    });
    expect(String(pdf.info.Creator)).not.toMatch(/Headless|Mozilla/);
    expect(pdf.outline).toEqual(
      expect.arrayContaining([
        'HTTP flood against the web shop',
        'Contents',
        '1 Executive summary',
        '6 Method and appendix',
      ]),
    );
    for (const [index, page] of pdf.pages.entries()) {
      expect(page.match(/TLP:AMBER/g)?.length).toBeGreaterThanOrEqual(2);
      if (index > 0) expect(page).toContain(`Page ${index + 1} of 8`);
    }
    expect(pdf.pages[0]).toContain('An HTTP flood in two waves hit the web shop');
    expect(pdf.pages[0]).not.toContain('Page 1');
    expect(pdf.hasJavaScript).toBe(false);
    expect(pdf.attachments).toEqual([]);
    expect(pdf.links).toEqual([]);
  });

  test('names in its contents the page on which each chapter stands', async () => {
    const { pages } = readWithPdfJs(await print(sampleModel()));
    const contents = (pages[1] ?? '').replace(/\s+/g, ' ');
    const expected: readonly (readonly [string, number])[] = [
      ['Executive summary', 3],
      ['Timeline', 4],
      ['Anatomy of the attack', 5],
      ['Method and appendix', 8],
    ];
    for (const [title, page] of expected) {
      expect(contents).toContain(`${title} ${page}`);
      expect(pages[page - 1]).toContain(title);
    }
  });

  test('is printed once, and again when a chapter stands elsewhere than foreseen', async () => {
    const told: string[] = [];
    const handle = openBrowser({ log: { ...silentLog, debug: (message) => told.push(message) } });
    try {
      const model = sampleModel();
      const html = await printHtml(model);
      const job = { meta: model.meta, expectText: model.chapters.map(({ title }) => title) };
      await handle.print(html, job);
      expect(told.filter((message) => message.includes('printed'))).toEqual([]);
      // The pages of this one are not what is foreseen.
      const short = html.replace('</style>', '@page{margin-bottom:140mm}</style>');
      const { pages } = readWithPdfJs(await handle.print(short, job));
      expect(told.filter((message) => message.includes('printed'))).toEqual([
        'INC-4821-r1: printed 2 times until its page numbers were right',
      ]);
      const text = pages.map((page) => page.replace(/\s+/g, ' '));
      for (const [index, { title }] of model.chapters.entries()) {
        const standsOn = text.findLastIndex((page) => page.includes(`${index + 1} ${title}`)) + 1;
        expect(standsOn).toBeGreaterThan(2);
        expect(text[1]).toContain(`${index + 1} ${title} ${standsOn}`);
      }
    } finally {
      await handle.close();
    }
  });

  test('is tagged, with an alternative text for each chart and header cells in each table', async () => {
    const file = readPdf(await print(sampleModel()));
    const elements = [...file.objects.values()].flatMap(({ value }) =>
      value instanceof Map && value.has('Alt') ? [value] : [],
    );
    expect(elements.length).toBeGreaterThanOrEqual(6);
    const roles = [...file.objects.values()].flatMap(({ value }) => {
      const role = value instanceof Map ? value.get('S') : undefined;
      return role !== null && typeof role === 'object' && 'name' in role ? [role.name] : [];
    });
    for (const role of ['Document', 'H1', 'H2', 'H3', 'P', 'L', 'LI', 'Table', 'TR', 'TH', 'TD', 'Figure', 'Link'])
      expect(roles).toContain(role);
  });

  test('is the same, byte for byte, from a new page, a used page and two at a time', async () => {
    const html = await printHtml(sampleModel());
    const { meta } = sampleModel();
    const first = await browser.print(html, { meta });
    const others = await Promise.all([1, 2, 3].map(() => browser.print(html, { meta })));
    for (const other of others) expect(Buffer.from(other).equals(Buffer.from(first))).toBe(true);
    const fresh = openBrowser({ log: silentLog });
    try {
      expect(Buffer.from(await fresh.print(html, { meta })).equals(Buffer.from(first))).toBe(true);
    } finally {
      await fresh.close();
    }
  });

  test('is printed by a fresh browser once the old one has grown too large', async () => {
    const told: string[] = [];
    const log = { ...silentLog, debug: (message: string) => void told.push(message) };
    const handle = openBrowser({ log, mostMemoryBytes: 1e6 });
    const html = await printHtml(sampleModel());
    const { meta } = sampleModel();
    try {
      for (let print = 0; print < 11; print++) await handle.print(html, { meta });
    } finally {
      await handle.close();
    }
    expect(told.filter((message) => message.includes('is replaced'))).toHaveLength(1);
    expect(told.filter((message) => message.startsWith('browser: '))).toHaveLength(2);
  });

  test('repeats the head of a table of 200 rows on every page, loses no row and splits none', async () => {
    const { pages } = readWithPdfJs(await print(withTable(200)));
    const tablePages = pages.filter((page) => /row-\d+/.test(page));
    expect(tablePages.length).toBeGreaterThan(3);
    for (const page of tablePages) expect(page).toContain('User agent');
    const rows = tablePages.flatMap((page) => [...page.matchAll(/row-(\d+)/g)].map((match) => Number(match[1])));
    expect(rows).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    // A row's first and last cell stand on the same page.
    for (const page of tablePages)
      expect(page.match(/[\d,]+\s+requests/g)?.length).toBe(page.match(/row-\d+/g)?.length);
    expect(tablePages[0]).toContain('Every address');
    expect(tablePages[0]).toContain('row-2');
  });

  test('fits Letter as well as A4', async () => {
    const model = sampleModel();
    const letter = await print({ ...model, meta: { ...model.meta, paper: 'Letter' } });
    const { pages } = readWithPdfJs(letter);
    expect(pages.length).toBeGreaterThanOrEqual(8);
    expect(pages[0]).toContain('Two waves'); // the hero still stands on the cover
  });

  test('puts a sign for a character that no font has, whatever fonts the machine has, and says so', async () => {
    const warnings: string[] = [];
    const handle = openBrowser({ log: { ...silentLog, warn: (message) => void warnings.push(message) } });
    const model = sampleModel();
    const verdict = [{ kind: 'label', value: 'Ω ≥ 1 \u{1DF1C}', role: 'name' }] as const; // IPA letter of 2022, in no common font
    try {
      const { pages } = readWithPdfJs(await print({ ...model, cover: { ...model.cover, verdict } }, handle));
      expect(pages[0]).toContain('Ω ≥ 1 □');
      expect(warnings).toEqual([expect.stringContaining('INC-4821-r1: no shipped font has \u{1DF1C} (U+1DF1C)')]);
    } finally {
      await handle.close();
    }
  });

  test('keeps a cover with very long words on one sheet, with its chart', async () => {
    const model = sampleModel();
    const title =
      'Multi-vector attack (HTTP flood, UDP amplification and SYN flood) against the web shop and the booking engine of all twelve country sites';
    const note = [
      'highest mean over ten seconds; also 41 million packets and 410 thousand requests a second at the same time on two of the three layers',
    ];
    const long: ReportModel = {
      ...model,
      meta: { ...model.meta, title, paper: 'Letter', tlp: 'AMBER+STRICT' },
      cover: { ...model.cover, tiles: model.cover.tiles.map((tile) => ({ ...tile, note })) },
    };
    const { pages } = readWithPdfJs(await print(long));
    expect(pages[0]?.replace(/\s+/g, ' ')).toContain('every record counted'); // the caption under the chart
    expect(pages[0]?.match(/TLP:AMBER\+STRICT/g)).toHaveLength(2);
    expect(pages[1]).toContain('Contents');
  });

  test('is refused when it is wider than its paper', async () => {
    const html = await printHtml(sampleModel());
    const wide = html.replace(
      '<main class="chapters">',
      () => '<main class="chapters"><p style="width:900px">wide</p>',
    );
    await expect(browser.print(wide, { meta: sampleModel().meta })).rejects.toMatchObject({
      code: 'report-unsound',
      message: expect.stringContaining('wider than its paper'),
    });
  });

  test.each([
    [
      'a label reaches out of its chart',
      (html: string) =>
        html.replace(
          /(<svg[^>]*data-plot[^>]*>)/u,
          '$1<text x="640" y="20" font-size="11">a label without an end</text>',
        ),
      /words are cut off: "a label without an end" in fig-traffic/u,
    ],
    [
      'a cell sticks out into the next column',
      (html: string) =>
        html.replace(
          /<td class="left"([^>]*)>/u,
          '<td class="left"$1 style="white-space:nowrap;max-width:40px">a name that may not break ',
        ),
      /words are cut off: "a name that may not break .*" in table-/u,
    ],
    [
      'words can hardly be told from their ground',
      (html: string) => html.replace('</style>', '.table-note{color:#c9ccd1}</style>'),
      /words can hardly be read: ".*" has a contrast of 1\.6 where 4\.5 is the least/u,
    ],
    [
      'words on the band of the cover can hardly be told from it',
      (html: string) => html.replace('</style>', '.cover-kind{color:#2b4a6d}</style>'),
      /words can hardly be read: "Post-incident report" has a contrast of 1\.\d where 4\.5 is the least/u,
    ],
  ] as const)('is refused when %s, with the words and the place', async (_, break_, message) => {
    const broken = break_(await printHtml(sampleModel()));
    await expect(browser.print(broken, { meta: sampleModel().meta })).rejects.toMatchObject({
      code: 'report-unsound',
      message: expect.stringMatching(message),
    });
  });

  test('is refused when a heading stands last on its page, with the page and the heading', async () => {
    const html = await printHtml(sampleModel());
    const broken = html.replace('</style>', 'h2,h3,.exhibit-title{break-after:page!important}</style>');
    await expect(browser.print(broken, { meta: sampleModel().meta })).rejects.toMatchObject({
      code: 'report-unsound',
      message: expect.stringMatching(/page \d+ ends with the heading "[^"]+", whose text is on the next/u),
    });
  });

  test('is refused when it does not show what it must', async () => {
    const html = (await printHtml(sampleModel())).replace('</main>', '<p hidden>Words that are not there</p></main>');
    await expect(browser.print(html, { meta: { ...sampleModel().meta, tlp: 'RED' } })).rejects.toMatchObject({
      code: 'report-unsound',
      message: expect.stringMatching(/page 1 does not show TLP:RED.*does not show "Words that are not there"/),
    });
  });

  test('is refused when it is blank', async () => {
    const { meta } = sampleModel();
    await expect(browser.print('<!doctype html><title>x</title><p></p>', { meta })).rejects.toMatchObject({
      code: 'report-unsound',
      message: expect.stringContaining('page 1 is blank'),
    });
  });
});

describe('the browser', () => {
  test('tells the doctor what it is and that it prints text', async () => {
    const description = await describeBrowser({ log: silentLog });
    expect(description.version).toMatch(/Chrome\/\d+/);
    expect(description.printsText).toBe(true);
    expect(description.sandboxed).toBe(process.getuid?.() !== 0);
  });

  test('is named in the error when the one that was configured does not start', async () => {
    const handle = openBrowser({ executable: '/nonexistent/chromium', log: silentLog });
    handle.warm(); // must not throw and must not leave an unhandled rejection
    await expect(handle.print('<p>x</p>', { meta: sampleModel().meta })).rejects.toMatchObject({
      code: 'browser-not-found',
      message: expect.stringContaining('/nonexistent/chromium (configured)'),
    });
    await handle.close();
  });

  test('stops a print that is cancelled, and prints the next one', async () => {
    const { meta } = sampleModel();
    const html = await printHtml(sampleModel());
    const controller = new AbortController();
    const cancelled = browser.print(html, { meta, signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect((await browser.print(html, { meta })).length).toBeGreaterThan(50_000);
  });

  test('is replaced once when it is killed in the middle of a print, without a word to the reader', async () => {
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (message) => void warnings.push(message) };
    const handle = openBrowser({ log });
    const html = await printHtml(withTable(200));
    try {
      await handle.version();
      const printing = handle.print(html, { meta: sampleModel().meta });
      setTimeout(() => signalBrowsers('SIGKILL', /--type=renderer/), 150);
      expect(readWithPdfJs(await printing).pages.length).toBeGreaterThan(10);
      expect(warnings.join()).toMatch(/INC-4821-r1: printing failed .*once more in a fresh browser/);
    } finally {
      await handle.close();
    }
  });

  test('is given up when it hangs twice, by name and within its time', async () => {
    const handle = openBrowser({ log: silentLog });
    const html = await printHtml(withTable(200));
    const freezing = setInterval(() => signalBrowsers('SIGSTOP', /--type=renderer/), 40);
    try {
      await handle.version();
      const started = performance.now();
      await expect(handle.print(html, { meta: sampleModel().meta, timeoutMs: 2_000 })).rejects.toMatchObject({
        code: 'render-failed',
        message: expect.stringContaining('INC-4821-r1'),
      });
      expect(performance.now() - started).toBeLessThan(15_000);
    } finally {
      clearInterval(freezing);
      await handle.close();
    }
  });

  test('leaves no process and no folder behind, and may be closed twice', async () => {
    const handle = openBrowser({ log: silentLog });
    await handle.version();
    const own = () =>
      readdirSync(tmpdir()).filter((name) => name.startsWith('debrief-browser-') && ownerOf(name) === process.pid);
    const before = own().length;
    await Promise.all([handle.close(), handle.close()]);
    await handle.close();
    expect(own().length).toBe(before - 1);
    await expect(handle.print('<p>x</p>', { meta: sampleModel().meta })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

function ownerOf(folder: string): number {
  try {
    return Number(readFileSync(`${tmpdir()}/${folder}/owner`, 'utf8'));
  } catch {
    return 0;
  }
}

/** Signals the processes of browsers that this test process started (and no other on the machine). */
function signalBrowsers(signal: 'SIGKILL' | 'SIGSTOP', which: RegExp): void {
  const processes = readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid)) return [];
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return [{ pid, parent, command: readFileSync(`/proc/${pid}/cmdline`, 'latin1') }];
    } catch {
      return [];
    }
  });
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const isOurs = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at))
      if (at === process.pid) return true;
    return false;
  };
  for (const { pid, command } of processes)
    if (which.test(command) && isOurs(pid)) {
      try {
        process.kill(pid, signal);
      } catch {
        // it ended on its own
      }
    }
}
