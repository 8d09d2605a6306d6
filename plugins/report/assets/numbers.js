// Numbers as people read them: full() in words and tips, brief() on an axis. What is told of a size is of no sign; signed()
// puts that in front.
const MINUS = '\u2212';
const grouped = (size, digits) => size.toLocaleString('en-US', {maximumFractionDigits: digits, minimumFractionDigits: digits});
const signed = (value, text) => (value < 0 ? MINUS : '') + text(Math.abs(value));

// As the words of the page have it.
function plain(size) {
  if (Number.isInteger(size) || size >= 1000) return grouped(size, 0);
  if (size < 1e-6) return size.toExponential(2);
  if (size < 0.001) return size.toLocaleString('en-US', {maximumSignificantDigits: 3});
  return size.toLocaleString('en-US', {maximumFractionDigits: size >= 100 ? 1 : size >= 1 ? 2 : 4});
}

const TIMES = [[86400, ' d'], [3600, ' h'], [60, ' min'], [1, ' s']];

// The two largest units that have a part, as the words of the page have it: "1 h 5 min".
function duration(size) {
  if (size < 120) return plain(size >= 10 ? Math.round(size * 10) / 10 : size) + ' s';
  let first = TIMES.findIndex(([limit]) => size >= limit);
  const [step] = TIMES[Math.min(first + 1, TIMES.length - 1)];
  const whole = Math.round(size / step) * step;
  if (first > 0 && whole >= TIMES[first - 1][0]) first -= 1;
  const [large, small] = [TIMES[first], TIMES[first + 1]];
  const rest = small ? Math.floor((whole % large[0]) / small[0]) : 0;
  return grouped(Math.floor(whole / large[0]), 0) + large[1] + (rest ? ` ${rest}${small[1]}` : '');
}

function scaled(size, steps, digits = 1) {
  const [unit, name] = steps.find(([limit]) => size >= limit) || [1, steps.at(-1)[1]];
  return (size / unit).toLocaleString('en-US', {maximumFractionDigits: digits}) + name;
}

const SHORT = [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'k'], [1, '']];
const prefixed = (unit) => ['Y', 'Z', 'E', 'P', 'T', 'G', 'M', 'k', ''].map((prefix, i) => [10 ** (3 * (8 - i)), ` ${prefix}${unit}`]);
const BYTES = prefixed('B');
const BITS = prefixed('b');

function withUnit(column, text) {
  if (column.format === 'money') return (column.unit || '$') + text;
  if (column.unit === '%') return text + '%';
  return text + (column.unit ? ' ' + column.unit : '');
}

// Formats that bring a unit of their own; nothing for the others.
function measured(column, size) {
  if (column.format === 'bytes') return scaled(size, BYTES);
  if (column.format === 'bits') return scaled(size, BITS);
  if (column.format === 'si') return scaled(size, prefixed(column.unit));
  if (column.format === 'seconds') return scaled(size, TIMES, 2);
  return null;
}

// One row of 10,000 is little, and not none.
function percent(size) {
  const text = grouped(size * 100, 1);
  return (size !== 0 && Number(text) === 0 ? plain(size * 100) : text) + '%';
}

function fullSize(column, size) {
  if (column.format === 'percent') return percent(size);
  if (column.format === 'seconds') return duration(size);
  return measured(column, size) ?? withUnit(column, column.format === 'money' ? grouped(size, size < 10000 ? 2 : 0) : plain(size));
}

function full(column, value) {
  if (value === null || value === undefined) return '\u2013';
  return signed(value, (size) => fullSize(column, size));
}

function briefSize(column, size) {
  if (column.format === 'percent') return plain(Math.round(size * 1e6) / 1e4) + '%';
  // A word as a unit is in the legend; repeating it on each tick only takes room.
  const short = column.unit.length <= 3 ? column : {...column, unit: column.format === 'money' ? column.unit : ''};
  return measured(column, size) ?? withUnit(short, size >= 1e3 ? scaled(size, SHORT, 2) : plain(size));
}

// On an axis: short, because it is read at a glance.
const brief = (column, value) => signed(value, (size) => briefSize(column, size));
