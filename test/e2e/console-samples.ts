import type { ConversationView, DraftView, Line, Row, StepView } from '../../src/console/api/types.ts';

/** The instant of the stand-in's story: the afternoon before a phase closes. Epoch ms. */
export const NOW = Date.parse('2022-05-28T15:00:00+07:00');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const ME = { id: 's1', email: 'lan@example.org', name: 'Lan Anh', role: 'admin', unit: null } as const;
export const COLLEAGUES = [
  { id: 's1', name: 'Lan Anh' },
  { id: 's2', name: 'Minh Đức' },
];
export const CAMPAIGN = '01-trieu-sang-kien';
const FAMILY = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Võ', 'Đặng'];
const GIVEN = ['Thị Bình', 'Văn Cường', 'Thu Hà', 'Quốc Khánh', 'Ngọc Mai', 'Hữu Tài', 'Diễm Quỳnh'];
const STEPS = ['Họ và tên', 'Nơi công tác', 'Tên sáng kiến', 'Mô tả'];

/** Row `n` of as many as one likes; the first few wait. */
export function sampleRow(n: number): Row {
  const isZalo = n % 3 !== 2;
  const waits = n < 4;
  return {
    contact: `${isZalo ? 'zalo' : 'messenger'}:oa1:${1000 + n}`,
    channel: isZalo ? 'zalo' : 'messenger',
    name: n === 3 ? '' : `${FAMILY[n % FAMILY.length]} ${GIVEN[n % GIVEN.length]} ${n}`,
    phone: n === 3 ? '' : `+8491234${String(5000 + n).slice(-4)}`,
    units: n % 2 ? ['84', '844'] : ['01'],
    unitName: n % 2 ? 'LĐLĐ huyện Càng Long' : 'LĐLĐ thành phố Hà Nội',
    campaign: CAMPAIGN,
    step: 'title',
    stepLabel: STEPS[n % STEPS.length] ?? '',
    owner:
      n === 5
        ? { type: 'staff', how: 'console', staff: 's2', name: 'Minh Đức', since: NOW, lastAt: NOW, until: null }
        : n === 6
          ? { type: 'staff', how: 'inbox', staff: '', name: '', since: NOW, lastAt: NOW, until: null }
          : { type: 'bot' },
    humanAskedAt: waits ? NOW - (9 - n) * 7 * MINUTE_MS : null,
    humanReason: waits ? (n === 1 ? 'stuck' : 'asked') : null,
    handledAt: n % 7 === 0 && n > 0 ? NOW - n * HOUR_MS : null,
    lastSeenAt: NOW - n * 3 * MINUTE_MS,
    last: { at: NOW - n * 3 * MINUTE_MS, by: n % 2 ? 'bot' : 'person', text: 'Em chưa biết ghi phần mô tả thế nào ạ' },
    overdue: n === 5,
  };
}

const message = (n: number, by: Extract<Line, { type: 'message' }>['by'], text: string, more: object = {}): Line => ({
  type: 'message',
  id: `l${n}`,
  at: NOW - (40 - n) * MINUTE_MS,
  by,
  text,
  files: [],
  isTap: false,
  state: by.type === 'person' ? null : 'sent',
  code: null,
  repeats: 0,
  paid: '',
  ...more,
});

/** One line of each kind that a conversation may hold. */
export function sampleLines(picture: string): Line[] {
  const file = { reason: null, href: null };
  return [
    { type: 'happened', id: 'l0', at: NOW - 26 * HOUR_MS, what: 'opened' },
    message(1, { type: 'bot' }, 'Bước 5/8 · Tên sáng kiến\nTên sáng kiến là gì? Viết ngắn trong một câu.', {
      state: 'seen',
    }),
    message(2, { type: 'person' }, 'Gặp nhân viên', { isTap: true }),
    message(3, { type: 'notice' }, 'Chương trình đã báo cho tổ hỗ trợ.', { state: 'delivered' }),
    message(4, { type: 'person' }, '', {
      files: [
        {
          ...file,
          name: 'anh.png',
          kind: 'image',
          state: 'stored',
          fileId: 'f1',
          url: picture,
          mime: 'image/png',
          size: 70,
        },
        {
          ...file,
          name: 'bien-ban.pdf',
          kind: 'file',
          state: 'stored',
          fileId: 'f2',
          url: picture,
          mime: 'application/pdf',
          size: 240_000,
        },
        {
          ...file,
          name: 'phim.mp4',
          kind: 'video',
          state: 'refused',
          reason: 'type',
          fileId: null,
          url: null,
          mime: '',
          size: null,
        },
      ],
    }),
    {
      type: 'handover',
      id: 'l5',
      at: NOW - 35 * MINUTE_MS,
      from: { type: 'bot' },
      to: { type: 'staff', how: 'inbox', staff: '', name: '', since: 0, lastAt: 0, until: null },
    },
    message(6, { type: 'inbox' }, 'Chào anh, em bên công đoàn đây ạ.'),
    { type: 'handover', id: 'l7', at: NOW - 33 * MINUTE_MS, from: { type: 'bot' }, to: { type: 'bot' } },
    message(8, { type: 'bot' }, 'Mình tiếp tục nhé.', { state: 'withdrawn' }),
    message(9, { type: 'staff', staff: 's2', name: 'Minh Đức' }, 'Anh gửi giúp em biên bản công nhận.', {
      state: 'failed',
      code: 'send.unreachable',
    }),
    message(10, { type: 'person' }, 'Tôi chưa biết ghi phần mô tả thế nào'),
  ];
}

const step = (id: string, label: string, more: Partial<StepView> & Pick<StepView, 'input'>): StepView => ({
  id,
  field: id,
  label,
  optional: false,
  isDone: true,
  isOpen: false,
  answer: null,
  shown: '',
  ...more,
});

/** A draft with one step of each type. */
export function sampleDraft(): DraftView {
  return {
    campaign: CAMPAIGN,
    campaignName: '01 triệu sáng kiến',
    steps: [
      step('name', 'Họ và tên', {
        input: { type: 'text', max: 100 },
        answer: { type: 'text', text: 'Nguyễn Thị Bình' },
        shown: 'Nguyễn Thị Bình',
      }),
      step('phone', 'Điện thoại', {
        input: { type: 'phone' },
        answer: { type: 'phone', e164: '+84912345000' },
        shown: '0912 345 000',
      }),
      step('unit', 'Nơi công tác', {
        input: { type: 'unit', levels: [{ code: '84', name: 'LĐLĐ tỉnh Trà Vinh' }] },
        answer: { type: 'unit', path: ['84'], other: '' },
        shown: 'LĐLĐ tỉnh Trà Vinh',
      }),
      step('group', 'Đối tượng', {
        input: {
          type: 'choice',
          options: [
            { code: 'cong-nhan', label: 'Công nhân lao động trong các doanh nghiệp sản xuất, kinh doanh' },
            { code: 'vien-chuc', label: 'Cán bộ, viên chức, người lao động các đơn vị sự nghiệp' },
          ],
        },
        answer: { type: 'choice', code: 'cong-nhan' },
        shown: 'Công nhân lao động trong các doanh nghiệp sản xuất, kinh doanh',
      }),
      step('description', 'Mô tả', { input: { type: 'longText', max: 200 }, isDone: false, isOpen: true }),
      step('applied', 'Đã áp dụng', { input: { type: 'yesNo', expect: true, otherwise: 'warn' }, isDone: false }),
      step('proof', 'Minh chứng', {
        input: { type: 'attachments', maxFiles: 2, maxBytes: 10_000_000, mimes: ['image/png', 'application/pdf'] },
        optional: true,
      }),
    ],
    openStep: 'description',
    missing: ['Mô tả', 'Đã áp dụng'],
    revises: null,
    consentAt: NOW - HOUR_MS,
    startedAt: NOW - HOUR_MS,
    updatedAt: NOW,
  };
}

export function sampleView(row: Row): ConversationView {
  return {
    row,
    lang: 'vi',
    campaigns: [{ id: CAMPAIGN, name: '01 triệu sáng kiến', isOpen: true }],
    draft: sampleDraft(),
    entries: [
      {
        code: 'SK-7K3F-92QX',
        campaign: CAMPAIGN,
        campaignName: '01 triệu sáng kiến',
        title: 'Giá đỡ xoay cho máy may',
        state: 'received',
        reason: '',
        submittedAt: NOW - 20 * HOUR_MS,
        revision: 1,
        outsideCount: false,
        answers: [{ label: 'Tên sáng kiến', shown: 'Giá đỡ xoay cho máy may', files: [] }],
        enteredBy: { staff: 's2', name: 'Minh Đức' },
      },
    ],
    window: { now: 'free', freeUntil: NOW + 20 * HOUR_MS, chargedUntil: NOW + 140 * HOUR_MS, humanUntil: null },
    fileLimits: [
      { mime: 'image/png', maxBytes: 1_000_000 },
      { mime: 'application/pdf', maxBytes: 5_000_000 },
    ],
    notes: [{ id: 'n1', staff: 's2', name: 'Minh Đức', text: 'Đã gọi, hẹn chiều nay gửi ảnh.', at: NOW - HOUR_MS }],
    presence: [],
  };
}
