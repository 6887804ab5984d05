export { type BrowserHandle, openBrowser, type PrintJob } from './browser.ts';
export { type BrowserDescription, describeBrowser } from './describe-browser.ts';
export { type HtmlParts, renderHtml } from './html.ts';
export type { BrowserOptions } from './launch-browser.ts';
export { renderSummary } from './summary.ts';
