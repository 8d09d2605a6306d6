// Numbers as people read them: full() in words and tips, brief() on an axis.
const MINUS = '\u2212';
const grouped = (value, digits) => value.toLocaleString('en-US', {maximumFractionDigits: digits, minimumFractionDigits: digits});

function plain(value) {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 1000) return grouped(value, 0);
  return value.toLocaleString('en-US', {maximumFractionDigits: size >= 100 ? 1 : size >= 1 ? 2 : 4});
}

// The two largest units that have a part, as the words of the page have it: "1 h 5 min".
function duration(value) {
  const size = Math.abs(value);
  if (size < 120) return plain(size >= 10 ? Math.round(value * 10) / 10 : value) + ' s';
  const first = TIMES.findIndex(([limit]) => size >= limit);
  const [large, small] = [TIMES[first], TIMES[Math.min(first + 1, TIMES.length - 1)]];
  const whole = Math.round(size / small[0]) * small[0];
  const rest = Math.floor((whole % large[0]) / small[0]);
  return (value < 0 ? MINUS : '') + Math.floor(whole / large[0]) + large[1] + (rest ? ` ${rest}${small[1]}` : '');
}

function scaled(value, steps, digits = 1) {
  const [size, name] = steps.find(([limit]) => Math.abs(value) >= limit) || [1, steps.at(-1)[1]];
  return (value / size).toLocaleString('en-US', {maximumFractionDigits: digits}) + name;
}

const SHORT = [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'k'], [1, '']];
const prefixed = (unit) => ['Y', 'Z', 'E', 'P', 'T', 'G', 'M', 'k', ''].map((prefix, i) => [10 ** (3 * (8 - i)), ` ${prefix}${unit}`]);
const BYTES = prefixed('B');
const BITS = prefixed('b');
const TIMES = [[86400, ' d'], [3600, ' h'], [60, ' min'], [1, ' s']];

function withUnit(column, value, digits) {
  const sign = value < 0 ? MINUS : '';
  const size = digits(Math.abs(value));
  if (column.format === 'money') return sign + (column.unit || '$') + size;
  if (column.unit === '%') return sign + size + '%';
  return sign + size + (column.unit ? ' ' + column.unit : '');
}

// Formats that bring a unit of their own; nothing for the others.
function measured(column, value) {
  if (column.format === 'bytes') return scaled(value, BYTES);
  if (column.format === 'bits') return scaled(value, BITS);
  if (column.format === 'si') return scaled(value, prefixed(column.unit));
  if (column.format === 'seconds') return scaled(value, TIMES, 2);
  return null;
}

// One row of 10,000 is little, and not none.
function percent(value) {
  const text = grouped(value * 100, 1);
  return (value !== 0 && Number(text) === 0 ? plain(value * 100) : text) + '%';
}

function full(column, value) {
  if (value === null || value === undefined) return '\u2013';
  if (column.format === 'percent') return percent(value);
  if (column.format === 'seconds') return duration(value);
  return measured(column, value) ?? withUnit(column, value, column.format === 'money' ? (v) => grouped(v, v < 10000 ? 2 : 0) : plain);
}

// On an axis: short, because it is read at a glance.
function brief(column, value) {
  if (column.format === 'percent') return plain(Math.round(value * 1e6) / 1e4) + '%';
  const own = measured(column, value);
  if (own !== null) return own;
  const digits = (v) => (v >= 1e3 ? scaled(v, SHORT, 2) : plain(v));
  // A word as a unit is in the legend; repeating it on each tick only takes room.
  const short = column.unit.length <= 3 ? column : {...column, unit: column.format === 'money' ? column.unit : ''};
  return withUnit(short, value, digits);
}
