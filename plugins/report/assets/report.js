'use strict';
// Draws the charts of a Weir report from the JSON beside them. Without it the page still holds every number.
(() => {
  const SVG_LIMIT = 2000;  // Marks; beyond it the page draws on canvas.
  const TOP_BARS = 12;
  const root = document.documentElement;
  const drawn = [];

  const color = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const palette = () => [0, 1, 2, 3, 4, 5].map((i) => color(`--s${i}`));
  const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
  const FONT = getComputedStyle(document.body).fontFamily;

  // ---- numbers ----
  const group = (value, digits) => value.toLocaleString('en-US', {maximumFractionDigits: digits, minimumFractionDigits: digits});
  function plain(value) {
    const size = Math.abs(value);
    if (Number.isInteger(value) || size >= 1000) return group(value, 0);
    return value.toLocaleString('en-US', {maximumFractionDigits: size >= 100 ? 1 : size >= 1 ? 2 : 4});
  }
  function scaled(value, steps, digits = 1) {
    const [size, name] = steps.find(([limit]) => Math.abs(value) >= limit) || [1, steps.at(-1)[1]];
    return (value / size).toLocaleString('en-US', {maximumFractionDigits: digits}) + name;
  }
  const BYTES = [[1e15, ' PB'], [1e12, ' TB'], [1e9, ' GB'], [1e6, ' MB'], [1e3, ' kB'], [1, ' B']];
  const SHORT = [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'k']];
  function withUnit(column, value, digits) {
    const sign = value < 0 ? '\u2212' : '';
    const size = digits(Math.abs(value));
    if (column.format === 'money') return sign + (column.unit || '$') + size;
    if (column.unit === '%') return sign + size + '%';
    return sign + size + (column.unit ? ' ' + column.unit : '');
  }
  function full(column, value) {
    if (value === null || value === undefined) return '\u2013';
    if (column.format === 'percent') return group(value * 100, 1) + '%';
    if (column.format === 'bytes') return scaled(value, BYTES);
    return withUnit(column, value, column.format === 'money' ? (v) => group(v, v < 10000 ? 2 : 0) : plain);
  }
  // On an axis: short, because it is read at a glance.
  function brief(column, value) {
    if (column.format === 'percent') return plain(Math.round(value * 1e6) / 1e4) + '%';
    if (column.format === 'bytes') return scaled(value, BYTES);
    const digits = (v) => (v >= 1e3 ? scaled(v, SHORT, 2) : plain(v));
    // A word as a unit is in the legend; repeating it on each tick only takes room.
    const short = column.unit.length <= 3 ? column : {...column, unit: column.format === 'money' ? column.unit : ''};
    return withUnit(short, value, digits);
  }

  // ---- moments, always UTC ----
  const two = (n) => String(n).padStart(2, '0');
  const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const isMidnight = (ms) => ms % 86400000 === 0;
  function momentText(ms, withTime) {
    const d = new Date(ms);
    const day = `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`;
    if (!withTime) return day;
    return `${day} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}` + (d.getUTCSeconds() ? ':' + two(d.getUTCSeconds()) : '');
  }
  function tickText(ms, span) {
    const d = new Date(ms);
    if (span < 10 * 60000) return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
    if (!isMidnight(ms)) return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
    if (d.getUTCDate() !== 1) return `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}`;
    return d.getUTCMonth() === 0 ? String(d.getUTCFullYear()) : `${MONTHS[d.getUTCMonth()]} ${String(d.getUTCFullYear())}`;
  }

  // ---- options that all charts share ----
  const text = () => ({color: color('--faint'), fontSize: 12, fontFamily: FONT});
  const valueAxis = (column) => ({
    type: 'value', splitNumber: 4, axisLabel: {...text(), hideOverlap: true, formatter: (v) => brief(column, v)},
    splitLine: {lineStyle: {color: color('--grid')}}, axisLine: {show: false}, axisTick: {show: false},
  });
  function tooltip(rows) {
    return {
      confine: true, backgroundColor: color('--card'), borderColor: color('--line'),
      textStyle: {color: color('--ink'), fontFamily: FONT, fontSize: 13}, formatter: rows,
    };
  }
  const tip = (head, lines) => `<div class="tip"><b>${escape(head)}</b><br>${lines.map(([mark, name, value]) =>
    `<span style="color:${mark}">\u25A0</span> ${escape(name)} <b>${escape(value)}</b>`).join('<br>')}</div>`;
  const base = () => ({
    useUTC: true, animation: false, color: palette(), textStyle: {fontFamily: FONT},
    grid: {left: 2, right: 18, top: 14, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel'},
  });

  // x of the figure as ECharts wants it: a time axis, a number axis or categories.
  function timeline(data, width) {
    const x = data.columns[0];
    if (x.type !== 'moment') {
      return {
        x: x.values.map((v) => (v === null ? '\u2013' : String(v))), head: (v) => String(v),
        axis: {type: 'category', boundaryGap: false, data: x.values.map(String), axisLabel: {...text(), hideOverlap: true, margin: 12},
               axisLine: {lineStyle: {color: color('--line')}}, axisTick: {show: false}},
      };
    }
    const times = x.values.map((v) => (v === null ? null : Date.parse(v)));
    const known = times.filter((t) => t !== null);
    const span = known.length ? Math.max(...[known[0], known[known.length - 1]]) - Math.min(...[known[0], known[known.length - 1]]) : 0;
    const withTime = known.some((t) => !isMidnight(t));
    return {
      x: times, head: (t) => momentText(t, withTime),
      axis: {type: 'time', splitNumber: Math.max(2, Math.min(8, Math.floor(width / 120))), axisLabel: {...text(), hideOverlap: true, margin: 12, formatter: (t) => tickText(t, span)},
             axisLine: {lineStyle: {color: color('--line')}}, axisTick: {show: false}, splitLine: {show: false}},
    };
  }
  const lineTip = (line, columns) => tooltip((points) => {
    const list = Array.isArray(points) ? points : [points];
    const shown = list.filter((p) => columns[p.seriesName]);
    return shown.length ? tip(line.head(shown[0].value[0]), shown.map((p) =>
      [p.color, columns[p.seriesName].label, full(columns[p.seriesName], columns[p.seriesName].values[p.dataIndex])])) : '';
  });
  const byName = (columns) => Object.fromEntries(columns.map((c) => [c.name, c]));

  // Shares near the top end at 100 %: an axis beyond it would promise what cannot be.
  function shareAxis(columns) {
    const values = columns.flatMap((c) => c.values).filter((v) => v !== null);
    const isFull = columns[0].format === 'percent' && Math.min(...values) >= 0 && Math.max(...values) > 0.9 && Math.max(...values) <= 1;
    return isFull ? {min: 0, max: 1, interval: 0.25} : {};
  }

  function lineOption(data, hidden, width) {
    const line = timeline(data, width);
    const columns = data.columns.slice(1);
    const shown = columns.filter((c) => !hidden.has(c.name));
    return {
      ...base(), xAxis: line.axis, yAxis: {...valueAxis(columns[0]), ...shareAxis(columns)}, tooltip: {trigger: 'axis', ...lineTip(line, byName(columns))},
      series: shown.map((c) => ({
        type: 'line', name: c.name, showSymbol: line.x.length < 3, symbolSize: 6, connectNulls: false, data: line.x.map((x, i) => [x, c.values[i]]),
        color: palette()[columns.indexOf(c) % 6], lineStyle: {width: 2.25},
        areaStyle: columns.length === 1 ? {opacity: 0.1} : undefined, emphasis: {disabled: true},
      })),
    };
  }

  // p50, p90 and p99 as lines; the bands between them show how far the slow ones are from the usual.
  function percentileOption(data, hidden, width) {
    const option = lineOption(data, hidden, width);
    const columns = data.columns.slice(1);
    option.series.forEach((s) => { s.areaStyle = undefined; });
    if (hidden.size) return option;
    const line = timeline(data, width);
    const gap = (upper, lower, i) => (upper.values[i] === null || lower.values[i] === null ? null : upper.values[i] - lower.values[i]);
    const band = (name, values, fill) => ({
      type: 'line', name, stack: 'band', symbol: 'none', silent: true, data: line.x.map((x, i) => [x, values(i)]),
      lineStyle: {opacity: 0}, areaStyle: fill ? {color: fill, opacity: 0.14} : {opacity: 0}, tooltip: {show: false}, z: 1,
    });
    const bands = [band('\0floor', (i) => columns[0].values[i], null)];
    for (let i = 1; i < columns.length; i++) bands.push(band(`\0band${i}`, (row) => gap(columns[i], columns[i - 1], row), palette()[i]));
    option.series = [...bands, ...option.series];
    return option;
  }

  // Bars over time stand, so that time runs to the right; bars over names lie, so that the names can be read.
  function columnsOption(data, hidden, width) {
    const option = lineOption(data, hidden, width);
    option.xAxis.boundaryGap = option.xAxis.type === 'category' ? true : option.xAxis.boundaryGap;
    option.series = option.series.map((s) => ({type: 'bar', name: s.name, data: s.data, color: s.color, stack: 'all', barMaxWidth: 36, barCategoryGap: '25%'}));
    option.tooltip.axisPointer = {type: 'shadow'};
    return option;
  }
  function barRows(data) {
    const [x, ...columns] = data.columns;
    const total = (i) => columns.reduce((sum, c) => sum + (c.values[i] || 0), 0);
    let rows = x.values.map((name, i) => ({name: name === null ? '(none)' : String(name), i, total: total(i)}));
    if (data.order === 'by_value') rows = rows.sort((a, b) => b.total - a.total);
    return rows.slice(0, TOP_BARS);
  }
  function barOption(data, hidden, width) {
    const columns = data.columns.slice(1);
    const rows = barRows(data);
    const shown = columns.filter((c) => !hidden.has(c.name));
    const room = Math.max(70, Math.min(220, width * 0.34));
    const last = shown.length - 1;
    const sum = (row) => shown.reduce((all, c) => all + (c.values[row.i] || 0), 0);
    return {
      ...base(), grid: {...base().grid, top: 2, bottom: 2, right: 74},
      xAxis: {type: 'value', show: false, max: (v) => v.max}, tooltip: {trigger: 'axis', axisPointer: {type: 'shadow'}, ...tooltip((points) => {
        const row = rows[points[0].dataIndex];
        return tip(row.name, points.map((p) => [p.color, columns.find((c) => c.name === p.seriesName).label, full(columns.find((c) => c.name === p.seriesName), p.value)]));
      })},
      yAxis: {type: 'category', inverse: true, data: rows.map((r) => r.name), axisTick: {show: false}, axisLine: {show: false},
              axisLabel: {...text(), color: color('--soft'), interval: 0, width: room, overflow: 'truncate', margin: 10}},
      series: shown.map((c, k) => ({
        type: 'bar', name: c.name, stack: 'all', color: palette()[columns.indexOf(c) % 6], barWidth: 16, data: rows.map((r) => c.values[r.i]),
        itemStyle: {borderRadius: k === last ? [0, 3, 3, 0] : 0},
        label: {show: k === last, position: 'right', ...text(), color: color('--ink'), formatter: (p) => full({...c, unit: c.format === 'number' && c.unit !== '%' ? '' : c.unit}, sum(rows[p.dataIndex]))},
      })),
    };
  }

  // ---- drawing ----
  const isLyingBars = (data) => data.kind === 'bars' && data.columns[0].type !== 'moment';
  function optionOf(chart) {
    const {data, hidden, box} = chart;
    const width = box.clientWidth;
    if (data.kind === 'percentiles') return percentileOption(data, hidden, width);
    if (data.kind !== 'bars') return lineOption(data, hidden, width);
    return isLyingBars(data) ? barOption(data, hidden, width) : columnsOption(data, hidden, width);
  }
  const draw = (chart) => chart.view.setOption(optionOf(chart), {notMerge: true});

  function legend(chart) {
    const columns = chart.data.columns.slice(1);
    const holder = document.getElementById(`legend-${chart.data.id}`);
    columns.forEach((column, i) => {
      const button = document.createElement('button');
      button.type = 'button';
      const needsUnit = column.format === 'number' && !['', '%', column.label.toLowerCase()].includes(column.unit);
      button.textContent = column.label + (needsUnit ? `, ${column.unit}` : '');
      button.style.setProperty('--mark', `var(--s${i % 6})`);
      button.setAttribute('aria-pressed', 'true');
      button.addEventListener('click', () => {
        const hides = !chart.hidden.has(column.name);
        if (hides && chart.hidden.size === columns.length - 1) return;  // The last one stays.
        chart.hidden[hides ? 'add' : 'delete'](column.name);
        button.setAttribute('aria-pressed', String(!hides));
        draw(chart);
      });
      holder.append(button);
    });
    const rows = chart.data.columns[0].values.length;
    if (isLyingBars(chart.data) && rows > TOP_BARS) {
      const note = document.createElement('p');
      note.className = 'note';
      note.textContent = `The first ${TOP_BARS} of ${plain(rows)}; the table has all.`;
      chart.box.after(note);
    }
  }

  function start(box) {
    const data = JSON.parse(document.getElementById(`data-${box.dataset.chart}`).textContent);
    const rows = data.columns.length ? data.columns[0].values.length : 0;
    if (!rows) return;
    const marks = rows * (data.columns.length - 1);
    if (isLyingBars(data)) box.style.height = `${Math.min(rows, TOP_BARS) * 30 + 8}px`;
    const chart = {box, data, hidden: new Set(), view: echarts.init(box, null, {renderer: marks > SVG_LIMIT ? 'canvas' : 'svg'})};
    drawn.push(chart);
    legend(chart);
    draw(chart);
    let width = box.clientWidth;
    new ResizeObserver(() => {
      if (box.clientWidth === width || !box.clientWidth) return;
      width = box.clientWidth;
      chart.view.resize();
      draw(chart);
    }).observe(box);
  }

  // ---- theme, print, contents ----
  const systemDark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : systemDark.matches);
  const redraw = () => drawn.forEach(draw);
  const button = document.getElementById('theme');
  function showTheme() {
    button.textContent = isDark() ? 'Light' : 'Dark';
    button.setAttribute('aria-label', isDark() ? 'Use light colours' : 'Use dark colours');
    button.setAttribute('aria-pressed', String(isDark()));
  }
  button.hidden = false;
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    showTheme();
    redraw();
  });
  systemDark.addEventListener('change', () => { showTheme(); redraw(); });
  matchMedia('print').addEventListener('change', () => { drawn.forEach((c) => c.view.resize()); redraw(); });

  const links = new Map([...document.querySelectorAll('.contents a')].map((a) => [a.getAttribute('href').slice(1), a]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      links.forEach((a) => a.removeAttribute('aria-current'));
      const link = links.get(entry.target.id);
      if (link) link.setAttribute('aria-current', 'true');
    }
  }, {rootMargin: '-10% 0px -80% 0px'});
  document.querySelectorAll('main > section').forEach((section) => seen.observe(section));

  showTheme();
  document.querySelectorAll('[data-chart]').forEach(start);
  root.dataset.ready = 'true';
})();
