// Paths as a Sankey: how many went from each step to which next one.
const MOST_LINKS = 60;
const COLUMN = 170;

// The largest links. One name may come in every step, so a node is a name in a step.
function pathLinks(data) {
  const [step, source, target, count] = data.columns.map((c) => c.values);
  const links = count.map((value, i) => ({value, step: step[i], source: source[i] ?? '(none)', target: target[i] ?? '(none)'}));
  const known = links.filter((link) => link.value > 0 && link.step !== null);
  return known.sort((a, b) => b.value - a.value).slice(0, MOST_LINKS);
}

function pathNodes(links) {
  const first = links.reduce((least, link) => Math.min(least, link.step), Infinity);
  const nodes = new Map();
  const add = (depth, name) => nodes.set(`${depth}\0${name}`, {name: `${depth}\0${name}`, depth});
  links.forEach((link) => { add(link.step - first, link.source); add(link.step - first + 1, link.target); });
  return {first, nodes: [...nodes.values()]};
}

// What is no event of its own stands back.
const NO_EVENTS = ['(end)', '(start)', '(other)', '(none)'];
const pathColor = (node) => (NO_EVENTS.includes(pathLabel(node.name)) ? color('--faint') : palette()[node.depth % SERIES]);
const pathLabel = (name) => name.slice(name.indexOf('\0') + 1);

// How many columns there are, and how far nodes must be apart so that the lines of their names do not touch.
function pathSize(data, width) {
  const {nodes} = pathNodes(pathLinks(data));
  const counts = new Map();
  nodes.forEach((node) => counts.set(node.depth, (counts.get(node.depth) || 0) + 1));
  const columns = Math.max(1, counts.size);
  const room = Math.floor((width || columns * COLUMN) / columns);
  const gap = linesIn(nodes.map((node) => pathLabel(node.name)), room - 30) * LINE + 6;
  return {columns, room, gap, height: Math.max(140, Math.max(0, ...counts.values()) * (gap + 16) + 2 * gap)};
}

function pathOption(chart, width) {
  const {data} = chart;
  const links = pathLinks(data);
  const {first, nodes} = pathNodes(links);
  const {room, gap} = pathSize(data, width);
  const label = pathLabel;
  const times = data.columns[3];
  return {
    ...base(),
    tooltip: {trigger: 'item', ...tooltip((found) => (found.dataType === 'edge'
      ? tip(`${label(found.data.source)} \u2192 ${label(found.data.target)}`, [[palette()[0], times.label, full(times, found.data.value)]])
      : tip(label(found.name), [[palette()[0], times.label, full(times, found.value)]])))},
    series: [{
      type: 'sankey', left: 2, right: room - 14, top: gap / 2, bottom: gap / 2, nodeWidth: 12, nodeGap: gap, draggable: false, emphasis: {focus: 'adjacency'},
      data: nodes.map((node) => ({...node, itemStyle: {color: pathColor(node)}})),
      links: links.map((link) => ({source: `${link.step - first}\0${link.source}`, target: `${link.step - first + 1}\0${link.target}`, value: link.value})),
      lineStyle: {color: 'gradient', opacity: 0.28},
      label: {...letters(), color: color('--ink'), textBorderColor: color('--card'), textBorderWidth: 3, width: room - 30, overflow: 'break', lineHeight: LINE, formatter: (found) => label(found.name)},
    }],
  };
}
