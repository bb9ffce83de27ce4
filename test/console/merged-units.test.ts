import { afterAll, beforeAll, expect, it } from 'vitest';
import { openConsole, type TestConsole } from '../support/console.ts';

const CAMPAIGN = '01-trieu-sang-kien';
/** Registered under Trà Vinh, before it became part of Vĩnh Long. */
const OLD = 'zalo:9000000000000000002:88001';
/** Registered under Vĩnh Long afterwards. */
const NEW = 'zalo:9000000000000000002:88002';
const OTHER = 'zalo:9000000000000000002:88003';

let desk: TestConsole;
beforeAll(async () => {
  desk = await openConsole();
  await desk.contact(OLD, ['84', '844']);
  await desk.contact(NEW, ['86', '855']);
  await desk.contact(OTHER, ['01']);
});
afterAll(() => desk.close());

type Page = { rows: { contact: string }[] };
async function seenBy(unit: string, query = ''): Promise<string[]> {
  const browser = await desk.signedIn({ role: 'support', unit });
  const page = (await browser.api('GET', `/conversations?tab=all&lang=vi${query}`)).body as unknown as Page;
  const listed = page.rows.map(({ contact }) => contact).sort();
  for (const contact of query === '' ? [OLD, NEW, OTHER] : []) {
    const { status } = await browser.api('GET', `/conversations/${encodeURIComponent(contact)}?lang=vi`);
    expect(status, contact).toBe(listed.includes(contact) ? 200 : 404);
  }
  return listed;
}

it('after a merger staff of either province see the people of both, and nobody else sees more', async () => {
  expect(await seenBy('86')).toEqual([NEW]);
  expect(await seenBy('84')).toEqual([OLD]);
  const now = desk.campaigns.current(CAMPAIGN)!;
  const units = now.units.map((row) => (row.code === '84' ? { ...row, validTo: '2022-01-01', successor: '86' } : row));
  const by = { id: 'staff-1', name: 'Người tổ chức' };
  const wish = { ...now, base: now.version, units, note: '', by };
  expect(await desk.campaigns.publish(wish)).toMatchObject({ type: 'published' });
  expect(await seenBy('86')).toEqual([OLD, NEW]);
  expect(await seenBy('84')).toEqual([OLD, NEW]);
  expect(await seenBy('86', '&unit=86')).toEqual([OLD, NEW]);
  expect(await seenBy('01')).toEqual([OTHER]);
  expect(await seenBy('844')).toEqual([OLD]);
});
