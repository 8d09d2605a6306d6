// A click on a number tells where it comes from: node, window, rows and what made it.
const LINES = ['line', 'percentiles', 'interval', 'forecast'];
const dialog = document.getElementById('origin');

function showOrigin(item, data, facts) {
  const list = dialog.querySelector('dl');
  const all = [...facts, ['From', item.dataset.sources], ['Window', item.dataset.window], ['Rows', item.dataset.rows]];
  list.replaceChildren(...all.filter(([, value]) => value).flatMap(([term, value]) => {
    const [dt, dd] = [document.createElement('dt'), document.createElement('dd')];
    dt.textContent = term;
    dd.textContent = value;
    return [dt, dd];
  }));
  dialog.showModal();
}

const made = (column) => [['Column', column.label === column.name ? column.name : `${column.label} (${column.name})`], ['Made by', column.expression]];

function chartOrigin(data, found) {
  const column = data.columns.find((c) => c.name === found.seriesName) || data.columns.at(-1);
  const head = Array.isArray(found.value) ? found.value[0] : found.name;
  const at = data.columns[0].type === 'moment' && Number.isFinite(head) ? momentText(head, data.columns[0].isDay) : String(found.name || head).split('\0').pop();
  return [['At', at], ...made(column)];
}

// The number that is nearest to a place in a chart of lines: along x first, as the tooltip finds its row, then along y.
function numberNear(chart, place) {
  const [x, ...columns] = chart.data.columns;
  const [atX, atY] = chart.view.convertFromPixel('grid', place);
  const shown = columns.filter((c) => !chart.hidden.has(c.name));
  let nearest = null;
  (x.times || x.values.map((_, i) => i)).forEach((one, row) => shown.forEach((column) => {
    const value = column.values[row];
    if (one === null || value === null) return;
    const [awayX, awayY] = [Math.abs(one - atX), Math.abs(value - atY)];
    if (nearest && (awayX > nearest.awayX || (awayX === nearest.awayX && awayY >= nearest.awayY))) return;
    nearest = {awayX, awayY, row, column};
  }));
  return nearest;
}

function lineOrigin({columns: [x]}, {row, column}) {
  const at = x.type === 'moment' ? momentText(x.times[row], x.isDay) : String(x.values[row] ?? '(none)');
  return [['Number', full(column, column.values[row])], ['At', at], ...made(column)];
}

// Bars, boxes and ways are hit or missed. A line is too thin to hit, and a band no number: there each place of the plot area counts.
function listenForClicks(chart) {
  const {box, data, view} = chart;
  const show = (facts) => showOrigin(box.closest('figure'), data, facts);
  if (!LINES.includes(data.kind)) {
    view.on('click', (found) => show(chartOrigin(data, found)));
    return;
  }
  const canvas = view.getZr();
  const isInside = ({offsetX, offsetY}) => view.containPixel('grid', [offsetX, offsetY]);
  canvas.on('mousemove', (event) => { if (isInside(event)) canvas.setCursorStyle('pointer'); });
  canvas.on('click', (event) => {
    const found = isInside(event) && numberNear(chart, [event.offsetX, event.offsetY]);
    if (found) show(lineOrigin(data, found));
  });
}

function cellOrigin(data, cell) {
  const table = cell.closest('table');
  const row = cell.parentElement;
  return [
    ['Number', cell.textContent], [table.tHead.rows[0].cells[0].textContent, row.cells[0].textContent], ...made(data.columns[cell.cellIndex]),
  ];
}

document.querySelectorAll('[data-origin]').forEach((button) => button.addEventListener('click', () => {
  const tile = button.closest('article');
  showOrigin(tile, null, [['Number', button.textContent], ['Made by', tile.dataset.expression]]);
}));
document.querySelectorAll('figure table').forEach((table) => table.addEventListener('click', (event) => {
  const cell = event.target.closest('td.number');
  const figure = table.closest('figure');
  if (!cell || !cell.textContent || getSelection().toString()) return;
  const data = dataOf(figure.querySelector('script').id.slice(5));
  showOrigin(figure, data, cellOrigin(data, cell));
}));
