import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { templateNotices } from '../../src/app-templates.ts';
import { AppError } from '../../src/base/errors.ts';
import type { ChannelName } from '../../src/core/contact.ts';
import type { ChannelTemplate, NewTemplate, TemplateAnswer, Templates } from '../../src/core/template.ts';
import { openConsole, type Browser, type TestConsole } from '../support/console.ts';

const NOW = Date.parse('2022-05-28T15:00:00+07:00');
const clock = { now: () => NOW };
const MESSENGER = {
  channel: 'messenger',
  name: 'han_nop',
  lang: 'vi',
  body: 'Hồ sơ của {{name}} còn {{left}} là hết hạn nhé.',
  examples: { name: 'Nguyễn Thị Lan', left: '3 ngày' },
  button: 'Điền tiếp',
};
const ZALO: ChannelTemplate = {
  key: '330011',
  lang: '',
  name: 'Nhắc hạn',
  status: 'approved',
  reason: '',
  body: '',
  parameters: ['name', 'ma_khach_hang'],
  buttons: [],
  userVnd: 300,
  phoneVnd: 400,
};

/** What the platforms have, and what they answer next. */
const platform = {
  made: [] as NewTemplate[],
  removed: [] as string[],
  answer: { type: 'done', status: 'pending' } as TemplateAnswer,
  isAway: false,
  list: [] as ChannelTemplate[],
};
const asked = <T>(value: T): Promise<T> =>
  platform.isAway
    ? Promise.reject(new AppError('send.temporary', 'away', { retryable: true }))
    : Promise.resolve(value);
const templates: ReadonlyMap<ChannelName, Templates> = new Map<ChannelName, Templates>([
  [
    'messenger',
    {
      list: () => asked(platform.list),
      read: () => asked(null),
      create(template) {
        platform.made.push(template);
        return asked(platform.answer);
      },
      remove(key, lang) {
        platform.removed.push(`${key}/${lang}`);
        return asked({ type: 'done', status: 'disabled' });
      },
    },
  ],
  ['zalo', { list: () => asked([ZALO]), read: (key) => asked(key === ZALO.key ? ZALO : null) }],
]);

let desk: TestConsole;
let central: Browser;
beforeAll(async () => {
  desk = await openConsole({ clock, templates });
  central = await desk.signedIn({ role: 'organizer', unit: null });
});
afterAll(() => desk.close());
beforeEach(async () => {
  Object.assign(platform, {
    made: [],
    removed: [],
    list: [],
    isAway: false,
    answer: { type: 'done', status: 'pending' },
  });
  for (const { _id } of await desk.stores.templates.list()) await desk.stores.templates.remove(_id);
});

const listed = async () => (await central.api('GET', '/templates')).body['templates'] as Record<string, unknown>[];
const add = (body: object) => central.api('POST', '/templates', { body });

describe('a template of Messenger', () => {
  it('is handed in for review, approved by a notice, used by the clock and removed again', async () => {
    expect((await add(MESSENGER)).status).toBe(201);
    expect(platform.made).toMatchObject([{ name: 'han_nop', button: 'Điền tiếp' }]);
    const id = 'messenger/han_nop/vi';
    expect(await listed()).toMatchObject([
      { id, status: 'pending', parameters: ['name', 'left'], isOwn: true, kinds: [] },
    ]);
    const keep = templateNotices(desk.stores.templates, 'messenger', clock);
    await keep({
      kind: 'templateStatus',
      detail: '',
      template: { key: 'han_nop', lang: '', status: 'approved', reason: '' },
    });
    const path = `/templates/${encodeURIComponent(id)}`;
    await central.api('PATCH', path, { body: { kinds: ['reminder'] } });
    expect(await listed()).toMatchObject([{ id, status: 'approved', kinds: ['reminder'] }]);
    expect((await central.api('DELETE', path)).status).toBe(204);
    expect([platform.removed, await listed()]).toEqual([['han_nop/vi'], []]);
    const actions = (await desk.stores.audit.list({ limit: 20 })).map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['template.add', 'template.change', 'template.remove']));
  });

  it.each([
    [{ name: 'Hạn nộp' }, 'templateName'],
    [{ body: '{{name}} ơi, còn {{left}} nhé' }, 'templatePlaces'],
    [{ body: 'Còn {left} là hết {{name}} nhé' }, 'templatePlaces'],
    [{ examples: { name: 'Lan', left: '' } }, 'templateExamples'],
    [{ button: 'Bấm vào đây để điền tiếp hồ sơ' }, 'templateLong'],
  ])('that Meta would refuse in any case is not handed in: %j', async (change, why) => {
    const answer = await add({ ...MESSENGER, ...change });
    expect([answer.status, answer.body['why'], platform.made]).toEqual([409, why, []]);
  });

  it('that the platform refuses is told in its words and not kept', async () => {
    platform.answer = { type: 'refused', text: 'TAG_SHOULD_BE_MARKETING' };
    const answer = await add(MESSENGER);
    expect([answer.status, answer.body]).toEqual([409, { why: 'template', text: 'TAG_SHOULD_BE_MARKETING' }]);
    expect(await listed()).toEqual([]);
  });

  it('tells its refusal when the platform decides later', async () => {
    await add(MESSENGER);
    platform.list = [
      {
        ...ZALO,
        key: 'han_nop',
        lang: 'vi',
        name: 'han_nop',
        status: 'rejected',
        reason: 'INCORRECT_PARAMS',
        body: 'x',
      },
    ];
    await central.api('POST', '/templates/refresh');
    const found = (await listed()).find(({ channel }) => channel === 'messenger');
    expect(found).toMatchObject({ status: 'rejected', reason: 'INCORRECT_PARAMS' });
  });
});

describe('a template of Zalo', () => {
  it('is looked up by its id, keeps the text that staff wrote for it, and is not for the clock where places are foreign', async () => {
    expect((await add({ channel: 'zalo', key: '999', body: '' })).body['why']).toBe('unknownTemplate');
    await add({ channel: 'zalo', key: '330011', body: 'Hồ sơ của <name> sắp hết hạn' });
    await central.api('POST', '/templates/refresh');
    const [found] = await listed();
    expect(found).toMatchObject({
      id: 'zalo/330011/',
      body: 'Hồ sơ của <name> sắp hết hạn',
      userVnd: 300,
      isOwn: false,
    });
    const path = `/templates/${encodeURIComponent('zalo/330011/')}`;
    const answer = await central.api('PATCH', path, { body: { kinds: ['result'] } });
    expect([answer.status, answer.body['why']]).toEqual([409, 'templateParameters']);
  });
});

it('a platform that cannot be asked is no fault of the console', async () => {
  platform.isAway = true;
  for (const answer of [await add(MESSENGER), await central.api('POST', '/templates/refresh')]) {
    expect([answer.status, answer.body['why']]).toEqual([409, 'platform']);
  }
});

it('staff of a unit see them and change none', async () => {
  await add(MESSENGER);
  const local = await desk.signedIn({ role: 'organizer', unit: '84' });
  expect((await local.api('GET', '/templates')).body['templates']).toHaveLength(1);
  const path = `/templates/${encodeURIComponent('messenger/han_nop/vi')}`;
  for (const answer of [await local.api('DELETE', path), await local.api('POST', '/templates', { body: MESSENGER })]) {
    expect(answer.status).toBe(403);
  }
});
