import type { Locator } from 'playwright-core';

/** Takes pictures of what is at rest into a folder, by name. */
export const shootInto =
  (folder: string) =>
  async (what: Locator, name: string): Promise<void> => {
    const page = what.page();
    await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null))));
    await what.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' });
  };
