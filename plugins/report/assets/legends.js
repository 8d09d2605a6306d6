// What each colour means; where there are several series, a button for each hides it.
const SWITCHES = ['line', 'bars', 'percentiles', 'shares'];

function seriesText(column, kind) {
  const needsUnit = ['number', 'si'].includes(column.format) && !['', '%', column.label.toLowerCase()].includes(column.unit);
  return column.label + (needsUnit && kind !== 'shares' ? `, ${column.unit}` : '');
}

function seriesButton(chart, column, i) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = seriesText(column, chart.data.kind);
  button.style.setProperty('--mark', `var(--s${i % SERIES})`);
  button.setAttribute('aria-pressed', 'true');
  button.addEventListener('click', () => {
    const hides = !chart.hidden.has(column.name);
    if (hides && chart.hidden.size === chart.data.columns.length - 2) return;  // The last one stays.
    chart.hidden[hides ? 'add' : 'delete'](column.name);
    button.setAttribute('aria-pressed', String(!hides));
    draw(chart);
  });
  return button;
}

function seriesWord(text, i, opacity = 1) {
  const word = document.createElement('span');
  word.textContent = text;
  word.style.setProperty('--mark', `color-mix(in srgb, var(--s${i}) ${opacity * 100}%, var(--card))`);
  return word;
}

function legend(chart) {
  const holder = document.getElementById(`legend-${chart.data.id}`);
  const columns = chart.data.columns.slice(1);
  if (chart.data.kind === 'forecast') {
    if (columns[0].values.some((v) => v !== null)) holder.append(seriesWord(columns[0].label, 0));
    holder.append(seriesWord(columns[1].label, 1), seriesWord('80 % of cases', 1, 0.36), seriesWord('95 % of cases', 1, 0.14));
  } else if (chart.data.kind === 'interval') {
    holder.append(seriesWord(seriesText(columns[0], 'interval'), 0), seriesWord(`${columns[1].label} to ${columns[2].label}`, 0, 0.18));
  } else if (chart.data.kind === 'box') {
    holder.append(seriesWord(`${columns[0].label} \u2013 [${columns.slice(1, 4).map((c) => c.label).join(' | ')}] \u2013 ${columns[4].label}`, 0));
  } else if (SWITCHES.includes(chart.data.kind)) {
    columns.forEach((column, i) => holder.append(seriesButton(chart, column, i)));
  }
}
