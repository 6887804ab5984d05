export { type BrowserHandle, openBrowser } from './browser.ts';
export { describeBrowser } from './describe-browser.ts';
export type { HtmlParts } from './html.ts';
export { readPdfText } from './pdf-text.ts';
export { shownAs } from './pieces.ts';
export { renderRuleFile } from './rule-file.ts';
export { foldBlanks, readShownTexts } from './shown-texts.ts';

export { renderSummary } from './summary.ts';

/** The page and its template engine take a twentieth of a second to load, which reports without one are spared. */
export function loadHtml(): Promise<typeof import('./html.ts')> {
  return import('./html.ts');
}
