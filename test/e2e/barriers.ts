import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * What stands in the way of people on the page as it is now, by the rules of WCAG 2.2 A and AA: `<rule>: <element>`, empty when
 * nothing was found.
 */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source); // past the page's own policy, which allows no foreign script
  const { violations } = (await page.evaluate(`axe.run({
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  })`)) as AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}
