export { type BrowserHandle, openBrowser } from './browser.ts';
export { describeBrowser } from './describe-browser.ts';

export { frameTexts, type HtmlParts, renderHtml } from './html.ts';
export { shownAs } from './pieces.ts';
export { renderRuleFile } from './rule-file.ts';
export { foldBlanks, readShownTexts } from './shown-texts.ts';

export { renderSummary } from './summary.ts';
