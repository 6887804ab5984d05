// The browser comes from the machine or from an npm package (src/render/browser.ts), never from an install-time download.
module.exports = { skipDownload: true };
