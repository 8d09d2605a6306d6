// Moments as people read them, always UTC.
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const twoDigits = (n) => String(n).padStart(2, '0');
const isMidnight = (ms) => ms % 86400000 === 0;

function momentText(ms, withTime) {
  const d = new Date(ms);
  const day = `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`;
  if (!withTime) return day;
  return `${day} ${twoDigits(d.getUTCHours())}:${twoDigits(d.getUTCMinutes())}` + (d.getUTCSeconds() ? ':' + twoDigits(d.getUTCSeconds()) : '');
}

function tickText(ms, span) {
  const d = new Date(ms);
  const clock = `${twoDigits(d.getUTCHours())}:${twoDigits(d.getUTCMinutes())}`;
  if (span < 10 * 60000) return `${clock}:${twoDigits(d.getUTCSeconds())}`;
  if (!isMidnight(ms)) return clock;
  if (d.getUTCDate() !== 1) return `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}`;
  return d.getUTCMonth() === 0 ? String(d.getUTCFullYear()) : `${MONTHS[d.getUTCMonth()]} ${String(d.getUTCFullYear())}`;
}
