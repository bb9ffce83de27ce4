import type { Locator, Page } from 'playwright-core';

const PATIENCE_MS = 60_000;

/** A platform's own inbox on the simulator's page, for a test to use as staff would. */
export type Desk = {
  root: Locator;
  /** Writes and sends. */
  say(text: string): Promise<void>;
  sendPicture(): Promise<void>;
  /** `mobile`: the platform does not tell who or which app it was. */
  answerFrom(via: 'web' | 'mobile'): Promise<void>;
  /** Waits until a line of this writer holds the text. */
  expectLine(by: 'person' | 'app' | 'staff' | 'auto', text: string | RegExp): Promise<void>;
  /** Texts in order, as `staff: Chào`. */
  lines(): Promise<string[]>;
};

/** Opens the inbox beside the phone of that platform. */
export async function openDesk(page: Page, channel: 'zalo' | 'messenger'): Promise<Desk> {
  await page.locator(`#views [data-view=${channel}]`).click();
  const root = page.locator('#desk');
  await root.waitFor({ state: 'visible', timeout: PATIENCE_MS });
  return {
    root,
    async say(text) {
      await root.locator('textarea').fill(text);
      await root.locator('button.send').click();
    },
    sendPicture: () => root.locator('.composer .round').nth(1).click(),
    answerFrom: async (via) => void (await root.locator('#deskVia').selectOption(via)),
    async expectLine(by, text) {
      await root.locator(`.line.${by}`).filter({ hasText: text }).first().waitFor({ timeout: PATIENCE_MS });
    },
    lines: () =>
      root
        .locator('.line')
        .evaluateAll((lines) =>
          lines.map((line) => `${line.classList[1]}: ${line.querySelector('.text')?.textContent ?? ''}`),
        ),
  };
}
