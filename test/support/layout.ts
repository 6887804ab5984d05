/**
 * What is wrong with the layout of an open report, as a script for its page: words of a chart that lie over each other or reach
 * out of it, boxes that are wider than the page, and text that is cut off at the edge of its box.
 */
export const LAYOUT_FAULTS = `(() => {
  const faults = [];
  const nameOf = (element) => element.closest('[id]')?.id ?? element.tagName;
  for (const svg of document.querySelectorAll('.chart svg, .trend svg')) {
    const edge = svg.getBoundingClientRect();
    const words = [...svg.querySelectorAll('text')]
      .map((text) => ({ said: text.textContent, box: text.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0)
      // Letters do not fill their line: a quarter of it above and below is air.
      .map(({ said, box }) => ({ said, left: box.left, right: box.right, top: box.top + box.height / 4, bottom: box.bottom - box.height / 4 }));
    for (const one of words)
      if (one.left < edge.left - 1 || one.right > edge.right + 1 || one.top < edge.top - 1 || one.bottom > edge.bottom + 1)
        faults.push('"' + one.said + '" reaches out of ' + nameOf(svg));
    for (let i = 0; i < words.length; i++)
      for (let j = i + 1; j < words.length; j++) {
        const [a, b] = [words[i], words[j]];
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
          faults.push('"' + a.said + '" and "' + b.said + '" lie over each other in ' + nameOf(svg));
      }
  }
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) faults.push('the page scrolls sideways');
  const scrolls = (element) => {
    for (let box = element.parentElement; box; box = box.parentElement)
      if (/auto|scroll/.test(getComputedStyle(box).overflowX)) return true;
    return false;
  };
  for (const element of document.querySelectorAll('body *:not(svg *)')) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height <= 1) continue;
    if ((box.right > width + 1 || box.left < -1) && !scrolls(element)) faults.push(nameOf(element) + ' is wider than the page: ' + element.textContent.slice(0, 40));
    const { overflowX } = getComputedStyle(element);
    if (/hidden|clip/.test(overflowX) && element.scrollWidth > element.clientWidth + 1) faults.push(nameOf(element) + ' is cut off');
    if (/^T[DH]$/.test(element.tagName) && element.scrollWidth > element.clientWidth + 1) faults.push('"' + element.textContent + '" sticks out of its column in ' + nameOf(element));
  }
  return faults;
})()`;
