// Whether check_report.mjs finds what it is there for: node check_finds.mjs REPORT.html
//
// Plants one fault of each sort in a copy of the page, looks at it once, and expects the check to name them all.
// REPORT.html has to have three charts in SVG and to pass without.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

const here = path.dirname(new URL(import.meta.url).pathname);
const whole = readFileSync(process.argv[2], 'utf8');

const PLANTED = `<button class="planted"></button><script>{
  const charts = [...document.querySelectorAll('[data-chart]')].filter((e) => e.querySelector('svg'));
  const letters = (chart, i) => [...chart.querySelectorAll('text')].filter((e) => e.textContent.trim().length > 2)[i];
  const over = letters(charts[0], 0).cloneNode(true);
  over.textContent = 'planted over another';
  letters(charts[0], 0).after(over);
  const beyond = letters(charts[1], 0);
  const width = beyond.getBoundingClientRect().width;
  beyond.removeAttribute('transform');
  beyond.setAttribute('x', -width / 2);
  beyond.setAttribute('y', 40);
  beyond.style.textAnchor = 'start';
  beyond.textContent = 'planted and cut';
  letters(charts[1], 1).textContent = 'plan\\u2026';
  echarts.getInstanceByDom(charts[2]).dispose();
  const canvas = echarts.init(charts[2], null, {renderer: 'canvas'});
  const text = (words, x) => ({type: 'text', x, y: 40, style: {text: words, font: '12px sans-serif'}});
  canvas.setOption({animation: false, graphic: [text('first on canvas', 40), text('second on canvas', 60)]});
  canvas.getZr().flush();
  const [first, second] = document.querySelectorAll('main h2');
  first.style.position = 'relative';
  first.insertAdjacentHTML('beforeend', '<span style="position:absolute;left:0">planted on a heading</span>');
  second.style.cssText = 'color:#999;background:#aaa';
  document.querySelector('details.data summary').tabIndex = -1;
  new Image().src = 'https://example.org/x.png';
}</script><!--${'x'.repeat(3e6)}-->`;

const EXPECTED = {
  'a label over another in a chart': /text overlaps: .*'planted over another'/,
  'a label that leaves its chart': /'planted and cut' is cut by/,
  'a shortened label': /'plan\u2026' is shortened/,
  'a label over another on a canvas': /text overlaps: '(first|second) on canvas' and '(first|second) on canvas'/,
  'text over text on the page': /text overlaps: .*'planted on a heading'/,
  'a button without a name': /axe-core: critical: button-name/,
  'letters that are hard to see': /axe-core: serious: color-contrast/,
  'a table that keys do not reach': /pressing Tab does not reach the table of/,
  'a page that is too large': /more than 3000000/,
  'a request': /asks for https:\/\/example\.org/,
};

const directory = mkdtempSync(path.join(os.tmpdir(), 'weir-planted-'));
const file = path.join(directory, 'page.html');
writeFileSync(file, whole.replace('</body>', () => `${PLANTED}</body>`));
const {status, stderr} = spawnSync(process.execPath, [path.join(here, 'check_report.mjs'), file, '--once'], {encoding: 'utf8', env: process.env, maxBuffer: 1e8});
rmSync(directory, {recursive: true});
const missed = Object.entries(EXPECTED).filter(([, expected]) => !expected.test(stderr)).map(([name]) => name);
missed.forEach((name) => console.error(`not found: ${name}`));
if (missed.length || status !== 1) console.error(`the check ended with ${status} and said\n${stderr.slice(0, 4000)}`);
process.exit(missed.length || status !== 1 ? 1 : 0);
