// Lines over time or over numbers: gaps stay gaps, bands show ranges, a period that is not over is dashed.
const MANY_POINTS = 5000;

// A step of the timeline that is missing is a gap, also when no row says so. Answers the row of each point, -1 for a gap.
function withGaps(times) {
  const rows = times.map((_, i) => i);
  if (times.length < 4) return rows;
  const steps = times.slice(1).map((t, i) => t - times[i]).sort((a, b) => a - b);
  const usual = steps[Math.floor(steps.length / 2)];
  const alike = steps.filter((s) => Math.abs(s - usual) <= 0.15 * usual).length;
  if (!(usual > 0) || alike < 0.7 * steps.length) return rows;
  return rows.flatMap((i) => (i > 0 && times[i] - times[i - 1] > 1.6 * usual ? [-1, i] : [i]));
}

// x of the figure as ECharts wants it: a time axis or categories; `rows` says which row each point is.
function timeline(data, width) {
  const x = data.columns[0];
  const look = {axisLine: {lineStyle: {color: color('--line')}}, axisTick: {show: false}};
  if (x.type !== 'moment') {
    const names = x.values.map((v) => (v === null ? '\u2013' : String(v)));
    return {
      x: names, rows: names.map((_, i) => i), head: (i) => names[i], useUTC: true,
      axis: {type: 'category', boundaryGap: false, data: names, axisLabel: {...letters(), hideOverlap: true, margin: 12, width: Math.max(60, width / 5), overflow: 'break', lineHeight: LINE}, ...look},
    };
  }
  const times = x.times;
  const {isDay} = x;
  const known = times.filter((t) => t !== null);
  let span = known.length ? known[known.length - 1] - known[0] : 0;
  let ends = {};
  // A moment alone has no axis; it gets some of its kind on both sides.
  if (known.length && span === 0) {
    const room = isDay ? DAY_MS : MINUTE_MS;
    span = 2 * room;
    ends = {min: known[0] - room, max: known[0] + room};
  }
  return {
    x: times, rows: withGaps(times), head: (i) => momentText(times[i], isDay), useUTC: isDay,
    axis: {
      type: 'time', ...ends, splitNumber: Math.max(2, Math.min(8, Math.floor(width / 120))), splitLine: {show: false}, ...look,
      axisLabel: {...letters(), hideOverlap: true, margin: 12, formatter: (t) => tickText(t, span, isDay)},
    },
  };
}

// The points of one series. A value alone between gaps is no line, so it gets a dot.
function points(line, values) {
  const at = (k) => (line.rows[k] === undefined || line.rows[k] < 0 ? null : values[line.rows[k]]);
  return line.rows.map((row, k) => {
    if (row < 0) return [line.x[line.rows[k + 1]] - 1, null];
    const value = [line.x[row], values[row]];
    const isAlone = values[row] !== null && at(k - 1) === null && at(k + 1) === null;
    return isAlone ? {value, symbol: 'circle', symbolSize: 6} : value;
  });
}

function lineTip(line, columns, partial) {
  return tooltip((found) => {
    const list = Array.isArray(found) ? found : [found];
    const row = list.length ? line.rows[list[0].dataIndex] : -1;
    if (row === undefined || row < 0) return '';
    const head = line.head(row) + (partial.has(row) ? ', not over yet' : '');
    return tip(head, columns.map((c, i) => [palette()[c.mark ?? i % SERIES], c.label, full(c, c.values[row])]));
  });
}

// A series without its partial periods, and those dashed, joined to their neighbours.
function drawnLines(line, column, mark, partial) {
  const style = {type: 'line', symbol: 'none', showSymbol: true, showAllSymbol: true, connectNulls: false, color: mark, emphasis: {disabled: true}, sampling: line.rows.length > MANY_POINTS ? 'minmax' : undefined};
  const whole = column.values.map((v, i) => (partial.has(i) ? null : v));
  const series = [{...style, name: column.name, data: points(line, whole), lineStyle: {width: 2.25}}];
  if (!partial.size) return series;
  const open = column.values.map((v, i) => (partial.has(i) || partial.has(i - 1) || partial.has(i + 1) ? v : null));
  series.push({...style, name: `\0open ${column.name}`, data: points(line, open), lineStyle: {width: 2, type: [4, 4]}});
  return series;
}

// Numbered lines at the moments of marks; a number that would touch the one before it is left to the list below.
function markLine(data, line, width) {
  const times = line.x.filter((t) => typeof t === 'number');
  if (!data.marks || !times.length) return undefined;
  const scale = Math.max(1, width - 70) / Math.max(1, times[times.length - 1] - times[0]);
  let free = -Infinity;
  const marks = data.marks.map((mark, i) => {
    const at = Date.parse(mark.at);
    const isTold = i < 12 && at * scale >= free;
    if (isTold) free = at * scale + 18;
    return {xAxis: at, label: {show: isTold, formatter: String(i + 1)}};
  });
  return {
    silent: true, symbol: 'none', animation: false, data: marks, lineStyle: {color: color('--bad'), type: 'solid', width: 1.5},
    label: {position: 'end', distance: 5, color: color('--bad'), fontFamily: FONT, fontSize: 11},
  };
}

function shareAxis(columns) {
  // Shares near the top end at 100 %: an axis beyond it would promise what cannot be.
  const values = columns.flatMap((c) => c.values).filter((v) => v !== null);
  const isFull = columns[0].format === 'percent' && values.some((v) => v > 0.9) && values.every((v) => v >= 0 && v <= 1);
  return isFull ? {min: 0, max: 1, interval: 0.25} : {};
}

// From zero, unless the values are so far from it that nothing could be seen.
function fittedAxis(columns, kind) {
  const share = shareAxis(columns);
  return {...share, scale: share.max === undefined && kind !== 'bars' && isFarFromZero(columns)};
}

function lineOption(chart, width) {
  const {data, hidden} = chart;
  const line = timeline(data, width);
  const partial = new Set(data.partial || []);
  const columns = data.columns.slice(1).map((c, i) => ({...c, mark: i % SERIES}));
  const shown = columns.filter((c) => !hidden.has(c.name));
  const series = shown.flatMap((c) => drawnLines(line, c, palette()[c.mark], partial));
  const hasArea = columns.length === 1 && data.kind === 'line' && !isFarFromZero(columns);
  if (hasArea) series[0].areaStyle = {opacity: 0.1};
  series[0].markLine = markLine(data, line, width);
  return {
    ...base(), useUTC: line.useUTC, grid: {...base().grid, top: data.marks ? 26 : 16}, xAxis: line.axis, yAxis: {...valueAxis(columns[0]), ...fittedAxis(columns, data.kind)},
    tooltip: {trigger: 'axis', ...lineTip(line, shown, partial)}, series,
  };
}

// A filled range between two columns: the lower one unseen, the distance on top of it.
function band(line, name, lower, upper, fill, opacity) {
  const part = (values) => line.rows.map((row, k) => (row < 0 ? [line.x[line.rows[k + 1]] - 1, null] : [line.x[row], values(row)]));
  const style = {type: 'line', stack: `\0${name}`, stackStrategy: 'all', symbol: 'none', silent: true, lineStyle: {opacity: 0}, tooltip: {show: false}, z: 1};
  const isThere = (row) => lower.values[row] !== null && upper.values[row] !== null;
  return [
    {...style, name: `\0${name} floor`, data: part((row) => (isThere(row) ? lower.values[row] : null)), areaStyle: {opacity: 0}},
    {...style, name: `\0${name}`, data: part((row) => (isThere(row) ? upper.values[row] - lower.values[row] : null)), areaStyle: {color: fill, opacity}},
  ];
}

// p50, p90 and p99 as lines; the bands between them show how far the slow ones are from the usual.
function percentileOption(chart, width) {
  const option = lineOption(chart, width);
  const [, ...columns] = chart.data.columns;
  if (chart.hidden.size) return option;
  const line = timeline(chart.data, width);
  const bands = columns.slice(1).flatMap((upper, i) => band(line, `band${i}`, columns[i], upper, palette()[i + 1], 0.14));
  return {...option, series: [...bands, ...option.series]};
}

// One line and the range in which its true value lies.
function intervalOption(chart, width) {
  const [x, value, low, high] = chart.data.columns;
  const line = timeline(chart.data, width);
  const option = lineOption({...chart, data: {...chart.data, columns: [x, value]}}, width);
  const columns = [{...value, mark: 0}, {...low, mark: 0}, {...high, mark: 0}];
  return {
    ...option, yAxis: {...valueAxis(value), ...fittedAxis(columns, 'interval')}, tooltip: {trigger: 'axis', ...lineTip(line, columns, new Set(chart.data.partial || []))},
    series: [...band(line, 'interval', low, high, palette()[0], 0.18), ...option.series],
  };
}

// What came as a line, what is expected dashed, with 80 % and 95 % around it.
function forecastOption(chart, width) {
  const [x, actual, mean, low80, high80, low95, high95] = chart.data.columns;
  const line = timeline(chart.data, width);
  const option = lineOption({...chart, data: {...chart.data, columns: [x, actual, mean]}}, width);
  const dashed = option.series.find((s) => s.name === mean.name);
  if (dashed) dashed.lineStyle = {width: 2.25, type: [6, 4]};
  const columns = [{...actual, mark: 0}, ...[mean, low80, high80, low95, high95].map((c) => ({...c, mark: 1}))];
  return {
    ...option, yAxis: {...valueAxis(actual), ...fittedAxis(columns, 'forecast')}, tooltip: {trigger: 'axis', ...lineTip(line, columns, new Set())},
    series: [...band(line, '95', low95, high95, palette()[1], 0.14), ...band(line, '80', low80, high80, palette()[1], 0.22), ...option.series],
  };
}
