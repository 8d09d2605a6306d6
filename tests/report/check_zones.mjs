// Whether readers in several time zones see the same days and their own hours: node check_zones.mjs REPORT.html
//
// REPORT.html is what pipelines/zones.yaml makes. Times are compared with what Node's Intl makes of the page's data.
import process from 'node:process';
import {finish, launch, openReport} from './reader.mjs';

const file = process.argv[2];
const FIRST_DAY = '2025-03-27';
const HOURS = 'hours_in_full';
const faults = [];
const browser = await launch();

// "2025-03-30 03:00" as the clocks of `zone` have it.
const clock = (iso, zone) => new Intl.DateTimeFormat('sv-SE', {timeZone: zone, dateStyle: 'short', timeStyle: 'short'}).format(new Date(iso));
const cells = (page, id, column) => page.evaluate(([figure, place]) => [...document.querySelectorAll(`#figure-${figure} tbody tr`)].map((row) => row.cells[place].textContent), [id, column]);
const values = (page, id, column) => page.evaluate(([figure, place]) => JSON.parse(document.getElementById(`data-${figure}`).textContent).columns[place].values, [id, column]);
const differs = (what, found, expected) => { if (JSON.stringify(found) !== JSON.stringify(expected)) faults.push(`${what}: found ${JSON.stringify(found).slice(0, 200)}, expected ${JSON.stringify(expected).slice(0, 200)}`); };

async function headOfTip(page, id) {
  const box = page.locator(`#chart-${id}`);
  await box.scrollIntoViewIfNeeded();
  const {x, y, width, height} = await box.boundingBox();
  await page.mouse.move(x + width / 3, y + height / 2);
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.waitForSelector(`#chart-${id} .tip`, {timeout: 5000}).catch(() => faults.push(`${id}: no answer to a hover`));
  return page.locator(`#chart-${id} .tip b`).first().textContent();
}

// Labels of the x axis with the moment that each stands at.
const ticks = (page, id) => page.evaluate((figure) => {
  const {axis} = echarts.getInstanceByDom(document.getElementById(`chart-${figure}`)).getModel().getComponent('xAxis');
  return axis.getViewLabels().map((label) => [axis.scale.getLabel ? label.tickValue ?? label.tick?.value : label.tickValue, label.formattedLabel]);
}, id);

const daysSeen = new Map();
for (const zone of ['America/Los_Angeles', 'Australia/Adelaide', 'Europe/Berlin', 'UTC']) {
  const page = await openReport(browser, file, {timezoneId: zone}, (fault) => faults.push(`${zone}: ${fault}`));
  differs(`${zone}: the zone that the page names`, await page.textContent('#zone'), zone === 'UTC' ? 'UTC' : `${zone}, your time zone`);

  const days = await cells(page, 'by_day', 0);
  daysSeen.set(zone, days);
  differs(`${zone}: first day`, days[0], FIRST_DAY);
  differs(`${zone}: days as they are written in the page`, days, await values(page, 'by_day', 0));
  differs(`${zone}: window of the days`, (await page.textContent('#figure-by_day .provenance')).includes(`${days[0]} to ${days.at(-1)}`), true);

  for (const column of [0, 1]) {
    const expected = (await values(page, HOURS, column)).map((iso) => clock(iso, zone));
    differs(`${zone}: hours of column ${column}`, await cells(page, HOURS, column), expected);
  }
  differs(`${zone}: zone of the hours`, await page.locator(`#figure-${HOURS} th .zone`).allTextContents(), [zone, zone]);
  const last = (await values(page, HOURS, 0)).at(-1);
  differs(`${zone}: badge`, (await page.textContent('#badge-fresh .state')).includes(clock(last, zone)), true);
  const made = await page.evaluate(() => [...document.querySelectorAll('.about div')].find((e) => e.textContent.startsWith('Made')).textContent);
  differs(`${zone}: Made names its zone`, /UTC([+\u2212]\d+(:\d\d)?)?$/.test(made) && made.endsWith('UTC') === (zone === 'UTC'), true);

  differs(`${zone}: tooltip of a day`, /^\d+ [A-Z][a-z]{2} 2025$/.test(await headOfTip(page, 'by_day')), true);
  const tip = await headOfTip(page, 'by_hour');
  const hours = await page.evaluate(() => JSON.parse(document.getElementById('data-by_hour').textContent).columns[0].values);
  const words = (iso) => { const [day, time] = clock(iso, zone).split(' '); return [Number(day.slice(8)), time]; };
  differs(`${zone}: tooltip of an hour, '${tip}'`, /UTC([+\u2212]\d+(:\d\d)?)?$/.test(tip) && hours.some((iso) => { const [day, time] = words(iso); return tip.startsWith(`${day} `) && tip.includes(` ${time} UTC`); }), true);

  for (const [at, label] of await ticks(page, 'by_hour')) {
    const [day, time] = words(at);
    if (/^\d+ [A-Z]/.test(label)) differs(`${zone}: label '${label}' at ${new Date(at).toISOString()}`, [Number(label.split(' ')[0]), '00:00'], [day, time]);
    else if (/^\d\d:\d\d$/.test(label)) differs(`${zone}: label '${label}' at ${new Date(at).toISOString()}`, label, time);
  }
  const dayLabels = (await ticks(page, 'by_day')).map(([, label]) => label);
  daysSeen.set(`labels of ${zone}`, dayLabels);
  differs(`${zone}: labels of days have no clock time`, dayLabels.filter((label) => label.includes(':')), []);
  if (zone !== 'UTC') {
    const left = await page.evaluate(() => document.body.innerText.match(/.*\d\d:\d\d UTC(?![+\u2212]).*/)?.[0] ?? '');
    differs(`${zone}: a time that is still UTC`, left, '');
  }
  await page.context().close();
}
for (const zone of ['Australia/Adelaide', 'Europe/Berlin', 'UTC']) {
  differs(`${zone}: the days of Los Angeles`, daysSeen.get(zone), daysSeen.get('America/Los_Angeles'));
  differs(`${zone}: the axis of Los Angeles`, daysSeen.get(`labels of ${zone}`), daysSeen.get('labels of America/Los_Angeles'));
}

// Without its script the page is UTC, and says so.
const still = await openReport(browser, file, {timezoneId: 'Australia/Adelaide', javaScriptEnabled: false}, () => {}).catch(() => null);
if (still) {
  differs('without script: the zone', await still.textContent('#zone'), 'UTC');
  differs('without script: the days', (await still.locator('#figure-by_day tbody th').allTextContents())[0], FIRST_DAY);
  differs('without script: the badge', /\d\d:\d\d UTC$/.test(await still.textContent('#badge-fresh .state')), true);
}
await finish(browser, faults);
