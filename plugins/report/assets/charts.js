// Draws the charts from the JSON beside them. Without it the page still holds every number.
const SVG_LIMIT = 2000;  // Marks; beyond it the page draws on canvas.
const drawn = [];
const OPTIONS = {
  percentiles: percentileOption, interval: intervalOption, forecast: forecastOption, histogram: histogramOption, box: boxOption, paths: pathOption, line: lineOption,
  bars: (chart, width) => (isLying(chart.data) ? lyingOption : standingOption)(chart, width),
  shares: (chart, width) => (isLying(chart.data) ? lyingOption : standingOption)(chart, width),
};

function heightOf(data, width) {
  if (isLying(data)) return lyingHeight(data, width);
  if (data.kind === 'box') return boxHeight(data, width);
  return data.kind === 'paths' ? pathSize(data, width).height : 0;
}

// The room of a chart follows its width: names break into more lines on a phone.
function fit(chart) {
  // Paper does not scroll.
  if (chart.data.kind === 'paths') chart.box.style.width = matchMedia('print').matches ? '100%' : `max(100%, ${pathSize(chart.data, 0).columns * COLUMN}px)`;
  if (chart.data.kind === 'paths') noteWidth(chart);
  const height = heightOf(chart.data, chart.box.clientWidth);
  if (height) chart.box.style.height = `${height}px`;
}

// What lies beyond the edge nobody looks for.
function noteWidth(chart) {
  const holder = chart.box.parentElement;
  const note = holder.nextElementSibling;
  if (note?.matches('.beyond')) note.hidden = holder.scrollWidth <= holder.clientWidth + 1;
}

function draw(chart) {
  fit(chart);
  chart.view.resize();
  chart.view.setOption(OPTIONS[chart.data.kind](chart, chart.box.clientWidth), {notMerge: true});
  noteScale(chart);
}

function addNote(chart, text) {
  const note = document.createElement('p');
  note.className = 'note';
  note.textContent = text;
  chart.box.after(note);
  return note;
}

// A scale that does not begin at zero says so.
function noteScale(chart) {
  const option = chart.view.getOption();
  const isCut = [...(option.xAxis || []), ...(option.yAxis || [])].some((axis) => axis.type === 'value' && axis.scale);
  if (!chart.scaleNote && isCut) chart.scaleNote = addNote(chart, 'The scale does not begin at zero.');
  if (chart.scaleNote) chart.scaleNote.hidden = !isCut;
}

function noteTopBars(chart) {
  const rows = chart.data.count;
  if (isLying(chart.data) && rows > TOP_BARS) addNote(chart, `The first ${TOP_BARS} of ${plain(rows)}; the table has all.`);
}

function begin(box) {
  const data = dataOf(box.dataset.chart);
  const chart = {box, data, hidden: new Set()};
  fit(chart);
  const marks = data.count * (data.columns.length - 1);
  chart.view = echarts.init(box, null, {renderer: marks > SVG_LIMIT ? 'canvas' : 'svg'});
  drawn.push(chart);
  legend(chart);
  draw(chart);
  noteTopBars(chart);
  listenForClicks(chart);
  return chart;
}

// A chart that the filter hides has no size; it is drawn when it is first seen.
function watch(box) {
  let chart = box.clientWidth ? begin(box) : null;
  let width = box.clientWidth;
  new ResizeObserver(() => {
    const now = box.parentElement.clientWidth && box.clientWidth;
    if (!now || (now === width && chart)) return;
    width = now;
    if (chart) draw(chart); else chart = begin(box);
  }).observe(box);
}
const redraw = () => drawn.filter((chart) => chart.box.clientWidth).forEach(draw);
