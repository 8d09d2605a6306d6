// A click on a number tells where it comes from: node, window, rows and what made it.
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
  const name = String(found.seriesName || '').replace(/^\0open /, '');
  const column = data.columns.find((c) => c.name === name) || data.columns.at(-1);
  const head = Array.isArray(found.value) ? found.value[0] : found.name;
  const at = data.columns[0].type === 'moment' && Number.isFinite(head) ? momentText(head, data.columns[0].isDay) : String(found.name || head).split('\0').pop();
  return [['At', at], ...made(column)];
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
