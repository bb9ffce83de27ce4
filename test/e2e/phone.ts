import type { Locator, Page } from 'playwright-core';

export type ChannelName = 'zalo' | 'messenger';

/** How long the page may take to show what is waited for, in ms. */
const PATIENCE_MS = 60_000;

/** One phone of the simulator's page, for a test to use as a person would. */
export type Phone = {
  root: Locator;
  /** Writes and sends. */
  type(text: string): Promise<void>;
  /** Taps the newest button, quick reply or start button with this title. */
  tap(title: string): Promise<void>;
  /** Sends something from the + sheet, by its label: `Ảnh mẫu`. */
  attach(label: string): Promise<void>;
  /** Taps an item of the menu. */
  menu(label: string): Promise<void>;
  /** Picks a file of the test's own making. */
  upload(file: { name: string; mimeType: string; buffer: Buffer }): Promise<void>;
  /** Waits until the newest message of the bot holds this text. */
  expectLast(text: string | RegExp): Promise<void>;
  /** Waits until some message of the bot holds this text. */
  expectHeard(text: string | RegExp): Promise<void>;
  /** Text of the bot's messages, oldest first. */
  heard(): Promise<string[]>;
  /** Titles of what can be tapped below the newest message. */
  offered(): Promise<string[]>;
};

/** Opens the page and waits until it stands. */
export async function openPhones(
  page: Page,
  baseUrl: string,
  path = '/simulator',
): Promise<Record<ChannelName, Phone>> {
  await page.goto(baseUrl + path);
  await page.locator('body[data-ready=true]').waitFor({ timeout: PATIENCE_MS });
  return { zalo: phoneOf(page, 'zalo'), messenger: phoneOf(page, 'messenger') };
}

export function phoneOf(page: Page, channel: ChannelName): Phone {
  const root = page.locator(`#${channel}`);
  const heard = root.locator('.row.heard:not(.typing)');
  const sheetButton = async (opener: number, label: string): Promise<void> => {
    await root.locator('.composer .round').nth(opener).click();
    await root.locator('.sheet').getByRole('button', { name: label, exact: true }).click();
  };
  return {
    root,
    async type(text) {
      await root.locator('textarea').fill(text);
      await root.locator('button.send').click();
    },
    async tap(title) {
      await root.getByRole('button', { name: title, exact: true }).last().click({ timeout: PATIENCE_MS });
    },
    attach: (label) => sheetButton(1, label),
    menu: (label) => sheetButton(0, label),
    async upload(file) {
      const chooser = page.waitForEvent('filechooser');
      await root.locator('.composer .round').nth(1).click();
      await root.locator('.sheet button').first().click();
      await (await chooser).setFiles(file);
    },
    async expectLast(text) {
      await heard.last().filter({ hasText: text }).waitFor({ timeout: PATIENCE_MS });
    },
    async expectHeard(text) {
      await heard.filter({ hasText: text }).first().waitFor({ timeout: PATIENCE_MS });
    },
    heard: () => heard.locator('.text').allInnerTexts(),
    offered: () => root.locator('.pill, .row.heard:last-of-type .answer').allInnerTexts(),
  };
}
