import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import type { StandIn } from './console-stand-in.ts';

export const DESK = { width: 1366, height: 800 };
export const PHONE = { width: 360, height: 740 };

type Look = { viewport?: { width: number; height: number }; colorScheme?: 'light' | 'dark' };

/** A page of its own; whatever the browser complains of, broken rules of the page's own policy too, is put into `faults`. */
export async function openDesk(browser: Browser, faults: string[], look: Look = {}): Promise<Page> {
  // Nothing fades in: a page looked at in between shows paler words than anybody ever reads.
  const context = await browser.newContext({ viewport: DESK, locale: 'vi-VN', reducedMotion: 'reduce', ...look });
  const page = await context.newPage();
  page.on('console', (message) => {
    // An answer that is no success and a stream that breaks off are printed by the browser itself.
    if (message.type() === 'error' && !/net::ERR_|Failed to load resource/.test(message.text()))
      faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  return page;
}

/** Signs in at `path`, as a person would. */
export async function signIn(page: Page, world: Pick<StandIn, 'url' | 'password'>, path = '/console/'): Promise<void> {
  await page.goto(world.url + path);
  await page.getByLabel('Địa chỉ thư điện tử').fill('lan@example.org');
  await page.getByLabel('Mật khẩu', { exact: true }).fill(world.password);
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await page
    .getByRole('navigation')
    .or(page.getByRole('button', { name: /Mở bảng chọn/ }))
    .first()
    .waitFor();
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

/** What breaks WCAG A or AA on what is on screen now, one line each, and whether the page is wider than the screen. */
export async function accessFaults(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  // not through a script element, which the page's policy refuses
  await session.send('Runtime.evaluate', { expression: axe });
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then((found) => JSON.stringify(found.violations.map(
      ({ id, nodes }) => id + ': ' + nodes.map((node) => node.target.join(' ') + ' ' + node.failureSummary).join(' | '))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  const found = JSON.parse(String(result.value)) as string[];
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  return over > 0 ? [...found, `${over} px wider than the screen`] : found;
}
