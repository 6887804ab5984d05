export { type BrowserHandle, openBrowser } from './browser.ts';
export { describeBrowser } from './describe-browser.ts';
export { type HtmlParts, renderHtml } from './html.ts';
export { renderRuleFile } from './rule-file.ts';
export { renderSummary } from './summary.ts';
