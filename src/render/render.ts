export { type BrowserHandle, openBrowser } from './browser.ts';
export { describeBrowser } from './describe-browser.ts';
<<<<<<< HEAD
export { type HtmlParts, renderHtml } from './html.ts';
export { renderRuleFile } from './rule-file.ts';
=======
export { frameTexts, type HtmlParts, renderHtml } from './html.ts';
export { shownAs } from './pieces.ts';
export { foldBlanks, readShownTexts } from './shown-texts.ts';
>>>>>>> 3ef9b29 (Proofread every report before it is published: each number is parsed back and compared with its value, each claim looked up in the model)
export { renderSummary } from './summary.ts';
