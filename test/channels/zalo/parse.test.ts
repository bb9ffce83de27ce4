import { expect, test } from 'vitest';
import type { RawWebhook } from '../../../src/channels/channel.ts';
import { digestOf } from '../../../src/channels/read-json.ts';
import { makeZalo, OA, sample, sampleNames, webhookOf, ZALO_USER } from '../subjects.ts';

const channel = makeZalo('http://127.0.0.1:9');
const parse = (body: unknown, headers: RawWebhook['headers'] = {}) =>
  channel.parse(webhookOf(body, headers), 1795300000000);

const cdn = (path: string) => `https://cdn.example.test/zalo/${path}`;
const said = (messageId: string, sentAt: number, more: object) => ({ id: `zalo/${messageId}`, sentAt, ...more });
const files = (messageId: string, sentAt: number, item: object) =>
  said(messageId, sentAt, { type: 'attachments', items: [item], text: '' });
const echo = (messageId: string, text: string, staff?: string, items?: object[]) => ({
  id: `zalo/${messageId}`,
  type: 'echo',
  messageId,
  text,
  ...(items && { items }),
  ...(staff === undefined ? { origin: 'unsure' } : { origin: 'staff', staff }),
});
const album = (n: number) => ({ kind: 'image', url: cdn(`f/al${n}.jpg`) });
const ADMIN = '6001002003004005006';

/** The event of each sample; a string is the reason for which it is knowingly ignored; null: a notice. */
const EXPECTED: Record<string, object | string | null> = {
  add_user_to_tag: 'tag',
  anonymous_send_image: 'no identity to keep a draft under',
  anonymous_send_text: 'no identity to keep a draft under',
  follow: { id: `zalo/follow/1795220298000/${ZALO_USER}`, type: 'opened', how: 'follow' },
  oa_reacted_message: 'reaction of staff',
  oa_send_anonymous_text: 'answer to an anonymous person',
  'oa_send_file.staff': echo('61b9b158992cf0ca6d98', '', ADMIN, [
    { kind: 'file', url: cdn('file/oa2.pdf'), name: 'huong-dan.pdf', size: 90211 },
  ]),
  oa_send_gif: echo('550d7be4ace55c8d25fa', '', undefined, [{ kind: 'image', url: cdn('oag.gif') }]),
  'oa_send_image.staff': echo('6d5f433da7b399fab690', '', ADMIN, [{ kind: 'image', url: cdn('f/oa1.jpg') }]),
  oa_send_list: echo('2cc962be6c37058bdc15', '', undefined, [
    { kind: 'link', url: 'https://example.test/1', name: 'Mục 1' },
    { kind: 'link', url: 'https://example.test/2', name: 'Mục 2' },
  ]),
  oa_send_sticker: echo('71666cdfee2549efefb4', '', ADMIN, [{ kind: 'sticker', url: cdn('sticker/20455.png') }]),
  'oa_send_text.bot_echo': echo('cc4a9c59f57cf4acf325', 'Cảm ơn bạn. Bạn đang ở đơn vị nào?'),
  'oa_send_text.staff': echo('3ef6642c7dca40fcb32b', 'Chào bạn, mình là nhân viên hỗ trợ đây ạ.', ADMIN),
  'oa_send_text.staff_quote': echo('ac263a6eb4a2a6ee347b', 'Mình đã nhận được ảnh này.', ADMIN),
  'oa_send_text.template': echo('d4450b6a432ae9305ff6', 'Chọn một mục bên dưới'),
  remove_tag: 'tag',
  remove_user_from_tag: 'tag',
  unfollow: { id: `zalo/unfollow/1795220359000/${ZALO_USER}`, type: 'left' },
  update_user_info: 'profile',
  user_click_chatnow: {
    id: `zalo/user_click_chatnow/1795220420000/${ZALO_USER}`,
    type: 'opened',
    how: 'chatNow',
  },
  user_reacted_message: {
    id: `zalo/user_reacted_message/1795220725000/${ZALO_USER}/${digestOf({ msg_id: '9c3a51d2e07b48f6a1b2' })}`,
    type: 'reaction',
  },
  user_received_message: { type: 'receipt', kind: 'delivered', messageIds: ['9c3a51d2e07b48f6a1b2'] },
  user_seen_message: {
    type: 'receipt',
    kind: 'seen',
    messageIds: ['9c3a51d2e07b48f6a1b2', 'b77e0c41ff2a4d908c13'],
  },
  user_send_audio: files('2984080145683135c281', 1795220054000, { kind: 'audio', url: cdn('voice/77.amr') }),
  user_send_business_card: files('bdb31c565f3f92cb556b', 1795220237000, { kind: 'contact' }),
  user_send_file: files('4a687705448845e4d0e7', 1795219810000, {
    kind: 'file',
    url: cdn('file/9a77.pdf'),
    name: 'bang-luong-thang-10.pdf',
    size: 248113,
  }),
  user_send_gif: files('f49c14ba31d57654042c', 1795219993000, { kind: 'image', url: cdn('g1.gif') }),
  user_send_group_text: 'group chat',
  user_send_image: files('af591a61d441b0f391ae', 1795219566000, { kind: 'image', url: cdn('f/5b1c.jpg') }),
  'user_send_image.album_item_0': files('b071a3ac027de99ecfd5', 1795219627000, album(0)),
  'user_send_image.album_item_1': files('0e403a0e59da82fdce2b', 1795219688000, album(1)),
  'user_send_image.album_item_2': files('96efa9de8d5f5db4487d', 1795219749000, album(2)),
  user_send_link: said('1c1206cbc0665e22bb66', 1795219871000, { type: 'text', text: 'https://example.test/bai-viet' }),
  user_send_location: files('d730a8c93c1bc77a8386', 1795220176000, { kind: 'location' }),
  user_send_sticker: files('f943e13ab14d424bacaa', 1795219932000, { kind: 'sticker', url: cdn('sticker/20455.png') }),
  user_send_text: said('49768415ef003b5b8ad5', 1795219261000, {
    type: 'text',
    text: 'Xin chào, tôi muốn gửi phản ánh',
  }),
  'user_send_text.button_query': said('5acf902fcb755e7e28ce', 1795219383000, { type: 'text', text: '#UNIT:KCN-12' }),
  'user_send_text.console_probe': 'another OA',
  'user_send_text.quoted_reply': said('99ded07347029e7aca61', 1795219322000, { type: 'text', text: 'Đúng rồi ạ' }),
  'user_send_text.unit_keyword': said('dd84d3d96c44bd2d8159', 1795219444000, { type: 'text', text: 'KCN-12' }),
  user_send_video: files('0908222707cbbef166bd', 1795220115000, { kind: 'video', url: cdn('v1.mp4') }),
  user_submit_info: "answer to staff's form",
  'user_submit_info.legacy': "answer to staff's form",
  user_withdraw: { id: `zalo/user_withdraw/1795221823000/${ZALO_USER}`, type: 'erase' },
  widget_failed_to_sync_user_external_id: 'widget',
  widget_interaction_accepted: 'widget',
  'zbs.change_oa_daily_quota': null,
  'zbs.change_template_status': null,
  'zbs.user_click_response_button': 'ZBS',
  'zbs.user_feedback': 'ZBS',
  'zbs.user_received_message': 'ZBS',
};

test.each(sampleNames('zalo', 'webhook.').filter((name) => name !== 'webhook.http_headers.json'))(
  'the sample %s gives its event or is knowingly ignored',
  (name) => {
    const wanted = EXPECTED[name.replace(/^webhook\.(.*)\.json$/, '$1')];
    const parsed = parse(sample('zalo', name));
    expect(parsed.unreadable).toEqual([]);
    expect(wanted).not.toBeUndefined();
    if (typeof wanted === 'string') {
      expect(parsed.events).toEqual([]);
      expect(parsed.ignored).toEqual([expect.stringMatching(new RegExp(`: ${wanted}$`))]);
    } else if (wanted === null) expect(parsed).toMatchObject({ events: [], ignored: [], notices: [{}] });
    else expect(parsed).toMatchObject({ events: [{ contact: `zalo:${OA}:${ZALO_USER}`, ...wanted }], ignored: [] });
  },
);

test('template and quota states are shown to operators', () => {
  expect(parse(sample('zalo', 'webhook.zbs.change_template_status.json')).notices).toEqual([
    {
      kind: 'templateStatus',
      detail: '500111 REJECT Logo không hợp lệ',
      template: { key: '500111', lang: '', status: 'rejected', reason: 'Logo không hợp lệ' },
    },
  ]);
  expect(parse(sample('zalo', 'webhook.zbs.change_oa_daily_quota.json')).notices).toEqual([
    { kind: 'dailyQuota', detail: '500 → 5000' },
  ]);
  const quality = {
    event_name: 'change_template_quality',
    template_id: '500111',
    quality: { prev_quality: 'HIGH', new_quality: 'LOW' },
  };
  expect(parse({ oa_id: OA, timestamp: '1', ...quality }).notices).toEqual([
    { kind: 'templateQuality', detail: '500111 LOW' },
  ]);
});

test('a receipt with the ZNS header is not one of a chat', () => {
  const body = sample('zalo', 'webhook.user_received_message.json');
  expect(parse(body, { 'x-zevent-server': 'ZNS' })).toMatchObject({ events: [] });
});

test('the person is the id that is not the OA, whichever way round they stand', () => {
  const body = sample('zalo', 'webhook.user_seen_message.json') as { sender: object; recipient: object };
  const [usual] = parse(body).events;
  const [turned] = parse({ ...body, sender: body.recipient, recipient: body.sender }).events;
  expect(turned).toEqual(usual);
});

test('a picture with several parts of an album and a caption is one event', () => {
  const one = sample('zalo', 'webhook.user_send_image.album_item_0.json') as { message: { attachments: object[] } };
  const [attachment] = one.message.attachments;
  const message = { ...one.message, text: 'máy mới', attachments: [attachment, attachment, attachment] };
  expect(parse({ ...one, message }).events).toMatchObject([
    { type: 'attachments', text: 'máy mới', items: [{}, {}, {}] },
  ]);
});

test('a thousand attachments in one event all arrive', () => {
  const body = sample('zalo', 'webhook.user_send_image.json') as { message: { attachments: object[] } };
  const attachments = Array.from({ length: 1_000 }, () => body.message.attachments[0]);
  const [event] = parse({ ...body, message: { ...body.message, attachments } }).events;
  expect(event?.type === 'attachments' && event.items.length).toBe(1_000);
});

test('an unknown kind of thing a person sent still reaches the conversation', () => {
  const body = sample('zalo', 'webhook.user_send_text.json') as object;
  const poll = { ...body, event_name: 'user_send_poll', message: { msg_id: 'p1' } };
  expect(parse(poll).events).toMatchObject([{ type: 'attachments', items: [{ kind: 'unknown' }] }]);
});
