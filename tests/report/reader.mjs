// What all checks of a report need: headless Chromium with the network cut, and a page in it whose charts are drawn.
import {createRequire} from 'node:module';
import path from 'node:path';
import process from 'node:process';

const modules = process.env.WEIR_NODE_MODULES;
const installed = createRequire(modules ? path.join(path.resolve(modules), 'here.js') : import.meta.url);
const {chromium} = installed('playwright-core');

// The path of a file in an installed package.
export const packageFile = (name) => installed.resolve(name);

// A machine that builds at the same time is slow.
const LOADED_MS = 120000;

export const urlOf = (file) => 'file://' + path.resolve(file);

export const launch = () => chromium.launch({executablePath: process.env.WEIR_CHROMIUM || '/usr/bin/chromium', headless: true, args: ['--no-sandbox']});

// Opens the report as one reader does (size, colours, time zone, ...). `note` takes a sentence for each fault.
export async function openReport(browser, file, reader, note) {
  const url = urlOf(file);
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...reader, offline: true});
  const page = await context.newPage();
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) note(`console: ${message.text()}`); });
  page.on('pageerror', (error) => note(`script: ${error.message}`));
  page.on('request', (request) => { if (request.url() !== url && !/^(data|blob):/.test(request.url())) note(`asks for ${request.url()}`); });
  await page.goto(url, {timeout: LOADED_MS});
  if (reader.javaScriptEnabled === false) return page;
  await page.waitForSelector('html[data-ready]', {state: 'attached', timeout: LOADED_MS}).catch(() => note('the page\'s script does not come to its end'));
  return page;
}

// Says all faults and ends the check.
export async function finish(browser, faults) {
  await browser.close();
  faults.forEach((fault) => console.error(fault));
  process.exit(faults.length ? 1 : 0);
}
