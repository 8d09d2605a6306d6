// What is drawn, and not only what the data says: where axes begin, gaps, periods that are not over, and where each number
// comes from when it is clicked.
//   node check_drawn.mjs REPORT.html   of every kind of figure on usual rows
import process from 'node:process';
import {finish, launch, openReport} from './reader.mjs';

const faults = [];
const browser = await launch();
const page = await openReport(browser, process.argv[2], {}, (fault) => faults.push(fault));

// Runs in the page: of each chart how its axes of numbers begin, its series, and what the figure says of both.
const charts = await page.evaluate(() => [...document.querySelectorAll('[data-chart]')].filter((box) => box.clientWidth).map((box) => {
  const model = echarts.getInstanceByDom(box).getModel();
  const axes = ['xAxis', 'yAxis'].flatMap((name) => model.queryComponents({mainType: name})).filter((axis) => axis.get('type') === 'value');
  const data = JSON.parse(document.getElementById(`data-${box.dataset.chart}`).textContent);
  const shown = [...box.closest('figure').querySelectorAll('.note')].filter((note) => !note.hidden).map((note) => note.textContent);
  return {
    id: box.dataset.chart, kind: data.kind, rows: data.columns[0].values.map((v) => Date.parse(v)), partial: data.partial || [], notes: shown, starts: axes.map((axis) => axis.axis.scale.getExtent()[0]),
    series: model.getSeries().map((one) => ({
      name: one.name, type: one.subType, isArea: Boolean(one.get(['areaStyle', 'opacity'])), isDashed: Array.isArray(one.get(['lineStyle', 'type'])),
      values: one.option.data.map((d) => (Array.isArray(d) ? d[1] : d !== null && typeof d === 'object' ? [].concat(d.value).at(-1) : d)),
      times: one.option.data.map((d) => [].concat(d?.value ?? d)[0]),
      opacities: one.option.data.map((d) => d?.itemStyle?.opacity ?? 1),
    })),
  };
}));

const seen = {zero: 0, cut: 0, gaps: 0, missing: 0, dashed: 0, lighter: 0};
for (const {id, kind, rows, partial, notes, starts, series} of charts) {
  const saysCut = notes.includes('The scale does not begin at zero.');
  const begins = Math.min(...starts);
  const mustBeZero = series.some((one) => one.type === 'bar' || (one.isArea && !one.name.startsWith('\0')));
  if (mustBeZero && begins > 0) faults.push(`${id}: its bars or areas begin at ${begins}`);
  if (starts.length && (begins > 0) !== saysCut) faults.push(`${id}: its scale begins at ${begins}, and it says ${saysCut ? 'that it does not begin at zero' : 'nothing'}`);
  seen.zero += mustBeZero;
  seen.cut += saysCut;
  if (['line', 'percentiles', 'interval', 'forecast'].includes(kind) && series.some((one) => one.type === 'line' && one.values.some((v, i) => v === null && i > 0 && i < one.values.length - 1))) seen.gaps += 1;
  // A step of the timeline without a row is no value, and so no line goes over it.
  const isOverTime = rows.every((time) => Number.isFinite(time));
  for (const {name, type, times, values} of isOverTime ? series : []) {
    if (type !== 'line') continue;
    times.forEach((time, i) => {
      if (rows.includes(time)) return;
      seen.missing += 1;
      if (values[i] !== null) faults.push(`${id}: ${name} has ${values[i]} where no row is`);
    });
  }
  for (const row of partial) {
    const [bar] = series.filter((one) => one.type === 'bar');
    if (bar && bar.opacities[row] === 1) faults.push(`${id}: row ${row} is not over and drawn as if it were`);
    if (!bar && !series.some((one) => one.name.startsWith('\0open ') && one.isDashed)) faults.push(`${id}: row ${row} is not over and not dashed`);
    if (!notes.some((note) => note.startsWith('Not over yet, and drawn lighter'))) faults.push(`${id}: does not say which period is not over`);
    seen[bar ? 'lighter' : 'dashed'] += 1;
  }
}
for (const [what, wanted] of [['zero', 3], ['gaps', 2], ['missing', 2], ['lighter', 1]])
  if (seen[what] < wanted) faults.push(`only ${seen[what]} charts with '${what}', ${wanted} expected`);

// A click on a bar, on a cell and on a tile; and on lines and bands and beside them, where it is about the nearest number.
async function told() {
  const list = page.locator('dialog[open]');
  const [terms, texts] = [await list.locator('dt').allTextContents(), await list.locator('dd').allTextContents()];
  await page.keyboard.press('Escape');
  return Object.fromEntries(terms.map((term, i) => [term, texts[i]]));
}
async function expectOrigin(what, terms) {
  const found = Object.keys(await told());
  for (const term of terms) if (!found.includes(term)) faults.push(`a click on ${what} does not tell '${term}', only ${found.join(', ') || 'nothing'}`);
}
async function clickChart(id, at, away = [0, 0]) {
  const box = page.locator(`[data-chart="${id}"]`);
  await box.scrollIntoViewIfNeeded();
  const place = await box.evaluate((element, [x, y]) => echarts.getInstanceByDom(element).convertToPixel({seriesIndex: 0}, [x, y]), at);
  const frame = await box.boundingBox();
  await page.mouse.click(frame.x + place[0] + away[0], frame.y + place[1] + away[1]);
}

// `rest` of the way from the number in `row` of column `from` to that of column `to`, and as much of a step along x, a click
// tells the former, as its table writes it.
const DAY_MS = 86400000;
async function expectNumber(what, id, row, from, {to = from, rest = 0, away}) {
  const {columns} = JSON.parse(await page.locator(`#data-${id}`).textContent());
  const value = (name, at) => columns.find((column) => column.name === name).values[at];
  const [here, there] = [value(from, row), to === from ? value(from, row + 1) : value(to, row)];
  const ms = Date.parse(columns[0].values[row]);
  await clickChart(id, [ms + rest * DAY_MS, here + rest * (there - here)], away);
  const place = columns.findIndex((column) => column.name === from);
  const cell = await page.locator(`#figure-${id} tbody tr`).nth(row).locator('th, td').nth(place).textContent();
  const day = new Date(ms).toLocaleDateString('en-GB', {day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC'});
  const found = await told();
  const lacking = ['Number', 'At', 'Column', 'From', 'Window', 'Rows'].filter((term) => !found[term]);
  if (lacking.length) return faults.push(`a click on ${what} does not tell '${lacking.join("', '")}'`);
  const [, name] = found.Column.match(/ \((.+)\)$/) ?? [null, found.Column];
  const [wanted, said] = [[cell, day, from].join(', '), [found.Number, found.At, name].join(', ')];
  if (said !== wanted) faults.push(`a click on ${what} tells '${said}' and not '${wanted}'`);
}
const days = JSON.parse(await page.locator('#data-bars_of_daily').textContent());
const row = days.columns[1].values.findIndex((v) => v !== null && v > 0);
await clickChart('bars_of_daily', [Date.parse(days.columns[0].values[row]), days.columns[1].values[row] / 2]);
await expectOrigin('a bar over time', ['At', 'Column', 'From', 'Window', 'Rows']);
await clickChart('bars_of_pages', [1, 0]);
await expectOrigin('a lying bar', ['At', 'Column', 'From', 'Rows']);
await page.locator('#figure-table_of_pages td.number').first().click();
await expectOrigin('a cell', ['Number', 'Column', 'From', 'Rows']);
await page.locator('[data-origin]:visible').first().click();
await expectOrigin('a tile', ['Number', 'From', 'Rows']);
await expectNumber('a line', 'line_of_daily', 9, 'visits', {rest: 0.4});
await expectNumber('a place beside a line', 'line_of_daily', 40, 'orders', {away: [4, -20]});
await expectNumber('the band of an interval', 'interval', 20, 'high', {to: 'orders', rest: 0.3});
await expectNumber('the band of percentiles', 'percentiles_of_daily', 20, 'p90', {to: 'p99', rest: 0.4});
await expectNumber('a forecast', 'forecast_of_next', 65, 'forecast', {rest: 0.4});
await expectNumber('the band of a forecast', 'forecast_of_next', 70, 'upper_80', {to: 'upper_95', rest: 0.4});
const visits = page.locator('#figure-line_of_daily .legend button', {hasText: 'visits'});
await visits.click();
await expectNumber('a line that stands alone', 'line_of_daily', 9, 'orders', {away: [0, -100]});
await visits.click();
await clickChart('line_of_daily', [Date.parse('2025-01-10'), 0], [0, 12]);
if (Object.keys(await told()).length) faults.push('a click below the axis of lines tells a number');
console.log(`${charts.length} charts: ${JSON.stringify(seen)}`);
await finish(browser, faults);
