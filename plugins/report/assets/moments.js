// Moments as people read them: days as the data has them, moments in the reader's time zone.
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MS = 86400000;
const MINUTE_MS = 60000;
const READERS_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
const twoDigits = (n) => String(n).padStart(2, '0');
const offsetMinutes = (ms) => -new Date(ms).getTimezoneOffset();
// What the reader's clocks show, to be read with the UTC getters; of a day the day.
const onClock = (ms, isDay) => new Date(isDay ? ms : ms + offsetMinutes(ms) * MINUTE_MS);
const isMidnight = (date) => date.getTime() % DAY_MS === 0;

// "UTC+1": true on both sides of a change of the clocks.
function zoneAt(ms) {
  const offset = offsetMinutes(ms);
  if (!offset) return 'UTC';
  const rest = Math.abs(offset) % 60;
  return `UTC${offset < 0 ? '\u2212' : '+'}${Math.floor(Math.abs(offset) / 60)}${rest ? ':' + twoDigits(rest) : ''}`;
}

const clockText = (date) => `${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}` + (date.getUTCSeconds() ? ':' + twoDigits(date.getUTCSeconds()) : '');
const dayText = (date) => `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;

function momentText(ms, isDay) {
  if (ms === null) return '\u2013';
  const date = onClock(ms, isDay);
  return dayText(date) + (isDay ? '' : ` ${clockText(date)} ${zoneAt(ms)}`);
}

function tickText(ms, span, isDay) {
  const date = onClock(ms, isDay);
  if (span < 10 * MINUTE_MS) return `${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}:${twoDigits(date.getUTCSeconds())}`;
  if (!isMidnight(date)) return `${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}`;
  if (date.getUTCDate() !== 1) return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  return date.getUTCMonth() === 0 ? String(date.getUTCFullYear()) : `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCFullYear())}`;
}

// The page is written in UTC, as each of its times says; here it gets the reader's.
const WRITTEN = /(\d{4}-\d\d-\d\d) (\d\d:\d\d)(:\d\d)? UTC/g;
function inReadersZone(text, zone = (ms) => ` ${zoneAt(ms)}`) {
  return text.replace(WRITTEN, (_, day, clock, seconds) => {
    const ms = Date.parse(`${day}T${clock}${seconds || ':00'}Z`);
    const date = onClock(ms, false);
    return `${date.toISOString().slice(0, 10)} ${clockText(date)}${zone(ms)}`;
  });
}

function turnTexts(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) node.data = inReadersZone(node.data);
}

// Of a table the head names the zone, once for the column.
function turnColumn(word) {
  const place = word.closest('th').cellIndex;
  for (const row of word.closest('table').tBodies[0].rows) {
    const text = row.cells[place].firstChild;
    text.data = inReadersZone(`${text.data} UTC`.replace('  ', ' '), () => '').replace(/ UTC$/, '');
  }
  word.textContent = READERS_ZONE;
}

const PLACES = '.about dd, .answer, .fact, .note, .marks li, .provenance, .state, .text, .steps span, .cohorts th';
document.querySelectorAll(PLACES).forEach(turnTexts);
document.querySelectorAll('th .zone').forEach(turnColumn);
document.querySelectorAll('[data-window]').forEach((e) => { e.dataset.window = inReadersZone(e.dataset.window); });
document.querySelectorAll('.chart').forEach((e) => e.setAttribute('aria-label', inReadersZone(e.getAttribute('aria-label'))));
document.getElementById('zone').textContent = READERS_ZONE === 'UTC' ? 'UTC' : `${READERS_ZONE}, your time zone`;
