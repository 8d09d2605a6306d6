// Whether a page with a very long line is smooth: node check_long.mjs REPORT.html
//
// Fails when its charts take more than DRAWN_MS to be drawn, when a hover is answered later than HOVER_MS, when the page
// is blocked for longer than BLOCKED_MS at once after that, when the thinned line has lost its highest or lowest value,
// or when the rows behind it are not whole. The bounds are four and more times what two busy cores needed
// (docs/report.md), so that a loaded one passes, and a line that is drawn point by point does not.
import process from 'node:process';
import {finish, launch, openReport} from './reader.mjs';

const DRAWN_MS = 5000;
const HOVER_MS = 1000;
const BLOCKED_MS = 1000;
const POINTS = 100000;
const HOVERS = 20;

const faults = [];
const browser = await launch();
const page = await openReport(browser, process.argv[2], {}, (fault) => faults.push(fault));
const drawn = await page.evaluate(() => performance.getEntriesByName('charts drawn')[0]?.duration ?? Infinity);
if (drawn > DRAWN_MS) faults.push(`the charts took ${drawn.toFixed(0)} ms, more than ${DRAWN_MS}`);

// What ECharts draws after thinning, and what it was given.
const line = await page.evaluate(() => {
  const box = document.querySelector('[data-chart]');
  const chart = echarts.getInstanceByDom(box);
  const series = chart.getModel().getSeriesByIndex(0);
  return {points: series.getRawData().count(), drawn: series.getData().count(), extent: series.getData().getDataExtent('y'), given: series.getRawData().getDataExtent('y'), pixels: box.clientWidth};
});
if (line.points !== POINTS) faults.push(`the chart was given ${line.points} points, not ${POINTS}`);
if (line.drawn > 8 * line.pixels) faults.push(`${line.drawn} points are drawn on ${line.pixels} px`);
if (String(line.extent) !== String(line.given)) faults.push(`the drawn line goes from ${line.extent}, the rows from ${line.given}`);

await page.evaluate(() => {
  window.blocked = [];
  new PerformanceObserver((list) => window.blocked.push(...list.getEntries().map((e) => e.duration))).observe({type: 'longtask'});
});
const box = page.locator('[data-chart]').first();
await box.scrollIntoViewIfNeeded();
const place = await box.boundingBox();
const answers = [];
let before = '';
for (let i = 0; i < HOVERS; i++) {
  const x = place.x + 60 + ((place.width - 100) * ((i * 7) % HOVERS)) / HOVERS;
  const begin = performance.now();
  await page.mouse.move(x, place.y + place.height / 2);
  const told = await page.waitForFunction((text) => {
    const tip = document.querySelector('.tip');
    return tip && tip.textContent !== text && tip.textContent;
  }, before, {timeout: 10 * HOVER_MS, polling: 'raf'}).then((handle) => handle.jsonValue(), () => null);
  answers.push(performance.now() - begin);
  if (told === null) { faults.push(`hover ${i + 1} is not answered`); break; }
  before = told;
}
const slowest = Math.max(...answers);
if (slowest > HOVER_MS) faults.push(`a hover was answered after ${slowest.toFixed(0)} ms, later than ${HOVER_MS}`);
const blocked = await page.evaluate(() => window.blocked);
const longest = Math.max(0, ...blocked);
if (longest > BLOCKED_MS) faults.push(`the page was blocked for ${longest.toFixed(0)} ms, longer than ${BLOCKED_MS}`);

// The CSV is whole.
const [download] = await Promise.all([page.waitForEvent('download'), page.locator('[data-csv]').first().click()]);
const rows = (await (await download.createReadStream()).toArray()).join('').split('\r\n').length - 2;
if (rows !== POINTS) faults.push(`the CSV has ${rows} rows, not ${POINTS}`);

const median = [...answers].sort((a, b) => a - b)[Math.floor(answers.length / 2)];
console.log(`${line.points} points, ${line.drawn} of them drawn on ${line.pixels.toFixed(0)} px: drawn in ${drawn.toFixed(0)} ms, ` +
  `hover answered in ${median.toFixed(0)} ms (median of ${answers.length}), ${slowest.toFixed(0)} ms at most; ` +
  `${blocked.length} long tasks while hovering, the longest ${longest.toFixed(0)} ms`);
await finish(browser, faults);
