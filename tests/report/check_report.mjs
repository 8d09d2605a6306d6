// Opens a report from disk with the network cut and looks at it as a reader would.
//
//   node check_report.mjs REPORT.html [--shots DIRECTORY | --once]
//
// Needs: playwright-core and axe-core where NODE_PATH or WEIR_NODE_MODULES points, chromium at /usr/bin/chromium or
// WEIR_CHROMIUM. Prints the answers, tiles, badges, texts and figures that the page holds as JSON. Fails (exit 1, one line
// a fault on stderr) on more than 3 MB, on a console error, on any request beside the file itself, on two text boxes that
// intersect by more than 1 px, in charts too, on a text that is cut or shortened, on a short word of a table that is broken,
// and on what axe-core calls serious or critical, at 390 and 1280 px, in light and dark, on paper and for each choice of the
// page's drop-down; and on what keys do not reach: where a number comes from, the table of each chart and its CSV. `--once`
// looks at 1280 px in light only.
import {readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {finish, launch, openReport, packageFile} from './reader.mjs';

const [file, flag, shots] = process.argv.slice(2);
if (!file || (flag && !['--shots', '--once'].includes(flag))) {
  console.error('usage: node check_report.mjs REPORT.html [--shots DIRECTORY | --once]');
  process.exit(2);
}
const faults = [];
const MOST_BYTES = 3e6;
const bytes = statSync(file).size;
if (bytes > MOST_BYTES) faults.push(`the page has ${bytes} bytes, more than ${MOST_BYTES}`);
const axe = readFileSync(packageFile('axe-core/axe.min.js'), 'utf8');

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
  const range = document.createRange();  // One for all: the browser keeps each up to date wherever a node goes.
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('script,style,noscript') || !isShown(element)) continue;
    const svgText = element.closest('text');
    if (svgText) {
      add(svgText, node.data, svgText.getBoundingClientRect(), svgText.closest('svg').parentElement);
      continue;
    }
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) add(node, node.data, rect, element);
  }
  // Letters on a canvas are no text of the page; the chart itself knows where it drew them.
  for (const chart of document.querySelector(within).querySelectorAll('[data-chart]')) {
    const canvas = chart.querySelector('canvas');
    if (!canvas || !chart.clientWidth) continue;
    const frame = canvas.getBoundingClientRect();
    for (const drawn of echarts.getInstanceByDom(chart).getZr().storage.getDisplayList(true)) {
      if (drawn.type !== 'tspan' || drawn.ignore || drawn.invisible || !drawn.style.text) continue;
      const place = drawn.getBoundingRect().clone();
      if (drawn.transform) place.applyTransform(drawn.transform);
      const [left, top] = [frame.left + place.x, frame.top + place.y];
      add(drawn, drawn.style.text, {left, top, right: left + place.width, bottom: top + place.height}, canvas.parentElement);
    }
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
  const range = document.createRange();
  for (const cell of document.querySelectorAll('td, th')) {
    if (!/^([\w.:]{2,16}|\d{4}-\d\d-\d\d)$/.test(cell.textContent)) continue;
    range.selectNodeContents(cell);
    const lines = new Set([...range.getClientRects()].map((rect) => Math.round(rect.top)));
    if (lines.size > 1) broken.push(cell.textContent);
  }
  return broken;
}

function contents() {
  // Long columns are packed, as docs/report.md says; here they are written out.
  const packedNumbers = (text) => {
    const view = new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
    return Array.from({length: view.byteLength / 8}, (_, i) => view.getFloat64(8 * i, true)).map((v) => (Number.isNaN(v) ? null : v));
  };
  const packedMoments = ({first, unit_us: unit, steps}) => {
    const all = [Date.parse(first)];
    steps.flatMap((step) => (Array.isArray(step) ? Array(step[1]).fill(step[0]) : [step])).forEach((step) => all.push(all.at(-1) + step * unit / 1000));
    return all.map((ms) => new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z'));
  };
  const written = (values) => (values.float64 ? packedNumbers(values.float64) : values.steps ? packedMoments(values) : values);
  const rows = (figure) => ({...figure, columns: figure.columns.map((column) => ({...column, values: written(column.values)}))});
  const number = (text) => (text === undefined ? null : Number(text));
  const all = (selector) => [...document.querySelectorAll(selector)];
  return {
    answers: Object.fromEntries(all('[id^="answer-"]').map((e) => [e.id.slice(7), {value: number(e.dataset.value), text: e.textContent}])),
    tiles: Object.fromEntries(all('[id^="tile-"]').map((e) => [e.id.slice(5), {value: number(e.dataset.value), previous: number(e.dataset.previous)}])),
    badges: Object.fromEntries(all('[id^="badge-"]').map((e) => [e.id.slice(6), {state: e.dataset.state, text: e.textContent}])),
    texts: Object.fromEntries(all('[id^="text-"]').map((e) => [e.id.slice(5), {value: number(e.dataset.value), text: e.textContent}])),
    figures: Object.fromEntries(all('script[type="application/json"]').map((e) => [e.id.slice(5), rows(JSON.parse(e.textContent))])),
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
    const hasRows = JSON.parse(figure.querySelector('script').textContent).columns.some((column) => column.values.length !== 0);
    return hasRows && !(isNamed && figure.querySelector('table') && figure.querySelector('[data-csv]:not([hidden])'));
  }).map((figure) => figure.id));
  lacking.forEach((id) => faults.push(`${at}: ${id} has no name, no table or no CSV`));
  const button = page.locator('[data-csv]:visible').first();
  if (await button.count() === 0) return;
  const [download] = await Promise.all([page.waitForEvent('download'), button.press('Enter')]);
  if (!download.suggestedFilename().endsWith('.csv')) faults.push(`${at}: the CSV is called ${download.suggestedFilename()}`);
}

// Pressing Tab comes to the table and the CSV of every figure, and Enter opens the table so that Tab goes into it.
async function checkTab(page, at) {
  await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = false; }));
  const stops = 'a:visible, button:visible, select:visible, summary:visible, [tabindex="0"]:visible';
  // Each table that is opened on the way is one more.
  const most = 20 + await page.locator(stops).count() + await page.locator('summary:visible').count();
  await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
  const reached = new Set();
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    const [figure, what] = await page.evaluate(() => {
      const at = document.activeElement;
      const summary = at.matches('summary') ? 'summary' : at.matches('[data-csv]') ? 'csv' : at.matches('.scroll') && at.querySelector('table') ? 'table' : '';
      return [at.closest('figure')?.id, summary];
    });
    if (what) reached.add(`${figure} ${what}`);
    if (what === 'summary') await page.keyboard.press('Enter');
  }
  const figures = await page.evaluate(() => [...document.querySelectorAll('figure')].filter((f) => f.getClientRects().length).map((f) => [f.id, Boolean(f.querySelector('table')), Boolean(f.querySelector('[data-csv]'))]));
  for (const [id, hasTable, hasCsv] of figures) {
    if (hasTable && !reached.has(`${id} table`)) faults.push(`${at}: pressing Tab does not reach the table of ${id}`);
    if (hasCsv && !reached.has(`${id} csv`)) faults.push(`${at}: pressing Tab does not reach the CSV of ${id}`);
  }
}

// What axe-core finds that keeps somebody out. Charts hide their letters from it behind role="img" and a name.
async function checkAxe(page, at) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    // A fixed frame cannot scroll while axe looks, or colours under the sticky contents would be read wrong.
    scrollTo(0, 0);
    const {violations} = await window.axe.run(document, {resultTypes: ['violations']});
    return violations.map((v) => ({id: v.id, impact: v.impact, help: v.help, nodes: v.nodes.map((n) => n.html.slice(0, 120) + (n.any[0] ? ': ' + n.any[0].message : ''))}));
  });
  for (const {id, impact, help, nodes} of violations)
    if (['serious', 'critical'].includes(impact)) faults.push(`${at}: axe-core: ${impact}: ${id}: ${help}: ${nodes.length} places, the first: ${nodes[0]}`);
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

const browser = await launch();
let read = null;
const once = flag === '--once';
for (const width of once ? [1280] : [390, 1280]) {
  for (const colorScheme of once ? ['light'] : ['light', 'dark']) {
    const at = `${width} px, ${colorScheme}`;
    const page = await openReport(browser, file, {viewport: {width, height: 900}, colorScheme}, (fault) => faults.push(`${at}: ${fault}`));
    await lookAt(page, at);
    if (shots) await page.screenshot({path: path.join(shots, `report-${width}-${colorScheme}.png`), fullPage: true});
    // The tables are closed at first: their text must not overlap either once a reader opens them.
    await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
    await lookAt(page, `${at}, tables open`);
    await checkAxe(page, at);
    (await page.evaluate(brokenWords)).forEach((word) => faults.push(`${at}: '${word}' is broken in its cell`));
    read ??= await page.evaluate(contents);
    if (colorScheme === 'light') {
      await checkOrigin(page, at);
      await checkWaysToData(page, at);
      await checkFilter(page, at);
      if (width === 1280) await checkTab(page, at);
      await page.setViewportSize({width: 718, height: 1000});  // A4 without its margins.
      await page.emulateMedia({media: 'print'});
      // Charts are drawn anew for paper a moment later.
      await page.waitForFunction(() => [...document.querySelectorAll('[data-chart]')].every((box) => {
        const drawn = box.querySelector('svg, canvas');
        return box.clientWidth <= box.parentElement.clientWidth + 1 && (!drawn || drawn.getBoundingClientRect().width <= box.clientWidth + 1);
      })).catch(() => {});
      await lookAt(page, `${at}, on paper`);
    }
    await page.context().close();
  }
}
console.log(JSON.stringify(read, null, 1));
await finish(browser, faults);
