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

// A click on a bar, on a cell and on a tile.
async function expectOrigin(what, terms) {
  const told = await page.locator('dialog[open] dt').allTextContents();
  for (const term of terms) if (!told.includes(term)) faults.push(`a click on ${what} does not tell '${term}', only ${told.join(', ') || 'nothing'}`);
  await page.keyboard.press('Escape');
}
async function clickBar(id, at) {
  const box = page.locator(`[data-chart="${id}"]`);
  await box.scrollIntoViewIfNeeded();
  const place = await box.evaluate((element, [x, y]) => echarts.getInstanceByDom(element).convertToPixel({seriesIndex: 0}, [x, y]), at);
  const frame = await box.boundingBox();
  await page.mouse.click(frame.x + place[0], frame.y + place[1]);
}
const days = JSON.parse(await page.locator('#data-bars_of_daily').textContent());
const row = days.columns[1].values.findIndex((v) => v !== null && v > 0);
await clickBar('bars_of_daily', [Date.parse(days.columns[0].values[row]), days.columns[1].values[row] / 2]);
await expectOrigin('a bar over time', ['At', 'Column', 'From', 'Window', 'Rows']);
await clickBar('bars_of_pages', [1, 0]);
await expectOrigin('a lying bar', ['At', 'Column', 'From', 'Rows']);
await page.locator('#figure-table_of_pages td.number').first().click();
await expectOrigin('a cell', ['Number', 'Column', 'From', 'Rows']);
await page.locator('[data-origin]:visible').first().click();
await expectOrigin('a tile', ['Number', 'From', 'Rows']);
console.log(`${charts.length} charts: ${JSON.stringify(seen)}`);
await finish(browser, faults);
