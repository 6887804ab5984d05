// chartjs-node-canvas asks for `canvas`, which compiles against system libraries. This package answers in its place with
// @napi-rs/canvas, whose node-canvas face lacks one thing: the bytes of an SVG canvas. They can be taken once.
const napi = require('@napi-rs/canvas/node-canvas');

function createCanvas(width, height, type) {
  const canvas = napi.createCanvas(width, height, type);
  if (type === 'svg') canvas.toBuffer = () => canvas.getContent();
  return canvas;
}

module.exports = { ...napi, createCanvas };
