import { expect, test } from 'vitest';
import { makeMessenger, messengerItem, PAGE, PSID, sample, sampleNames, webhookOf } from '../subjects.ts';

const RECEIVED_AT = 1795069300000;
const channel = makeMessenger('http://127.0.0.1:9', { autoReplies: ['Cảm ơn bạn đã liên hệ!'] });
const parse = (body: unknown) => channel.parse(webhookOf(body), RECEIVED_AT);

const frame = { contact: `messenger:${PAGE}:${PSID}`, sentAt: 1795069200000 };
const event = (key: string, more: object) => ({ id: `messenger/${key}`, ...frame, ...more });
const text = (key: string, words: string) => [event(key, { type: 'text', text: words })];
const files = (key: string, items: object[], words = '') => [event(key, { type: 'attachments', items, text: words })];
const echo = (mid: string, words: string, more: object) => [
  event(mid, { type: 'echo', messageId: mid, text: words, ...more }),
];
const postback = (mid: string, title: string, payload: string, more: object = {}) => [
  event(mid, { type: 'postback', title, payload, ...more }),
];
const taken = (key: string) => event(`standby/${key}`, { type: 'control', kind: 'takenFromUs' });
const at = (path: string) => `https://scontent.example.net/v/${path}`;

/** Events of each sample; a string is the name under which it is knowingly ignored. */
const EXPECTED: Record<string, object[] | string> = {
  'account-linking': 'account_linking',
  'delivery-watermark-only': [
    event(`delivered/${PSID}/1795069199500`, {
      type: 'receipt',
      kind: 'delivered',
      messageIds: [],
      watermark: 1795069199500,
      sentAt: 1795069200400,
    }),
  ],
  delivery: [
    event(`delivered/${PSID}/1795069199500`, {
      type: 'receipt',
      kind: 'delivered',
      messageIds: ['m_OutText001'],
      watermark: 1795069199500,
    }),
  ],
  'echo-fallback': echo('m_OutFb001', '', { origin: 'staff', items: [{ kind: 'link' }] }),
  'echo-image-inbox': echo('m_OutInbox003', '', {
    origin: 'staff',
    items: [{ kind: 'image', url: at('t1/huongdan.png'), name: 'huongdan.png' }],
  }),
  'echo-no-app-id': echo('m_OutNative001', 'Trả lời từ điện thoại', { origin: 'staff' }),
  'echo-other-app': echo('m_OutOther001', 'Tin từ phần mềm khác', { origin: 'staff', staff: 'app:555000111222333' }),
  'echo-our-app': echo('m_OutText001', 'Đã nhận bài của bạn, mã SUB-2041', { origin: 'bot', row: 'out-000123' }),
  'echo-page-inbox-auto-reply': 'message.autoReply',
  'echo-page-inbox-human': echo('m_OutInbox001', 'Chào bạn, mình là Lan bên ban tổ chức', { origin: 'staff' }),
  'echo-template': echo('m_OutTpl001', '', { origin: 'bot', row: 'out-000124', items: [{ kind: 'link' }] }),
  'handover-app-roles': 'app_roles',
  'handover-pass-to-inbox': [event(`takenFromUs/${PSID}/1795069200000`, { type: 'control', kind: 'takenFromUs' })],
  'handover-pass-to-us': [event(`passedToUs/${PSID}/1795069200000`, { type: 'control', kind: 'passedToUs' })],
  'handover-request': [event(`requested/${PSID}/1795069200000`, { type: 'control', kind: 'requested' })],
  'handover-take-by-inbox': [event(`takenFromUs/${PSID}/1795069200000`, { type: 'control', kind: 'takenFromUs' })],
  'lead-message-with-hop-context': text('m_InbLead001', 'Lead summary:\nBạn làm ở đâu?: Bình Dương'),
  'marketing-message-delivery-failed': 'marketing_message_delivery_failed',
  'message-ad-referral': [
    event('m_InbAd001/referral', { type: 'opened', how: 'referral', ref: 'qc-01' }),
    ...text('m_InbAd001', 'Tôi muốn biết thêm'),
  ],
  'message-audio': files('m_InbAud001', [
    {
      kind: 'audio',
      url: 'https://cdn.example.net/v/t59.3654-21/audioclip.mp4?oh=03_Q7f&oe=6A9C11F0',
      name: 'audioclip.mp4',
    },
  ]),
  'message-batch': [
    event('m_BatchA', { type: 'text', text: 'một', sentAt: 1795069200100 }),
    event('m_BatchB', { type: 'text', text: 'hai', sentAt: 1795069200200 }),
    event('m_BatchC', {
      type: 'text',
      text: 'xin chào',
      sentAt: 1795069200150,
      contact: `messenger:${PAGE}:24681357911111111`,
    }),
    {
      ...taken('m_BatchD'),
      sentAt: 1795069200300,
      contact: `messenger:${PAGE}:24681357911111111`,
    },
    event('m_BatchD', {
      type: 'text',
      text: 'cho nhân viên',
      sentAt: 1795069200300,
      contact: `messenger:${PAGE}:24681357911111111`,
    }),
  ],
  'message-command': text('m_InbCmd001', 'nopbai báo cáo tuần'),
  'message-edit': 'message_edit',
  'message-fallback-empty': files('m_InbFb002', [{ kind: 'link' }]),
  'message-fallback-link': text('m_InbFb001', 'Đây là bài của em: https://drive.example/abc'),
  'message-file': files('m_InbFile001', [
    {
      kind: 'file',
      url: 'https://cdn.example.net/v/t59.2708-21/bai-du-thi.docx?oh=03_Q7d&oe=6A9C11F0',
      name: 'bai-du-thi.docx',
    },
  ]),
  'message-image': files('m_InbImg001', [
    { kind: 'image', url: at('t1.15752-9/photo.jpg?oh=03_Q7c&oe=6A9C11F0'), name: 'photo.jpg' },
  ]),
  'message-images-many': files(
    'm_InbImg002',
    [1, 2, 3].map((n) => ({
      kind: 'image',
      url: at(`t1.15752-9/photo-${n}.jpg?oh=03_Q7c&oe=6A9C11F0`),
      name: `photo-${n}.jpg`,
    })),
  ),
  'message-post-share': files('m_InbPost001', [
    { kind: 'link', url: 'https://www.facebook.com/example/posts/1', name: 'Thông báo cuộc thi' },
  ]),
  'message-quick-reply': [event('m_InbQr001', { type: 'quickReply', payload: 'SUBMIT_NEW', title: 'Nộp bài mới' })],
  'message-quick-reply-phone': [
    event('m_InbQr002', { type: 'quickReply', payload: '+84900000123', title: '+84900000123' }),
  ],
  'message-reply-to': text('m_InbRep001', 'Ý em là file này'),
  'message-sticker-since-2026-08-30': files('m_InbStk001', [
    { kind: 'sticker', url: at('t39.1997-6/like.png'), name: 'like.png' },
  ]),
  'message-sticker-transition': files('m_InbStk002', [
    { kind: 'sticker', url: at('t39.1997-6/cat.png'), name: 'cat.png' },
  ]),
  'message-text': text('m_InbText001', 'Em muốn nộp bài dự thi'),
  'message-video': files('m_InbVid001', [
    {
      kind: 'video',
      url: 'https://video.example.net/v/t42.3356-2/clip.mp4?oh=03_Q7e&oe=6A9C11F0',
      name: 'clip.mp4',
    },
  ]),
  'optin-notification-messages': 'optin.notification_messages',
  'optin-notification-messages-stop': 'optin.notification_messages',
  'optin-one-time-notification': 'optin.one_time_notif_req',
  'optin-send-to-messenger-plugin': 'optin',
  'policy-enforcement-warning': [],
  'postback-button': postback('m_Pb003', 'Xem trạng thái', 'STATUS:SUB-2041'),
  'postback-dashboard-test': 'entry of another page',
  'postback-get-started': postback('m_Pb001', 'Bắt đầu', 'GET_STARTED'),
  'postback-get-started-with-ref': postback('m_Pb002', 'Bắt đầu', 'GET_STARTED', { ref: 'dot-01_cty-17' }),
  'postback-ice-breaker': postback('m_Pb004', 'Hạn nộp là khi nào?', 'FAQ_DEADLINE'),
  reaction: [event(`reaction/m_OutText001/${PSID}/react/1795069200000`, { type: 'reaction' })],
  'reaction-unreact': 'reaction.unreact',
  read: [
    event(`seen/${PSID}/1795069199800`, {
      type: 'receipt',
      kind: 'seen',
      messageIds: [],
      watermark: 1795069199800,
    }),
  ],
  'referral-ad': [event(`referral/${PSID}/1795069200000/qc-01`, { type: 'opened', how: 'referral', ref: 'qc-01' })],
  'referral-m-me': [
    event(`referral/${PSID}/1795069200000/dot-01_cty-17`, { type: 'opened', how: 'referral', ref: 'dot-01_cty-17' }),
  ],
  'response-feedback': 'response_feedback',
  'standby-echo-inbox': echo('m_OutInbox010', 'Em gửi lại giúp chị', { origin: 'staff' }),
  'standby-message': [taken('m_InbStandby001'), ...text('m_InbStandby001', 'Chị ơi em gửi lại')],
  'standby-postback': [taken('m_PbStandby'), ...postback('m_PbStandby', 'Xem trạng thái', '')],
  'standby-read': [
    event(`seen/${PSID}/1795069199800`, {
      type: 'receipt',
      kind: 'seen',
      messageIds: [],
      watermark: 1795069199800,
    }),
  ],
  'template-status-update': [],
};

/** Not bodies of a webhook: read by verify.test.ts. */
const OTHER_TESTS = ['webhook.signature-vector.json', 'webhook.verification-get.json'];

test.each(sampleNames('messenger', 'webhook.').filter((name) => !OTHER_TESTS.includes(name)))(
  'the sample %s gives its event or is knowingly ignored',
  (name) => {
    const wanted = EXPECTED[name.replace(/^webhook\.(.*)\.json$/, '$1')];
    const parsed = parse(sample('messenger', name));
    expect(parsed.unreadable).toEqual([]);
    if (typeof wanted === 'string') expect(parsed).toMatchObject({ events: [], ignored: [wanted] });
    else expect(parsed).toMatchObject({ events: wanted ?? 'no expectation', ignored: [] });
    expect(parsed.events).toHaveLength(typeof wanted === 'string' ? 0 : (wanted?.length ?? -1));
  },
);

test('a policy warning and a template state are shown to operators', () => {
  expect(parse(sample('messenger', 'webhook.policy-enforcement-warning.json')).notices).toEqual([
    { kind: 'policyEnforcement', detail: 'warning: Sample reason text' },
  ]);
  expect(parse(sample('messenger', 'webhook.template-status-update.json')).notices).toEqual([
    {
      kind: 'templateStatus',
      detail: 'nhac_han_nop_bai_v1 vi APPROVED NONE',
      template: { key: 'nhac_han_nop_bai_v1', lang: 'vi', status: 'approved', reason: '' },
    },
  ]);
});

test('one bad item never loses its neighbours', () => {
  const bad = [
    null,
    7,
    [],
    {},
    { message: 'text' },
    messengerItem('x', { sender: {} }),
    messengerItem('x', { message: { text: 5 } }),
  ];
  const messaging = [messengerItem('trước', {}, 'm_a'), ...bad, messengerItem('sau', {}, 'm_z')];
  const entry = [
    null,
    'x',
    { id: PAGE, time: 1, messaging },
    { id: PAGE, messaging: {} },
    { id: PAGE, messaging: [messengerItem('cuối', {}, 'm_e')] },
  ];
  const parsed = parse({ object: 'page', entry });
  expect(parsed.events.map((item) => item.id)).toEqual(['messenger/m_a', 'messenger/m_z', 'messenger/m_e']);
  expect(parsed.unreadable).toHaveLength(9);
  expect(parsed.ignored).toEqual(['empty item']);
});

test('a thousand entries in one body all arrive, whatever stands between them', () => {
  const entry = Array.from({ length: 1_000 }, (_, n) => ({
    id: PAGE,
    time: 1795069200400,
    messaging: n % 100 === 50 ? [{ message: [] }] : [messengerItem(`số ${n}`, {}, `m_${n}`)],
  }));
  const parsed = parse({ object: 'page', entry });
  expect(new Set(parsed.events.map(({ id }) => id)).size).toBe(990);
  expect(parsed.unreadable).toHaveLength(10);
});

test('the automatic reply of the page counts as staff when its text is not configured', () => {
  const plain = makeMessenger('http://127.0.0.1:9');
  const body = sample('messenger', 'webhook.echo-page-inbox-auto-reply.json');
  expect(plain.parse(webhookOf(body), 0).events).toMatchObject([{ type: 'echo', origin: 'staff' }]);
});

test('what staff wrote in our own console is ours, and known by its row', () => {
  const message = { mid: 'm_s', is_echo: true, app_id: 987654321012345, metadata: 'staff:row-7', text: 'chào' };
  const body = { object: 'page', entry: [{ id: PAGE, messaging: [messengerItem('', { message })] }] };
  expect(parse(body).events).toMatchObject([{ origin: 'bot', row: 'row-7' }]);
});
