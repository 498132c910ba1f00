import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recount } from './recount.js';
import { type Example, startExample } from './server.js';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const SHOTS = fileURLToPath(new URL('../../../artifacts/dashboard', import.meta.url));
/** Where Debian and others put it; CHROMIUM names another one. */
const CHROMIUM = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== '' && existsSync(path));
const WHY = CHROMIUM === undefined ? ' [skipped: no Chromium on this machine; CHROMIUM names one]' : '';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const ZONE = 'Europe/Berlin';
const DAYS = 30;
/** The last Sunday of March lies in the span: one of its days has 23 hours. */
const END = Date.UTC(2026, 3, 10);

/** How a number is written, told once more: the page must not be asked whether it is right. */
function written(value: number | null, format: string): string {
  if (value === null) return '–';
  if (format === 'percent') return `${(value * 100).toFixed(1)} %`;
  if (format === 'change') return `${value > 0 ? '+' : ''}${(value * 100).toFixed(1)} %`;
  if (format === 'decimal') return value.toFixed(2);
  return new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 }).format(value);
}

describe.skipIf(CHROMIUM === undefined)(`the dashboard in a browser${WHY}`, () => {
  let example: Example;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    const page_ = `${FOLDER}dist/test-web`;
    await build({
      configFile: `${FOLDER}vite.config.ts`,
      root: `${FOLDER}src/web`,
      logLevel: 'error',
      build: { outDir: page_, emptyOutDir: true },
    });
    example = await startExample({ port: 0, database: 'memory', page: page_, end: END });
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ARGS });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1 });
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(example.url.replace('/#', `/?zone=${ZONE}&days=${DAYS}#`));
    await page.locator('main[data-ready="true"]').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await example?.close();
  });

  it('shows numbers that equal a recount of the story, all of them and no others', async () => {
    const shown = await page.locator('[data-number]').evaluateAll((elements) =>
      elements.map((element) => ({
        name: element.getAttribute('data-number') ?? '',
        format: element.getAttribute('data-format') ?? '',
        text: element.textContent ?? '',
      })),
    );
    const expected = recount(example.story, ZONE, DAYS, example.endedAt);
    expect(shown.length).toBeGreaterThan(300);
    const wrong = shown.flatMap(({ name, format, text }) => {
      if (!expected.has(name)) return [`${name}: ${text}, which nothing says`];
      const should = written(expected.get(name) ?? null, format);
      return should === text ? [] : [`${name}: ${text}, not ${should}`];
    });
    expect(wrong).toEqual([]);
    const names = new Set(shown.map(({ name }) => name));
    expect([...expected.keys()].filter((name) => !names.has(name))).toEqual([]);
  });

  it('has no digit on it that is neither such a number nor a name, a date or a text', async () => {
    const stray = await page.evaluate(() => {
      const found: string[] = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode())
        if (/\d/.test(node.textContent ?? '') && !node.parentElement?.closest('[data-number], [data-label]'))
          found.push(node.textContent ?? '');
      return found;
    });
    expect(stray).toEqual([]);
  });

  it('has a table for every chart, and a name for everything that can be focused', async () => {
    const panels = await page.locator('section.panel').count();
    expect(panels).toBeGreaterThanOrEqual(11);
    expect(await page.locator('section.panel:has(table)').count()).toBe(panels);
    for (const role of ['img', 'slider', 'button'] as const)
      for (const element of await page.getByRole(role, { includeHidden: false }).all()) {
        const name = (await element.getAttribute('aria-label')) ?? (await element.textContent());
        expect(
          name?.trim().length,
          await element.evaluate((one) => one.outerHTML.slice(0, 120)),
        ).toBeGreaterThan(0);
      }
  });

  it('is used with the keyboard alone: days are walked along, tables opened, spans chosen', async () => {
    const plot = page.getByRole('slider', { name: 'Impressions and reach, by day' });
    await plot.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    const said = await plot.getAttribute('aria-valuetext');
    expect(said).toMatch(/^2026-\d\d-\d\d: impressions \d+, reach \d+$/);
    const table = page.locator('section.panel details').first();
    await table.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await table.evaluate((element) => (element as HTMLDetailsElement).open)).toBe(true);
    await page.keyboard.press('Enter');
    const week = page.getByRole('button', { name: '7 days' });
    await week.focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(
      () => document.querySelectorAll('section.panel:first-child tbody tr').length === 7,
    );
    await page.getByRole('button', { name: '30 days' }).press('Enter');
    await page.waitForFunction(
      () => document.querySelectorAll('section.panel:first-child tbody tr').length === 30,
    );
  });

  it('leaves a picture of itself, in light and dark, wide and narrow, without an error', async () => {
    await mkdir(SHOTS, { recursive: true });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.reload();
      await page.locator('main[data-ready="true"]').waitFor();
      await page.screenshot({ path: `${SHOTS}/${colorScheme}.png`, fullPage: true });
    }
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await page.screenshot({ path: `${SHOTS}/narrow.png`, fullPage: true });
    expect(problems).toEqual([]);
  });
});
