// Opens a report from disk with the network cut and looks at it as a reader would.
//
//   node check_report.mjs REPORT.html [--shots DIRECTORY]
//
// Needs: playwright-core where NODE_PATH or WEIR_NODE_MODULES points, chromium at /usr/bin/chromium or WEIR_CHROMIUM.
// Prints the answers, tiles, badges, texts and figures that the page holds as JSON. Fails (exit 1, one line a fault on
// stderr) on a console error, on any request beside the file itself, on two text boxes that intersect by more than 1 px,
// on a text that is cut or shortened, and on a short word of a table that is broken, at 390 and 1280 px, in light and dark,
// on paper and for each choice of the page's drop-down; and on what keys do not reach: where a number comes from, the table
// of each chart and its CSV.
import {createRequire} from 'node:module';
import path from 'node:path';
import process from 'node:process';

const modules = process.env.WEIR_NODE_MODULES;
const require = createRequire(modules ? path.join(path.resolve(modules), 'here.js') : import.meta.url);
const {chromium} = require('playwright-core');

const [file, flag, shots] = process.argv.slice(2);
if (!file || (flag && flag !== '--shots')) {
  console.error('usage: node check_report.mjs REPORT.html [--shots DIRECTORY]');
  process.exit(2);
}
const url = 'file://' + path.resolve(file);
const faults = [];

// Runs in the page: every visible line of text as a box, cut to what its scrolling parents show. A reader can scroll to
// the rest of these; what a parent hides for good is a fault, and so is a text that ends in an ellipsis.
function overlaps(within = 'body') {
  const boxes = [];
  const lost = [];
  const isShown = (element) => {
    const style = getComputedStyle(element);
    return style.visibility === 'visible' && Number(style.opacity) > 0;
  };
  const cut = (rect, element) => {
    let {left, top, right, bottom} = rect;
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (getComputedStyle(at).overflow === 'visible' || at instanceof SVGElement) continue;
      const frame = at.getBoundingClientRect();
      [left, top, right, bottom] = [Math.max(left, frame.left), Math.max(top, frame.top), Math.min(right, frame.right), Math.min(bottom, frame.bottom)];
    }
    return {left, top, right, bottom};
  };
  const noteLost = (text, rect, element) => {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const {overflow, clipPath} = getComputedStyle(at);
      const frame = at.getBoundingClientRect();
      if (at instanceof SVGElement || clipPath !== 'none') return;  // Clipped away on purpose: for listeners only.
      if (overflow === 'auto' || overflow === 'scroll') return;
      if (overflow === 'visible') continue;
      const parts = [frame.left - rect.left, frame.top - rect.top, rect.right - frame.right, rect.bottom - frame.bottom];
      if (Math.max(...parts) > 1) lost.push(`'${text.trim().slice(0, 60)}' is cut by ${Math.max(...parts).toFixed(1)} px`);
    }
  };
  const add = (owner, text, rect, element) => {
    noteLost(text, rect, element);
    if (text.trim().endsWith('\u2026')) lost.push(`'${text.trim().slice(0, 60)}' is shortened`);
    const box = {...cut(rect, element), text: text.trim().slice(0, 60), owner};
    if (box.right - box.left > 0.5 && box.bottom - box.top > 0.5) boxes.push(box);
  };
  const walker = document.createTreeWalker(document.querySelector(within), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('script,style,noscript') || !isShown(element)) continue;
    const svgText = element.closest('text');
    if (svgText) {
      add(svgText, node.data, svgText.getBoundingClientRect(), svgText.closest('svg').parentElement);
      continue;
    }
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) add(node, node.data, rect, element);
  }
  const found = [];
  boxes.sort((a, b) => a.top - b.top);
  for (let i = 0; i < boxes.length; i++) {
    for (let j = i + 1; j < boxes.length && boxes[j].top < boxes[i].bottom - 1; j++) {
      const [a, b] = [boxes[i], boxes[j]];
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (width > 1 && height > 1) found.push(`'${a.text}' and '${b.text}' by ${width.toFixed(1)} x ${height.toFixed(1)} px`);
    }
  }
  return {found, lost, count: boxes.length, overflow: document.documentElement.scrollWidth - innerWidth};
}

// Short words and days of tables that a reader has to put together from several lines.
function brokenWords() {
  const broken = [];
  for (const cell of document.querySelectorAll('td, th')) {
    if (!/^([\w.:]{2,16}|\d{4}-\d\d-\d\d)$/.test(cell.textContent)) continue;
    const range = document.createRange();
    range.selectNodeContents(cell);
    const lines = new Set([...range.getClientRects()].map((rect) => Math.round(rect.top)));
    if (lines.size > 1) broken.push(cell.textContent);
  }
  return broken;
}

function contents() {
  const number = (text) => (text === undefined ? null : Number(text));
  const all = (selector) => [...document.querySelectorAll(selector)];
  return {
    answers: Object.fromEntries(all('[id^="answer-"]').map((e) => [e.id.slice(7), {value: number(e.dataset.value), text: e.textContent}])),
    tiles: Object.fromEntries(all('[id^="tile-"]').map((e) => [e.id.slice(5), {value: number(e.dataset.value), previous: number(e.dataset.previous)}])),
    badges: Object.fromEntries(all('[id^="badge-"]').map((e) => [e.id.slice(6), {state: e.dataset.state, text: e.textContent}])),
    texts: Object.fromEntries(all('[id^="text-"]').map((e) => [e.id.slice(5), {value: number(e.dataset.value), text: e.textContent}])),
    figures: Object.fromEntries(all('script[type="application/json"]').map((e) => [e.id.slice(5), JSON.parse(e.textContent)])),
    drawn: all('[data-chart]').filter((e) => e.querySelector('svg, canvas')).map((e) => e.dataset.chart),
  };
}

async function lookAt(page, at, within = 'body') {
  const look = await page.evaluate(overlaps, within);
  look.found.forEach((fault) => faults.push(`${at}: text overlaps: ${fault}`));
  look.lost.forEach((fault) => faults.push(`${at}: ${fault}`));
  if (look.count === 0) faults.push(`${at}: no text on the page`);
  if (look.overflow > 0) faults.push(`${at}: the page is ${look.overflow} px wider than the screen`);
}

// A number tells by Enter where it comes from, and Escape goes back to it.
async function checkOrigin(page, at) {
  const number = page.locator('[data-origin]:visible').first();
  if (await number.count() === 0) return;
  await number.focus();
  await page.keyboard.press('Enter');
  const told = await page.locator('dialog[open] dl').allTextContents();
  if (!told.join().includes('Rows')) faults.push(`${at}: a number does not tell where it comes from`);
  await lookAt(page, `${at}, origin told`, 'dialog');
  await page.keyboard.press('Escape');
  if (!await number.evaluate((e) => e === document.activeElement)) faults.push(`${at}: the focus is lost when the origin is closed`);
}

// Each chart has a name that says its main fact, a table and a CSV file.
async function checkWaysToData(page, at) {
  const lacking = await page.evaluate(() => [...document.querySelectorAll('figure')].filter((figure) => {
    const chart = figure.querySelector('[role="img"]');
    const isNamed = !chart || chart.getAttribute('aria-label').length > 10;
    const hasRows = JSON.parse(figure.querySelector('script').textContent).columns.some((column) => column.values.length > 0);
    return hasRows && !(isNamed && figure.querySelector('table') && figure.querySelector('[data-csv]:not([hidden])'));
  }).map((figure) => figure.id));
  lacking.forEach((id) => faults.push(`${at}: ${id} has no name, no table or no CSV`));
  const button = page.locator('[data-csv]:visible').first();
  if (await button.count() === 0) return;
  const [download] = await Promise.all([page.waitForEvent('download'), button.press('Enter')]);
  if (!download.suggestedFilename().endsWith('.csv')) faults.push(`${at}: the CSV is called ${download.suggestedFilename()}`);
}

async function checkFilter(page, at) {
  const filter = page.locator('#filter');
  if (await filter.count() === 0) return;
  const choices = await filter.locator('option').count();
  for (const choice of [1, choices - 1, 0]) {
    await filter.selectOption({index: choice});
    await page.waitForFunction(() => [...document.querySelectorAll('[data-chart]')].every((e) => !e.clientWidth || e.querySelector('svg, canvas')));
    await lookAt(page, `${at}, choice ${choice}`);
  }
}

const browser = await chromium.launch({executablePath: process.env.WEIR_CHROMIUM || '/usr/bin/chromium', headless: true, args: ['--no-sandbox']});
let read = null;
for (const width of [390, 1280]) {
  for (const colorScheme of ['light', 'dark']) {
    const at = `${width} px, ${colorScheme}`;
    const context = await browser.newContext({viewport: {width, height: 900}, colorScheme, offline: true});
    const page = await context.newPage();
    page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) faults.push(`${at}: console: ${message.text()}`); });
    page.on('pageerror', (error) => faults.push(`${at}: script: ${error.message}`));
    page.on('request', (request) => { if (request.url() !== url && !/^(data|blob):/.test(request.url())) faults.push(`${at}: asks for ${request.url()}`); });
    await page.goto(url);
    await page.waitForSelector('html[data-ready]', {state: 'attached', timeout: 20000}).catch(() => faults.push(`${at}: the page's script does not come to its end`));
    await lookAt(page, at);
    if (shots) await page.screenshot({path: path.join(shots, `report-${width}-${colorScheme}.png`), fullPage: true});
    // The tables are closed at first: their text must not overlap either once a reader opens them.
    await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
    await lookAt(page, `${at}, tables open`);
    (await page.evaluate(brokenWords)).forEach((word) => faults.push(`${at}: '${word}' is broken in its cell`));
    read ??= await page.evaluate(contents);
    if (colorScheme === 'light') {
      await checkOrigin(page, at);
      await checkWaysToData(page, at);
      await checkFilter(page, at);
      await page.setViewportSize({width: 718, height: 1000});  // A4 without its margins.
      await page.emulateMedia({media: 'print'});
      await lookAt(page, `${at}, on paper`);
    }
    await context.close();
  }
}
await browser.close();
console.log(JSON.stringify(read, null, 1));
faults.forEach((fault) => console.error(fault));
process.exit(faults.length ? 1 : 0);
