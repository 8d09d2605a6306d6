// Numbers in tips and on axes, as the page's own words have them.
//   node check_numbers.mjs PATH/TO/numbers.js
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {runInThisContext} from 'node:vm';

runInThisContext(readFileSync(process.argv[2], 'utf8') + '\nObject.assign(globalThis, {full, brief});');
const {full, brief} = globalThis;
const column = (format, unit = '') => ({format, unit});

for (const [format, unit, value, text] of [
  ['number', '', 69659, '69,659'], ['number', '', 35.8932, '35.89'], ['number', '', 0.000582, '0.000582'],
  ['number', '', -1234567.8, '\u22121,234,568'], ['number', 'ms', 0.5, '0.5 ms'], ['number', '', null, '\u2013'],
  ['money', '', -3.1, '\u2212$3.10'], ['percent', '', -0.278, '\u221227.8%'], ['percent', '', 0.0001, '0.01%'], ['percent', '', 0, '0.0%'],
  ['bytes', '', -1234567890, '\u22121.2 GB'], ['seconds', '', 3599.9, '1 h'], ['seconds', '', 3900, '1 h 5 min'], ['seconds', '', -7200, '\u22122 h'],
]) assert.equal(full(column(format, unit), value), text);

for (const [format, unit, value, text] of [
  ['percent', '', -0.2, '\u221220%'], ['number', '', -20000, '\u221220k'], ['number', 'min', -50, '\u221250 min'], ['number', 'orders', 1500, '1.5k'],
  ['money', '\u00a3', 1.2e6, '\u00a31.2M'], ['bytes', '', -2e6, '\u22122 MB'], ['number', '', 0, '0'], ['number', '', 0.0005, '0.0005'],
]) assert.equal(brief(column(format, unit), value), text);
