// Colours, letters, axes and tips that all charts share. Colours are those of the page, so that they follow its theme.
const root = document.documentElement;
const FONT = getComputedStyle(document.body).fontFamily;
const SERIES = 6;
const color = (name) => getComputedStyle(root).getPropertyValue(name).trim();
const palette = () => Array.from({length: SERIES}, (_, i) => color(`--s${i}`));
const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
// Lines of one label must not touch: fonts differ in how tall they stand.
const LINE = 18;
const letters = () => ({color: color('--faint'), fontSize: 12, fontFamily: FONT});

const base = () => ({
  useUTC: true, animation: false, color: palette(), textStyle: {fontFamily: FONT},
  grid: {left: 2, right: 18, top: 16, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel'},
});

const valueAxis = (column) => ({
  type: 'value', splitNumber: 4, axisLabel: {...letters(), hideOverlap: true, formatter: (v) => brief(column, v)},
  splitLine: {lineStyle: {color: color('--grid')}}, axisLine: {show: false}, axisTick: {show: false},
});

const nameAxis = (names, label) => ({
  type: 'category', inverse: true, data: names, axisTick: {show: false}, axisLine: {show: false},
  axisLabel: {...letters(), color: color('--soft'), interval: 0, margin: 10, lineHeight: LINE, ...label},
});

const tooltip = (formatter) => ({
  confine: true, backgroundColor: color('--card'), borderColor: color('--line'), extraCssText: 'max-width:90%;white-space:normal',
  textStyle: {color: color('--ink'), fontFamily: FONT, fontSize: 13}, formatter,
});

const tip = (head, lines) => `<div class="tip"><b>${escaped(head)}</b><br>${lines.map(([mark, label, value]) =>
  `<span style="color:${mark}">\u25A0</span> ${escaped(label)} <b>${escaped(value)}</b>`).join('<br>')}</div>`;

// How many lines a text takes in `room` px when it breaks where ECharts breaks it, and what all texts need at most.
const BREAKS = /(?<=[ ,&?/;\]])/;
const ruler = document.createElement('canvas').getContext('2d');
function linesOf(text, room) {
  let [lines, used] = [1, 0];
  for (const word of text.split(BREAKS)) {
    const width = ruler.measureText(word).width * 1.08;
    if (used && used + width > room) [lines, used] = [lines + 1, 0];
    const more = Math.max(0, Math.ceil(width / room) - 1);
    [lines, used] = [lines + more, used + width - more * room];
  }
  return lines;
}
function linesIn(texts, room) {
  ruler.font = `12px ${FONT}`;
  return Math.max(1, ...texts.map((one) => linesOf(one, room)));
}

// The values of an axis that need not begin at zero: those of bars and areas must, of lines far from it need not.
function isFarFromZero(columns) {
  const values = columns.flatMap((c) => c.values).filter((v) => v !== null);
  const [low, high] = [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)];
  return low > 0 && high > low && low > 0.6 * high;
}
