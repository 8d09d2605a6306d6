// Bars, always from zero: over time they stand, so that time runs to the right; over names they lie, so that the names can
// be read.
const TOP_BARS = 12;
const BAR = 16;
const isLying = (data) => ['bars', 'shares'].includes(data.kind) && data.columns[0].type !== 'moment';
const nameRoom = (width) => Math.max(70, Math.min(220, width * 0.34));

// Each number as its part of the row's sum; nothing where there is no sum.
function asShares(columns) {
  const sum = (i) => columns.reduce((all, c) => all + Math.max(0, c.values[i] || 0), 0);
  return columns.map((c) => ({...c, format: 'percent', unit: '', amounts: c, values: c.values.map((v, i) => (v === null || v < 0 || !sum(i) ? null : v / sum(i)))}));
}
const amountText = (c, row) => full(c, c.values[row]) + (c.amounts ? ` (${full(c.amounts, c.amounts.values[row])})` : '');

function standingOption(chart, width) {
  const {data, hidden} = chart;
  const line = timeline(data, width);
  const partial = new Set(data.partial || []);
  const shown = data.columns.slice(1).map((c, i) => ({...c, mark: i % SERIES})).filter((c) => !hidden.has(c.name));
  const columns = data.kind === 'shares' ? asShares(shown) : shown;
  const bar = (c, row) => ({value: [line.x[row], c.values[row]], itemStyle: partial.has(row) ? {opacity: 0.45} : undefined});
  const option = {
    ...base(), useUTC: line.useUTC, grid: {...base().grid, top: data.marks ? 26 : 16}, xAxis: {...line.axis, boundaryGap: line.axis.type === 'category' ? true : line.axis.boundaryGap},
    yAxis: {...valueAxis(columns[0]), ...(data.kind === 'shares' ? {min: 0, max: 1, interval: 0.25} : shareAxis(columns))},
    tooltip: {trigger: 'axis', axisPointer: {type: 'shadow'}, ...tooltip((found) => {
      const row = found[0].dataIndex;
      return tip(line.head(row) + (partial.has(row) ? ', not over yet' : ''), columns.map((c) => [palette()[c.mark], c.label, amountText(c, row)]));
    })},
    series: columns.map((c) => ({type: 'bar', name: c.name, stack: 'all', color: palette()[c.mark], barMaxWidth: 36, barCategoryGap: '25%', data: line.x.map((_, row) => bar(c, row))})),
  };
  option.series[0].markLine = markLine(data, line, width);
  return option;
}

function barRows(data) {
  const [x, ...columns] = data.columns;
  const total = (i) => columns.reduce((sum, c) => sum + (c.values[i] || 0), 0);
  let rows = x.values.map((name, i) => ({name: name === null ? '(none)' : String(name), i, total: total(i)}));
  if (data.order === 'by_value') rows = rows.sort((a, b) => b.total - a.total);
  return rows.slice(0, TOP_BARS);
}

// Long names break into lines, and all rows are as high as the longest name needs.
function lyingHeight(data, width) {
  const rows = barRows(data);
  return rows.length * Math.max(30, linesIn(rows.map((r) => r.name), nameRoom(width)) * LINE + 8) + 8;
}

function lyingOption(chart, width) {
  const {data, hidden} = chart;
  const rows = barRows(data);
  const shown = data.columns.slice(1).map((c, i) => ({...c, mark: i % SERIES})).filter((c) => !hidden.has(c.name));
  const isShares = data.kind === 'shares';
  const columns = isShares ? asShares(shown) : shown;
  const sum = (row) => columns.reduce((all, c) => all + (c.values[row.i] || 0), 0);
  const hasSum = (row) => columns.some((c) => c.values[row.i] !== null);
  const total = (c) => ({...c, unit: c.format === 'number' && c.unit !== '%' ? '' : c.unit});
  const labelRoom = isShares ? 8 : 12 + Math.max(...rows.map((row) => ruler.measureText(full(total(columns[0]), sum(row))).width * 1.1));
  return {
    ...base(), grid: {...base().grid, top: 2, bottom: 2, right: labelRoom},
    xAxis: {type: 'value', show: false, max: isShares ? 1 : (v) => Math.max(0, v.max), min: (v) => Math.min(0, v.min)},
    yAxis: nameAxis(rows.map((r) => r.name), {width: nameRoom(width), overflow: 'break'}),
    tooltip: {trigger: 'axis', axisPointer: {type: 'shadow'}, ...tooltip((found) => {
      const row = rows[found[0].dataIndex];
      return tip(row.name, columns.map((c) => [palette()[c.mark], c.label, amountText(c, row.i)]));
    })},
    series: columns.map((c, k) => ({
      type: 'bar', name: c.name, stack: 'all', color: palette()[c.mark], barWidth: BAR, data: rows.map((r) => c.values[r.i]),
      itemStyle: {borderRadius: k === columns.length - 1 ? [0, 3, 3, 0] : 0},
      label: {show: !isShares && k === columns.length - 1, position: 'right', ...letters(), color: color('--ink'), formatter: (p) => (hasSum(rows[p.dataIndex]) ? full(total(c), sum(rows[p.dataIndex])) : 'no value')},
    })),
  };
}

// How many values lie in each class: the classes touch, because the values between them do.
function histogramOption(chart) {
  const [from, to, count] = chart.data.columns;
  const names = from.values.map((v) => full(from, v));
  return {
    ...base(), yAxis: valueAxis(count),
    xAxis: {type: 'category', data: names, axisLabel: {...letters(), hideOverlap: true, margin: 12}, axisTick: {show: false}, axisLine: {lineStyle: {color: color('--line')}}},
    tooltip: {trigger: 'axis', axisPointer: {type: 'shadow'}, ...tooltip((found) => {
      const row = found[0].dataIndex;
      return tip(`${full(from, from.values[row])} to ${full(to, to.values[row])}`, [[palette()[0], count.label, full(count, count.values[row])]]);
    })},
    series: [{type: 'bar', color: palette()[0], barCategoryGap: '4%', data: count.values}],
  };
}
