// The one script of a report: it makes reading easier and shows nothing that the page does not say. Without it the page lacks
// these controls and nothing else. It asks nothing of anybody and writes nothing down.
{
  const root = document.documentElement;
  const { locale, timeZone } = root.dataset;
  // Of a report in another language, what it says in place of these words.
  const words = JSON.parse(document.querySelector('script.words')?.textContent ?? '{}');
  const word = (text, ...values) => (words[text] ?? text).replace(/\{(\d)\}/gu, (_, place) => values[place]);

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const button = (text, onclick, properties = {}) =>
    make('button', { type: 'button', textContent: text, onclick, ...properties });

  // A button that copies; where the clipboard is closed, what was meant is marked, ready for the keyboard.
  const copyButton = (name, what, textOf, target) => {
    const element = button(name, () => {
      const say = (text) => {
        element.textContent = text;
        setTimeout(() => {
          element.textContent = name;
        }, 2000);
      };
      const mark = () => {
        getSelection().selectAllChildren(target);
        say(word('Selected'));
      };
      if (!navigator.clipboard) return mark();
      navigator.clipboard.writeText(textOf()).then(() => say(word('Copied')), mark);
    });
    element.className = 'tool';
    element.setAttribute('aria-label', `${name}: ${what}`);
    return element;
  };
  const titleOf = (block) => block.querySelector('.exhibit-title, h3')?.textContent.trim() ?? '';

  // ---- Contents: where the reader is; the page's own tools

  const contents = document.querySelector('.contents');
  // A short document has none.
  const links = new Map([...(contents?.querySelectorAll('a') ?? [])].map((link) => [link.hash.slice(1), link]));
  const seen = new Set();
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) seen[isIntersecting ? 'add' : 'delete'](target);
      const first = [...document.querySelectorAll('.chapter')].find((chapter) => seen.has(chapter));
      for (const link of links.values()) link.removeAttribute('aria-current');
      links.get(first?.getAttribute('aria-labelledby'))?.setAttribute('aria-current', 'true');
    },
    { rootMargin: '0px 0px -60% 0px' },
  );
  for (const chapter of document.querySelectorAll('.chapter')) watcher.observe(chapter);

  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : prefersDark.matches);
  const theme = button('', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    nameTheme();
  });
  const nameTheme = () => {
    theme.textContent = isDark() ? word('Light') : word('Dark');
    theme.setAttribute('aria-label', isDark() ? word('Light colours') : word('Dark colours'));
  };
  prefersDark.addEventListener('change', nameTheme);
  nameTheme();
  const tools = make(
    'div',
    { className: 'tools' },
    button(word('Print'), () => print()),
    theme,
  );
  for (const tool of tools.children) tool.className = 'tool';
  if (contents) contents.append(tools);
  else document.querySelector('.chapters').prepend(tools);

  // ---- Rules: copied line by line

  for (const block of document.querySelectorAll('.block.code')) {
    const text = () => [...block.querySelectorAll('.code-line')].map((line) => line.textContent).join('\n');
    block.prepend(copyButton(word('Copy'), titleOf(block), text, block.querySelector('code')));
  }

  // ---- Tables: sorted by a column, copied as CSV

  // A cell that a spreadsheet would run begins with an apostrophe.
  const csvCell = (cell) => {
    if (cell.dataset.exact) return cell.dataset.exact;
    const text = cell.textContent.trim().replace(/\s+/gu, ' ');
    const safe = /^[=+\-@]/u.test(text) ? `'${text}` : text;
    return /[",\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const keyOf = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.sort ? Number(cell.dataset.sort) : cell.textContent.trim();
  };
  // Numbers before words: what is not known stands at the end either way.
  const compare = (a, b, sign) => {
    if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
    return sign * (typeof a === 'number' ? a - b : a.localeCompare(b, locale, { numeric: true }));
  };

  for (const block of document.querySelectorAll('.block.table')) {
    const table = block.querySelector('table');
    const body = table.tBodies[0];
    const open = [...body.rows].filter((row) => !row.classList.contains('closing'));
    const csv = () => [...table.rows].map((row) => [...row.cells].map(csvCell).join(',')).join('\n');
    block.querySelector('.exhibit-title').before(copyButton('CSV', titleOf(block), csv, table));
    if (open.length < 3) continue;
    for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
      const sort = () => {
        const isNumber = open.some((row) => row.cells[column].dataset.sort);
        const before = head.getAttribute('aria-sort');
        const direction =
          before === null
            ? isNumber
              ? 'descending'
              : 'ascending'
            : before === 'ascending'
              ? 'descending'
              : 'ascending';
        for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', direction);
        const sign = direction === 'ascending' ? 1 : -1;
        const sorted = [...open].sort((a, b) => compare(keyOf(a, column), keyOf(b, column), sign));
        body.prepend(...sorted);
      };
      head.replaceChildren(make('button', { type: 'button', className: 'sort', onclick: sort }, ...head.childNodes));
    }
  }

  // What scrolls sideways can be reached and scrolled by keyboard.
  const scrolling = new ResizeObserver((entries) => {
    for (const { target } of entries) target.tabIndex = target.scrollWidth > target.clientWidth ? 0 : -1;
  });
  for (const frame of document.querySelectorAll('.table-frame, .chart')) scrolling.observe(frame);

  // ---- Figures: exact values by pointer and keyboard, a closer look at a part of the time

  const clock = new Intl.DateTimeFormat(locale, {
    timeZone,
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const clockShort = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const clockSeconds = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const dayShort = new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'short' });
  const SYMBOLS = {
    'requests/s': 'rps',
    'packets/s': 'pps',
    'connections/s': 'cps',
    'queries/s': 'qps',
    'events/s': 'eps',
    'bits/s': 'bps',
    count: '',
  };
  const exactNumber = (value) =>
    new Intl.NumberFormat(
      locale,
      Math.abs(value) >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 },
    ).format(value);
  const written = (value, unit) => {
    if (value === null || value === undefined) return word('no data');
    if (unit === 'share') return `${exactNumber(value * 100)} %`;
    return `${exactNumber(value)} ${SYMBOLS[unit] ?? word(unit)}`.trim();
  };

  const SVG = 'http://www.w3.org/2000/svg';
  const shape = (tag, attributes, text) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    return element;
  };

  const roundStep = (least) => {
    const power = 10 ** Math.floor(Math.log10(least));
    return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= least * 0.999);
  };
  const axisLabel = (value, unit) => {
    if (unit === 'share') return `${exactNumber(value * 100)} %`;
    const index = value === 0 ? 0 : Math.max(0, Math.min(6, Math.floor(Math.log10(Math.abs(value)) / 3)));
    return `${exactNumber(value / 1000 ** index)} ${['', 'k', 'M', 'G', 'T', 'P', 'E'][index]}`.trim();
  };
  const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400].map(
    (s) => s * 1000,
  );

  // How far local time is ahead of UTC: ticks stand at round local times.
  const offsetAt = (at) => {
    const part = Object.fromEntries(
      new Intl.DateTimeFormat('en-GB', {
        timeZone,
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
        hourCycle: 'h23',
      })
        .formatToParts(at)
        .map(({ type, value }) => [type, Number(value)]),
    );
    return (
      Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - Math.floor(at / 1000) * 1000
    );
  };

  /** The buckets `from` to `to`, drawn anew: one strip for each unit, steps as wide as their time. */
  const drawPart = (reading, from, to) => {
    const WIDTH = 680;
    const PANEL = 170;
    const LEFT = 56;
    const RIGHT = WIDTH - 14;
    const units = [...new Set(reading.series.map(({ unit }) => unit))];
    const height = units.length * (PANEL + 30) + 34;
    const svg = shape('svg', {
      viewBox: `0 0 ${WIDTH} ${height}`,
      'font-size': '9.5',
      'font-family': 'Inter, sans-serif',
      'aria-hidden': 'true',
    });
    const x = (index) => LEFT + ((index - from) / (to - from)) * (RIGHT - LEFT);
    for (const [nth, unit] of units.entries()) {
      const series = reading.series.filter((one) => one.unit === unit);
      const top = nth * (PANEL + 30) + 24;
      const bottom = top + PANEL;
      const floors = new Array(to - from).fill(0);
      const tops = series.map(({ values, stacked }) =>
        floors.map((floor, i) => {
          const value = values[from + i] ?? null;
          if (value === null) return null;
          if (stacked) floors[i] = floor + value;
          return stacked ? [floor, floor + value] : [0, value];
        }),
      );
      const largest = Math.max(0, ...tops.flat().map((span) => span?.[1] ?? 0)) || 1;
      const step = roundStep(largest / 4);
      const symbol = unit === 'share' ? '' : (SYMBOLS[unit] ?? word(unit));
      svg.append(shape('text', { x: LEFT - 6, y: top - 10, 'text-anchor': 'end', fill: '#52606d' }, symbol));
      const ceiling = Math.ceil(largest / step - 1e-9) * step;
      const y = (value) => bottom - (value / ceiling) * PANEL;
      for (let value = 0; value <= ceiling + step / 2; value += step) {
        svg.append(shape('path', { d: `M${LEFT} ${y(value)}H${RIGHT}`, stroke: '#e4e7eb', fill: 'none' }));
        svg.append(
          shape(
            'text',
            { x: LEFT - 6, y: y(value) + 3.5, 'text-anchor': 'end', fill: '#52606d' },
            axisLabel(value, unit),
          ),
        );
      }
      let nameX = LEFT;
      for (const [one, { label, colour, stacked }] of series.entries()) {
        svg.append(shape('rect', { x: nameX, y: top - 18, width: 9, height: 9, fill: colour }));
        const name = shape('text', { x: nameX + 13, y: top - 10, fill: '#1f2933' }, label);
        svg.append(name);
        nameX += 26 + label.length * 5.6;
        let d = '';
        let previous = null;
        for (const [i, span] of tops[one].entries()) {
          if (span === null) {
            previous = null;
            continue;
          }
          const [left, right] = [x(from + i), x(from + i + 1)];
          if (stacked) d += span[1] === span[0] ? '' : `M${left} ${y(span[0])}V${y(span[1])}H${right}V${y(span[0])}Z`;
          else d += `${previous === null ? 'M' : 'L'}${left} ${y(span[1])}H${right}`;
          previous = span;
        }
        if (d !== '')
          svg.append(
            shape('path', stacked ? { d, fill: colour } : { d, fill: 'none', stroke: colour, 'stroke-width': '1.5' }),
          );
      }
      svg.append(shape('path', { d: `M${LEFT} ${bottom}H${RIGHT}`, stroke: '#7b8794', fill: 'none' }));
      if (nth < units.length - 1) continue;
      const [start, end] = [from, to].map((index) => reading.start + index * reading.intervalMs);
      const tickStep = TIME_STEPS.find((candidate) => (end - start) / candidate <= 8) ?? TIME_STEPS.at(-1);
      const offset = offsetAt(start);
      const writer = tickStep >= 86400000 ? dayShort : tickStep >= 60000 ? clockShort : clockSeconds;
      for (let at = Math.ceil((start + offset) / tickStep) * tickStep - offset; at <= end; at += tickStep) {
        const left = LEFT + ((at - start) / (end - start)) * (RIGHT - LEFT);
        svg.append(shape('path', { d: `M${left} ${bottom}v3`, stroke: '#7b8794', fill: 'none' }));
        svg.append(
          shape('text', { x: left, y: bottom + 15, 'text-anchor': 'middle', fill: '#52606d' }, writer.format(at)),
        );
      }
    }
    svg.dataset.plot = `${LEFT} 24 ${RIGHT} ${height - 34}`;
    return svg;
  };

  for (const figure of document.querySelectorAll('.figure')) {
    const source = figure.querySelector('script.reading');
    if (!source || !figure.querySelector('svg[data-plot]')) continue;
    const reading = JSON.parse(source.textContent);
    const chart = figure.querySelector('.chart');
    const whole = chart.querySelector('svg');
    const count =
      reading.along === 'ranks' ? reading.ranks.length : Math.max(...reading.series.map(({ values }) => values.length));
    let shown = { svg: whole, from: 0, to: count };

    const frame = make('div', { className: 'chart-frame' });
    const cursor = make('div', { className: 'cursor', hidden: true });
    chart.before(frame);
    frame.append(chart);
    chart.append(cursor);
    const slider = make('input', { type: 'range', className: 'reader', min: 0, max: count - 1, value: 0 });
    slider.setAttribute('aria-label', word('Values of {0}', titleOf(figure)));
    const output = make('p', { className: 'reading-text' });
    output.append(
      make('span', {
        className: 'reading-hint',
        textContent: word('Point at the chart or move the slider to read its values.'),
      }),
    );

    /** The plot in px of the page, from the left of the chart. */
    const plot = () => {
      const [left, top, right, bottom] = shown.svg.dataset.plot.split(' ').map(Number);
      const box = shown.svg.getBoundingClientRect();
      const scale = box.width / shown.svg.viewBox.baseVal.width;
      return { left: left * scale, top: top * scale, right: right * scale, bottom: bottom * scale, box };
    };
    const positionOf = (index) => {
      const { left, right } = plot();
      if (reading.along === 'ranks') {
        const most = Math.log(Math.max(2, reading.ranks.at(-1)));
        return left + (Math.log(reading.ranks[index]) / most) * (right - left);
      }
      return left + ((index + 0.5 - shown.from) / (shown.to - shown.from)) * (right - left);
    };
    const indexAt = (clientX) => {
      const { left, right, box } = plot();
      const share = Math.min(1, Math.max(0, (clientX - box.left - left) / (right - left)));
      if (reading.along === 'ranks') {
        const rank = Math.max(2, reading.ranks.at(-1)) ** share;
        return reading.ranks.reduce(
          (best, one, i) => (Math.abs(one - rank) < Math.abs(reading.ranks[best] - rank) ? i : best),
          0,
        );
      }
      return Math.min(shown.to - 1, Math.floor(shown.from + share * (shown.to - shown.from)));
    };
    const whereOf = (index) => {
      if (reading.along === 'ranks') return word('Top {0}', exactNumber(reading.ranks[index]));
      const at = reading.start + index * reading.intervalMs;
      return word('{0} to {1}', clock.format(at), clockSeconds.format(at + reading.intervalMs));
    };
    /** Of many rows those with most, the one under the pointer first. */
    const readAt = (index, row) => {
      const all = reading.series.map(({ label, unit, values }) => ({ label, unit, value: values[index] ?? null }));
      if (!reading.rows) return all;
      const others = all.filter((_, i) => i !== row).sort((a, b) => (b.value ?? -1) - (a.value ?? -1));
      return [...(row === undefined ? [] : [all[row]]), ...others].slice(0, 4);
    };
    const show = (index, row) => {
      const values = readAt(index, row).map(({ label, unit, value }) => `${label}: ${written(value, unit)}`);
      output.replaceChildren(make('strong', { textContent: whereOf(index) }), ` ${values.join(' · ')}`);
      slider.setAttribute('aria-valuetext', `${whereOf(index)}: ${values.join(', ')}`);
      const { top, bottom } = plot();
      cursor.hidden = false;
      cursor.style.left = `${positionOf(index)}px`;
      cursor.style.top = `${top}px`;
      cursor.style.height = `${bottom - top}px`;
    };
    slider.addEventListener('input', () => show(Number(slider.value)));
    slider.addEventListener('focus', () => show(Number(slider.value)));

    const zoomTo = (from, to) => {
      const isWhole = to - from >= count;
      if (shown.svg !== whole) shown.svg.remove();
      whole.style.display = isWhole ? '' : 'none';
      shown = isWhole ? { svg: whole, from: 0, to: count } : { svg: drawPart(reading, from, to), from, to };
      if (!isWhole) chart.prepend(shown.svg);
      Object.assign(slider, { min: shown.from, max: shown.to - 1 });
      slider.value = Math.min(shown.to - 1, Math.max(shown.from, Number(slider.value)));
      zoomOut.hidden = isWhole;
      place();
      show(Number(slider.value));
    };
    const around = () => {
      const length = Math.max(4, Math.ceil((shown.to - shown.from) / 3));
      const middle = Number(slider.value);
      const from = Math.max(0, Math.min(count - length, middle - Math.floor(length / 2)));
      zoomTo(from, Math.min(count, from + length));
    };
    const zoomIn = button(word('Zoom in'), around, { className: 'tool' });
    const zoomOut = button(word('Whole period'), () => zoomTo(0, count), { className: 'tool', hidden: true });
    const canZoom = reading.along === 'time' && !reading.rows && count > 8;
    const bar = make('div', { className: 'reader-bar' }, output, ...(canZoom ? [zoomIn, zoomOut] : []));
    frame.append(slider);
    frame.after(bar);

    // The slider lies under the plot and is as wide.
    const place = () => {
      const { left, right } = plot();
      slider.style.marginLeft = `${Math.max(0, left - 8)}px`;
      slider.style.width = `${right - left + 16}px`;
    };
    new ResizeObserver(place).observe(frame);

    let from;
    const dragged = make('div', { className: 'dragged', hidden: true });
    chart.append(dragged);
    chart.addEventListener('pointerdown', (event) => {
      if (canZoom && event.button === 0 && event.pointerType === 'mouse') from = event.clientX;
    });
    chart.addEventListener('pointermove', (event) => {
      const index = indexAt(event.clientX);
      const { top, bottom, box } = plot();
      const row = reading.rows
        ? Math.floor(((event.clientY - box.top - top) / (bottom - top)) * Math.min(40, reading.series.length))
        : undefined;
      slider.value = index;
      show(index, reading.series[row] ? row : undefined);
      if (from === undefined) return;
      const [left, right] = [Math.min(from, event.clientX), Math.max(from, event.clientX)];
      dragged.hidden = right - left < 8;
      Object.assign(dragged.style, {
        left: `${left - box.left}px`,
        width: `${right - left}px`,
        top: `${top}px`,
        height: `${bottom - top}px`,
      });
    });
    const drop = (event) => {
      if (from === undefined) return;
      const [first, last] = [indexAt(Math.min(from, event.clientX)), indexAt(Math.max(from, event.clientX)) + 1];
      const isDrag = Math.abs(event.clientX - from) >= 8;
      from = undefined;
      dragged.hidden = true;
      if (isDrag && last - first >= 2) zoomTo(first, last);
    };
    chart.addEventListener('pointerup', drop);
    chart.addEventListener('pointerleave', () => {
      from = undefined;
      dragged.hidden = true;
    });
  }
}
