// Whether a report can be printed: node check_paper.mjs REPORT.html
//
// Prints the page to PDF, A4 as a browser does it, and reads the PDF. Fails when a section's question is not there, when
// something that fits on a sheet (a figure, a tile, an answer) is cut over two, and when paper has letters on it that only
// a screen needs. Each figure gets two marks for that, at its top and at its bottom, which take no room.
import process from 'node:process';
import {finish, launch, openReport, packageFile} from './reader.mjs';

const {getDocument} = await import(packageFile('pdfjs-dist/legacy/build/pdf.mjs'));
const SHEET_PX = (297 - 2 * 10) * 96 / 25.4;  // A4 less a margin of 10 mm.
const WHOLE = 'figure, .tile, .answers li, .text';
const faults = [];

async function sheetsOf(pdf) {
  const document = await getDocument({data: new Uint8Array(pdf), verbosity: 0}).promise;
  const sheets = [];
  for (let i = 1; i <= document.numPages; i++) {
    const {items} = await (await document.getPage(i)).getTextContent();
    sheets.push(items.map((item) => item.str).join(' '));
  }
  return sheets;
}

const browser = await launch();
for (const colorScheme of ['light', 'dark']) {
  const page = await openReport(browser, process.argv[2], {colorScheme}, (fault) => faults.push(`${colorScheme}: ${fault}`));
  await page.setViewportSize({width: Math.round((210 - 2 * 10) * 96 / 25.4), height: Math.round(SHEET_PX)});
  await page.emulateMedia({media: 'print'});
  const parts = await page.evaluate((selector) => [...document.querySelectorAll(selector)].filter((e) => e.getClientRects().length).map((e, i) => {
    e.style.position = 'relative';
    for (const [end, style] of [['top', 'top:1px'], ['bottom', 'bottom:1px']]) {
      const mark = document.createElement('span');
      mark.textContent = `mark${i}${end}.`;
      mark.style.cssText = `position:absolute;left:1px;${style};font-size:4px;line-height:4px;color:transparent;z-index:9`;
      e.append(mark);
    }
    return {name: e.id || e.textContent.slice(0, 40), height: e.getBoundingClientRect().height};
  }), WHOLE);
  const questions = await page.evaluate(() => [...document.querySelectorAll('section .question')].map((e) => e.textContent));
  const sheets = await sheetsOf(await page.pdf({format: 'A4', margin: {top: '10mm', bottom: '10mm', left: '10mm', right: '10mm'}, printBackground: false}));
  const squeezed = (text) => text.replace(/\s+/g, '');
  const all = squeezed(sheets.join(''));
  for (const question of questions)
    if (!all.includes(squeezed(question))) faults.push(`${colorScheme}: the question '${question}' is not on paper`);
  const sheetOf = (mark) => sheets.findIndex((text) => squeezed(text).includes(mark));
  parts.forEach(({name, height}, i) => {
    const [top, bottom] = [sheetOf(`mark${i}top.`), sheetOf(`mark${i}bottom.`)];
    if (top < 0 || bottom < 0) faults.push(`${colorScheme}: ${name} is not on paper`);
    else if (top !== bottom && height < SHEET_PX) faults.push(`${colorScheme}: ${name} is cut: it begins on sheet ${top + 1} and ends on sheet ${bottom + 1}`);
  });
  for (const word of ['Download CSV', 'Show as table', 'How we know', 'Skip to'])
    if (all.includes(squeezed(word))) faults.push(`${colorScheme}: '${word}' is on paper, where nobody can press it`);
  console.log(`${colorScheme}: ${sheets.length} sheets, ${questions.length} questions, ${parts.length} parts`);
  await page.context().close();
}
await finish(browser, faults);
