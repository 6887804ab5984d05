// What is done to a document inside the browser before it is printed. Scripts of the document are off; these functions
// are sent by Puppeteer, one by one and as text, so none may use anything outside itself but what is declared here.

interface PrintedElement {
  textContent: string;
  hidden: boolean;
  readonly style: { height: string };
  readonly offsetWidth: number;
  readonly offsetHeight: number;
  readonly scrollWidth: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
  readonly clientWidth: number;
  getBoundingClientRect(): {
    readonly height: number;
    readonly left: number;
    readonly width: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
  readonly childNodes: Iterable<{ readonly nodeType: number; readonly textContent: string }>;
  closest(selector: string): PrintedElement | null;
  querySelectorAll(selector: string): Iterable<PrintedElement>;
  readonly parentElement: PrintedElement | null;
  readonly classList: { add(name: string): void; contains(name: string): boolean };
  getAttribute(name: string): string | null;
}

declare const document: {
  readonly documentElement: PrintedElement;
  readonly fonts: Iterable<{ load(): Promise<unknown> }>;
  readonly images: Iterable<{ decode(): Promise<void> }>;
  getElementById(id: string): PrintedElement | null;
  querySelectorAll(selector: string): Iterable<PrintedElement>;
  querySelector(selector: string): PrintedElement | null;
};

declare function getComputedStyle(element: PrintedElement): {
  readonly color: string;
  readonly fontSize: string;
  readonly fontWeight: string;
  readonly backgroundColor: string;
  readonly backgroundImage: string;
};

/** What a document is like once it is laid out. */
interface LaidOut {
  readonly fits: boolean;
  /** Words that are cut off, each with where it stands. */
  readonly clipped: readonly string[];
  /** Words that can hardly be told from their ground, each with its contrast. */
  readonly faint: readonly string[];
  /** The page on which each entry of the contents will stand, as far as a window can tell. Empty without contents. */
  readonly pages: Readonly<Record<string, number>>;
}

/**
 * Lays out a document that was hidden until now, so that it is done once, with all its fonts. Throws when a font or a
 * picture cannot be shown.
 */
export async function layOut(): Promise<LaidOut> {
  // Every face, one by one: a font that is still on its way prints as nothing.
  await Promise.all([...document.fonts].map((face) => face.load()));
  await Promise.all([...document.images].map((image) => image.decode()));
  document.documentElement.hidden = false;
  fitExecutive();
  const fits = fitToPaper();
  const clipped = [...clippedInCharts(), ...clippedInBoxes()];
  return { fits, clipped, faint: faintWords(), pages: predictPages() };

  /** What is for executives has one page behind its cover; what would not fit on it is set smaller. */
  function fitExecutive(): void {
    const body = document.querySelector('.executive');
    const text = document.querySelector('.executive .document');
    if (body && text && text.scrollHeight > text.clientHeight) body.classList.add('tight');
  }

  /**
   * Paper does not scroll. A table that is too wide is set smaller, and if that is not enough its numbers may break. A
   * cover with long words is set tighter, then its chart lower, then it takes a second sheet. Returns whether all fits.
   */
  function fitToPaper(): boolean {
    for (const table of document.querySelectorAll('.table-frame > table'))
      for (const remedy of ['tight', 'fixed'])
        if (table.offsetWidth > (table.parentElement?.offsetWidth ?? 0) + 1) table.classList.add(remedy);
    const cover = document.querySelector('.cover');
    const body = document.querySelector('.cover-body');
    const chart = document.querySelector('.cover .chart svg');
    if (!cover || !body) return true;
    const excess = () => body.scrollHeight - body.clientHeight;
    if (excess() > 0) cover.classList.add('tight');
    if (excess() > 0 && chart)
      chart.style.height = `${Math.max(150, chart.getBoundingClientRect().height - excess())}px`;
    if (excess() > 0) cover.classList.add('tall');
    return document.documentElement.scrollWidth <= cover.offsetWidth + 1;
  }

  /** A drawing ends at its edge, and so do the words in it. What reaches over by less than a pixel is antialiasing. */
  function clippedInCharts(): string[] {
    return [...document.querySelectorAll('.chart svg, .trend svg')].flatMap((svg) => {
      const edge = svg.getBoundingClientRect();
      return [...svg.querySelectorAll('text')]
        .filter((text) => {
          const box = text.getBoundingClientRect();
          // Letters do not fill their line: a third of it above and below is air.
          const air = box.height / 3;
          const isOut =
            box.left < edge.left - 1 ||
            box.right > edge.right + 1 ||
            box.top + air < edge.top - 1 ||
            box.bottom - air > edge.bottom + 1;
          return box.width > 0 && isOut;
        })
        .map((text) => `"${text.textContent}" in ${svg.closest('[id]')?.getAttribute('id') ?? 'a chart'}`);
    });
  }

  /** Cells whose words stick out into the next column, and a cover that is longer than its sheet. */
  function clippedInBoxes(): string[] {
    const cells = [...document.querySelectorAll('td, th')].filter((cell) => cell.scrollWidth > cell.clientWidth + 1);
    const cover = document.querySelector('.cover');
    return [
      ...cells.map((cell) => `"${cell.textContent}" in ${cell.closest('[id]')?.getAttribute('id') ?? 'a table'}`),
      ...(cover && !cover.classList.contains('tall') && cover.scrollHeight > cover.clientHeight + 1
        ? ['the end of the cover']
        : []),
    ];
  }

  /**
   * Words below the contrast of WCAG 2.2 AA, as the page shows them: a style sheet or a template of the workspace may have
   * changed what a brand was corrected to. The rows of a table are alike, so two of each stand for all; words of charts lie on
   * shapes and have the colours of the theme.
   */
  function faintWords(): string[] {
    const faint = new Map<string, string>();
    for (const element of document.querySelectorAll('body *:not(svg, svg *, tr + tr + tr *, [aria-hidden] *)')) {
      const words = [...element.childNodes]
        .filter(({ nodeType, textContent }) => nodeType === 3 && textContent.trim() !== '')
        .map(({ textContent }) => textContent.trim())
        .join(' ');
      if (words === '') continue;
      const { color, fontSize, fontWeight } = getComputedStyle(element);
      const ground = groundOf(element);
      if (!ground) continue;
      const size = Number.parseFloat(fontSize);
      const least = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5;
      const contrast = contrastOf(channelsOf(color), ground);
      // What rounding to eight bits takes away is no fault.
      if (contrast < least - 0.05)
        faint.set(
          `${color} ${ground.join()}`,
          `"${words.slice(0, 60)}" has a contrast of ${contrast.toFixed(1)} where ${least} is the least`,
        );
    }
    return [...faint.values()];
  }

  /** The colour behind an element; nothing where a picture lies there. */
  function groundOf(element: PrintedElement): readonly number[] | undefined {
    for (let box: PrintedElement | null = element; box; box = box.parentElement) {
      const { backgroundColor, backgroundImage } = getComputedStyle(box);
      if (backgroundImage !== 'none') return undefined;
      const channels = channelsOf(backgroundColor);
      if ((channels[3] ?? 1) > 0.99) return channels;
    }
    return [255, 255, 255];
  }

  /** `rgb(18, 53, 91)`, `rgba(0, 0, 0, 0)`, `color(srgb 0.1 0.2 0.3)`. */
  function channelsOf(colour: string): number[] {
    const numbers = (colour.match(/[\d.]+(?:e-?\d+)?/gu) ?? []).map(Number);
    return colour.startsWith('color(') ? numbers.map((one, index) => (index < 3 ? one * 255 : one)) : numbers;
  }

  function contrastOf(a: readonly number[], b: readonly number[]): number {
    const luminance = (channels: readonly number[]) =>
      [0.2126, 0.7152, 0.0722].reduce((sum, weight, index) => {
        const part = (channels[index] ?? 0) / 255;
        return sum + weight * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
      }, 0);
    const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  }

  /** From a layout in columns of the size of a page, which break where pages do. It stays, as it is for the window alone. */
  function predictPages(): Record<string, number> {
    const pages: Record<string, number> = {};
    const body = document.querySelector('.document');
    const slots = [...document.querySelectorAll('.page-slot')];
    if (!body || slots.length === 0) return pages;
    const cover = document.querySelector('.cover');
    const firstPage = 1 + (cover ? 1 : 0) + (cover?.classList.contains('tall') ? 1 : 0);
    body.classList.add('in-columns');
    const { left, width } = body.getBoundingClientRect();
    for (const slot of slots) {
      const id = slot.getAttribute('data-target') ?? '';
      const target = document.getElementById(id);
      if (target) pages[id] = firstPage + Math.floor((target.getBoundingClientRect().left - left + 1) / width);
    }
    return pages;
  }
}

/** Returns how many entries have no page. */
export function fillContents(pages: Readonly<Record<string, number>>): number {
  let unfilled = 0;
  for (const slot of document.querySelectorAll('.page-slot')) {
    const number = pages[slot.getAttribute('data-target') ?? ''];
    slot.textContent = number === undefined ? '' : String(number);
    if (number === undefined) unfilled++;
  }
  return unfilled;
}
