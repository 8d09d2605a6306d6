// Boxes: where the middle half of the values lies, with the median in it and whiskers to the ends.
const boxName = (x, v) => (v === null ? '(none)' : x.type === 'moment' ? momentText(Date.parse(v), x.isDay) : String(v));

function boxHeight(data, width) {
  const x = data.columns[0];
  return x.values.length * Math.max(34, linesIn(x.values.map((v) => boxName(x, v)), nameRoom(width)) * LINE + 10) + 40;
}

function boxOption(chart, width) {
  const [x, ...columns] = chart.data.columns;
  const names = x.values.map((v) => boxName(x, v));
  const row = (i) => columns.map((c) => c.values[i]);
  const fill = palette()[0];
  return {
    ...base(), yAxis: nameAxis(names, {width: nameRoom(width), overflow: 'break'}), xAxis: {...valueAxis(columns[2]), scale: isFarFromZero(columns)},
    tooltip: {trigger: 'item', ...tooltip((found) => tip(names[found.dataIndex], columns.map((c) => [fill, c.label, full(c, c.values[found.dataIndex])])))},
    series: [{
      type: 'boxplot', boxWidth: [8, 16], data: names.map((_, i) => (row(i).some((v) => v === null) ? [] : row(i))),
      itemStyle: {color: color('--grid'), borderColor: fill, borderWidth: 1.75},
    }],
  };
}
