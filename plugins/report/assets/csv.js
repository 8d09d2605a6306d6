// The table behind a figure as a CSV file (RFC 4180), with every row and digit. Texts may be strangers' words, such as a
// page's address: one that a spreadsheet would take for a formula gets an apostrophe in front.
function csvText(data) {
  const asText = (text) => (/^[=+\-@\t\r]/.test(text ?? '') ? `'${text}` : text);
  const cell = (value) => {
    const text = value === null ? '' : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const columns = data.columns.map((column) => (column.type === 'text' ? column.values.map(asText) : column.values));
  const rows = columns[0].map((_, row) => columns.map((values) => cell(values[row])).join(','));
  return [data.columns.map((column) => cell(asText(column.name))).join(','), ...rows, ''].join('\r\n');
}

document.querySelectorAll('[data-csv]').forEach((button) => {
  button.hidden = false;
  button.addEventListener('click', () => {
    const data = dataOf(button.dataset.csv);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([csvText(data)], {type: 'text/csv'}));
    link.download = `${data.id}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
});
