// The CSV file of a figure: RFC 4180, every digit, and no text that a spreadsheet would run.
//   node check_csv.mjs PATH/TO/csv.js
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {runInThisContext} from 'node:vm';

globalThis.document = {querySelectorAll: () => []};
runInThisContext(readFileSync(process.argv[2], 'utf8'));

const texts = {name: 'page, or "path"', type: 'text', values: ['=1+1', '+1', '-1', '@x', '\tx', '/a=1', 'a,b', 'say "no"', null]};
const numbers = {name: '=1+1', type: 'number', values: [-1, 0.1, 1e21, null, 5, 6, 7, 8, 9]};
assert.equal(globalThis.csvText({columns: [texts, numbers]}), [
  '"page, or ""path""",\'=1+1', "'=1+1,-1", "'+1,0.1", "'-1,1e+21", "'@x,", "'\tx,5", '/a=1,6', '"a,b",7', '"say ""no""",8', ',9', '',
].join('\r\n'));
