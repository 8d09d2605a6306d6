// The rows behind a figure as the page carries them. Of a column of moments `times` has milliseconds; `values` are what
// the CSV has. Many moments come packed as the first and how far each is from the one before, many numbers as the bits of
// doubles.
const MILLISECOND = 1000;
const rowsRead = new Map();

function unpackedUs({first, unit_us: unit, steps}) {
  const us = [Date.parse(first.replace(/\.\d+/, '')) * MILLISECOND + Number((first.match(/\.(\d+)/)?.[1] ?? '').padEnd(6, '0'))];
  steps.forEach((step) => {
    const [size, count] = Array.isArray(step) ? step : [step, 1];
    for (let i = 0; i < count; i++) us.push(us.at(-1) + size * unit);
  });
  return us;
}

function isoOfUs(us) {
  const rest = ((us % 1e6) + 1e6) % 1e6;
  const whole = new Date((us - rest) / MILLISECOND).toISOString().slice(0, 19);
  return whole + (rest ? '.' + String(rest).padStart(6, '0').replace(/0+$/, '') : '') + 'Z';
}

function unpackedNumbers({float64}) {
  const bytes = Uint8Array.from(atob(float64), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Array.from({length: bytes.length / 8}, (_, i) => view.getFloat64(8 * i, true)).map((v) => (Number.isNaN(v) ? null : v));
}

function readColumn(column) {
  if (column.values.float64) return {...column, values: unpackedNumbers(column.values)};
  if (column.type !== 'moment') return column;
  if (Array.isArray(column.values)) {
    // A day is a date without a clock time: it is the same day for every reader.
    const isDay = (column.values.find((v) => v !== null) ?? '').length === 10;
    return {...column, isDay, times: column.values.map((v) => (v === null ? null : Date.parse(v)))};
  }
  const us = unpackedUs(column.values);
  return {...column, isDay: false, times: us.map((one) => one / MILLISECOND), get values() { return us.map(isoOfUs); }};
}

function dataOf(id) {
  if (!rowsRead.has(id)) {
    const data = JSON.parse(document.getElementById(`data-${id}`).textContent);
    const columns = data.columns.map(readColumn);
    rowsRead.set(id, {...data, columns, count: columns.length ? (columns[0].times || columns[0].values).length : 0});
  }
  return rowsRead.get(id);
}
