// Whether check_report.mjs finds what it is there for: node check_finds.mjs REPORT.html
//
// Plants one fault at a time in a copy of the page and expects the check to name it. REPORT.html has to pass without.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

const here = path.dirname(new URL(import.meta.url).pathname);
const whole = readFileSync(process.argv[2], 'utf8');

// A script at the end of the page that changes it before anybody looks.
const planted = (script) => whole.replace(/<\/body>\s*<\/html>\s*$/, `<script>${script}</script></body></html>`);
const inFirstChart = (lines) => planted(`{
  const svg = document.querySelector('[data-chart] svg');
  const letters = [...svg.querySelectorAll('text')].find((e) => e.textContent.trim().length > 2);
  ${lines}
}`);

const PLANTED = {
  'a label over another in a chart': [inFirstChart('const twin = letters.cloneNode(true); twin.textContent = "planted"; letters.after(twin);'), /text overlaps: .*'planted'/],
  'a label that leaves its chart': [inFirstChart('const box = letters.getBoundingClientRect(); letters.removeAttribute("transform"); letters.setAttribute("x", -box.width / 2); letters.setAttribute("y", 40); letters.style.textAnchor = "start"; letters.textContent = "planted and cut";'), /'planted and cut' is cut by/],
  'a label over another on a canvas': [planted(`{
    const box = document.querySelector('[data-chart]');
    echarts.getInstanceByDom(box).dispose();
    const chart = echarts.init(box, null, {renderer: 'canvas'});
    const text = (words, x) => ({type: 'text', x, y: 40, style: {text: words, font: '12px sans-serif'}});
    chart.setOption({animation: false, graphic: [text('first on canvas', 40), text('second on canvas', 60)]});
    chart.getZr().flush();
  }`), /text overlaps: '(first|second) on canvas' and '(first|second) on canvas'/],
  'a shortened label': [inFirstChart('letters.textContent = "plan\\u2026";'), /'plan\u2026' is shortened/],
  'text over text on the page': [planted('document.querySelector("h2").style.marginBottom = "-40px";'), /text overlaps/],
  'a button without a name': [planted('document.querySelector("main").insertAdjacentHTML("beforeend", "<button></button>");'), /axe-core: critical: button-name/],
  'letters that are hard to see': [planted('document.querySelector("h2").style.cssText = "color:#999;background:#aaa";'), /axe-core: serious: color-contrast/],
  'a table that keys do not reach': [planted('document.querySelector("details.data summary").tabIndex = -1;'), /pressing Tab does not reach the table of/],
  'a page that is too large': [whole + `<!--${'x'.repeat(3e6)}-->`, /more than 3000000/],
  'a request': [planted('new Image().src = "https://example.org/x.png";'), /asks for https:\/\/example\.org/],
};

const directory = mkdtempSync(path.join(os.tmpdir(), 'weir-planted-'));
let failed = 0;
for (const [name, [html, expected]] of Object.entries(PLANTED)) {
  const file = path.join(directory, 'page.html');
  writeFileSync(file, html);
  const {status, stderr} = spawnSync(process.execPath, [path.join(here, 'check_report.mjs'), file, '--once'], {encoding: 'utf8', env: process.env});
  const isFound = html !== whole && status === 1 && expected.test(stderr);
  console.log(`${isFound ? 'found' : 'MISSED'}: ${name}`);
  if (isFound) continue;
  failed++;
  console.error(`${name}: the check ended with ${status} and said\n${stderr.slice(0, 1000)}`);
}
rmSync(directory, {recursive: true});
process.exit(failed ? 1 : 0);
