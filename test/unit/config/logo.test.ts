import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { checkLogo } from '../../../src/config/logo.ts';

const NS = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"';

function check(svg: string): string | undefined {
  const checked = checkLogo(Buffer.from(svg));
  return 'url' in checked ? undefined : checked.problem;
}

/** A PNG of one colour; its check sums are not looked at by us. */
function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const magic = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    magic,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync('\0')),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('a logo', () => {
  test('is passed on byte for byte as a data URL', () => {
    const svg = `<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn by hand -->\n<svg ${NS}><title>A &amp; B</title><path d="M0 0h8"/></svg>\n`;
    expect(checkLogo(Buffer.from(svg))).toEqual({
      url: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
    });
    const picture = png(16, 16);
    expect(checkLogo(picture)).toEqual({ url: `data:image/png;base64,${picture.toString('base64')}` });
  });

  test('may be a JPEG in grey or RGB that is whole and not too large, told by its content', () => {
    const jpeg = (width: number, height: number, components = 3, end = 'ffd9') =>
      Buffer.concat([
        Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
        Buffer.from('ffc00011', 'hex'),
        Buffer.from([8, height >> 8, height & 255, width >> 8, width & 255, components]),
        Buffer.from(`011100021101031101ffda${end}`, 'hex'),
      ]);
    expect(checkLogo(jpeg(400, 100))).toMatchObject({ url: expect.stringMatching(/^data:image\/jpeg;base64,/) });
    expect(checkLogo(jpeg(400, 100, 4))).toEqual({ problem: 'is a JPEG in CMYK; export it in RGB' });
    expect(checkLogo(jpeg(9000, 100))).toEqual({ problem: 'is 9000 by 100 pixels; at most 8192 a side' });
    expect(checkLogo(jpeg(400, 100, 3, '0000'))).toEqual({ problem: 'is a damaged JPEG' });
    expect(checkLogo(Buffer.from('ffd8ff', 'hex'))).toEqual({ problem: 'is a damaged JPEG' });
  });

  test.each([
    [`<svg ${NS}><defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs><rect fill="url(#g)"/></svg>`],
    [`<svg ${NS}><style>.a{fill:#12355b} /* note */ .b{fill:url("#g")}</style><g class="a"><use href="#x"/></g></svg>`],
    [
      `<svg ${NS} xmlns:xlink="http://www.w3.org/1999/xlink" aria-label="Smith &amp; Sons"><use xlink:href="#x"/></svg>`,
    ],
    [`\uFEFF<svg ${NS}><path d="M0 0" style="fill:#fff;stroke:none" data-note="a > b"/></svg>`],
  ])('may draw and refer to its own parts: %s', (svg) => {
    expect(check(svg)).toBeUndefined();
  });

  test.each([
    ['<script>alert(1)</script>', 'a <script> element'],
    ['<foreignObject><p>x</p></foreignObject>', 'a <foreignObject> element'],
    ['<image href="data:image/png;base64,AAAA"/>', 'a <image> element'],
    ['<a href="https://evil.example"><path d="M0 0"/></a>', 'a <a> element'],
    ['<animate attributeName="href" to="javascript:x"/>', 'a <animate> element'],
    ['<h:script xmlns:h="http://www.w3.org/1999/xhtml"/>', 'a <h:script> element'],
    ['<SCRIPT>x</SCRIPT>', 'a <SCRIPT> element'],
    ['<path onclick="x()"/>', 'the event handler onclick'],
    ['<path ONLOAD="x()"/>', 'the event handler ONLOAD'],
    ['<path ev:onload="x()"/>', 'the event handler ev:onload'],
    ['<use href="https://evil.example/a.svg#x"/>', 'refers to "https://evil.example/a.svg#x"'],
    ['<use xlink:href="//evil.example/a.svg#x"/>', 'refers to'],
    ['<use href="&#106;avascript:x"/>', 'refers to'],
    ['<path fill="url(https://evil.example/a.svg#x)"/>', 'refers to'],
    ['<path fill="url(&quot;https://evil.example&quot;)"/>', 'refers to'],
    ['<path fill="URL ( //evil.example )"/>', 'refers to'],
    ['<path style="fill:u\\72l(//evil.example)"/>', 'an escape'],
    ['<path style="fill:url(/*#x*/ //evil.example)"/>', 'refers to'],
    ['<style>@import "//evil.example/a.css";</style>', 'a style that is not allowed'],
    ['<style>@im/**/port "//evil.example/a.css";</style>', 'a style that is not allowed'],
    ['<style>@im<!-- -->port "//evil.example/a.css";</style>', 'markup inside <style>'],
    ['<style><![CDATA[@import "//evil.example"]]></style>', 'markup inside <style>'],
    ['<style>&#64;import "//evil.example/a.css";</style>', 'a style that is not allowed'],
    ['<style>a{background:image-set("//evil.example/a.png" 1x)}</style>', 'a style that is not allowed'],
    ['<style>@charset "/*"; @import "//evil.example/a.css"; a{b:"*/"}</style>', 'a style that is not allowed'],
    ['<path style=\'a:"/*";b:image-set("//evil.example/a.png" 1x);c:"*/"\'/>', 'a style that is not allowed'],
    ['<style>@font-face{src:url(#x)}</style>', 'a style that is not allowed'],
    ['<path xml:base="https://evil.example/"/>', 'xml:base'],
    ['<g xmlns="http://www.w3.org/1999/xhtml"/>', 'the namespace'],
    ['<path d="&xxe;"/>', 'a character reference'],
    ['<text>&xxe;</text>', 'a character reference'],
    ['<text>&#0;</text>', 'a character reference'],
    ['<path d="M0" d="M1"/>', 'd twice'],
    ['<path d=M0/>', 'markup that is not allowed'],
    ['<?xml-stylesheet href="//evil.example/a.css"?>', 'markup that is not allowed'],
    ['<![CDATA[<script>]]>', 'markup that is not allowed'],
    ['<g><path/>', 'a damaged SVG'],
    ['<g></path>', 'a damaged SVG'],
    ['<!-- no end', 'a comment does not end'],
  ])('may not hold %s', (part, problem) => {
    expect(check(`<svg ${NS} xmlns:xlink="http://www.w3.org/1999/xlink">${part}</svg>`)).toContain(problem);
  });

  test.each([
    ['<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg/>', 'markup that is not allowed'],
    ['<svg viewBox="0 0 8 8"/>', 'no program shows it'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'has no size'],
    [`<svg ${NS}/><svg ${NS}/>`, 'neither an SVG nor a PNG nor a JPEG picture'],
    [`<svg ${NS}/>and more`, 'neither an SVG nor a PNG nor a JPEG picture'],
    [`<html><svg ${NS}/></html>`, 'neither an SVG nor a PNG nor a JPEG picture'],
    ['GIF89a', 'neither an SVG nor a PNG nor a JPEG picture'],
    ['', 'is empty'],
  ])('is not %j', (svg, problem) => {
    expect(check(svg)).toContain(problem);
  });

  test('is not a PNG that is damaged or would unpack to gigabytes', () => {
    const whole = png(16, 16);
    expect(checkLogo(whole.subarray(0, 30))).toEqual({ problem: 'is a damaged PNG' });
    expect(checkLogo(Buffer.concat([whole, Buffer.from('<script>, and more after the end')]))).toEqual({
      problem: 'is a damaged PNG',
    });
    expect(checkLogo(png(0, 5))).toEqual({ problem: 'is a damaged PNG' });
    expect(checkLogo(png(60_000, 60_000))).toEqual({ problem: 'is 60000 by 60000 pixels; at most 8192 a side' });
  });

  test('is not bytes that are no text', () => {
    expect(checkLogo(Buffer.from([0x1f, 0x8b, 0x08, 0xff]))).toEqual({
      problem: 'is neither an SVG nor a PNG nor a JPEG picture',
    });
  });

  test('of hostile length is judged at once', () => {
    const startedAt = performance.now();
    check(`<svg ${NS}>${'<g '.repeat(100_000)}`);
    check(`<svg ${NS}><path ${'a="b" '.repeat(60_000)}`);
    check(`<svg ${NS}>${'<g>'.repeat(100_000)}`);
    check(`<svg ${NS}><style>${'/*'.repeat(150_000)}</style></svg>`);
    check(`<svg ${NS}>${'<!--'.repeat(100_000)}`);
    check(`<svg ${NS}><path style="${'url( '.repeat(60_000)}"/></svg>`);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});
