import { createHmac } from 'node:crypto';

/** What a person does, as a part of a Messenger webhook. */
export type Act =
  { message: { text: string; quick_reply?: { payload: string } } } | { postback: { title: string; payload: string } };

/** A message as the Send API takes it, as far as the conversation looks at it. */
export type Said = { text?: string; quick_replies?: { title: string; payload: string }[] };

export type Turn = {
  /** `n` counts people, so that they differ. `said` is the bot's last message. */
  act(n: number, said: Said | undefined): Act;
  /** The same in words, for those who do not wait for the buttons. */
  words?(n: number): string;
  /** How each message of the reply begins or what stands in it. */
  replies: RegExp[];
  /** What the floor says in its place: as long as ours, with as many buttons. */
  floor: Said;
};

const text = (value: string): Act => ({ message: { text: value } });

function tap(said: Said | undefined, at: number): Act {
  const button = said?.quick_replies?.[at];
  if (!button) throw new Error(`no button ${at} on "${said?.text?.slice(0, 60) ?? ''}"`);
  return { message: { text: button.title, quick_reply: { payload: button.payload } } };
}

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!;

const NAMES = ['Nguyễn Văn An', 'Trần Thị Bình', 'Lê Hoàng Cường', 'Phạm Thu Dung', 'Vũ Minh Đức'];
const PLACES = ['tra vinh', 'Hà Giang', 'hcm', 'Nghệ An', 'dong nai', 'Cần Thơ', 'bac ninh'];
const TITLES = ['Giá đỡ xoay cho máy may', 'Xe đẩy rập hai tầng', 'Hộp đèn soi lỗi vải', 'Gá kẹp nhanh cho máy khoan'];
const STORY =
  'Làm giá đỡ xoay bằng thép vụn của xưởng, có chốt hãm bốn góc, nên một người đổi rập được mà không cần tắt máy. ' +
  'Trước đây hai người cùng nhấc, mỗi lần mất sáu phút. Nay còn một phút, mỗi ca bớt được hai mươi phút chờ, đỡ đau lưng, ' +
  'và rập không còn bị xước. Cả tổ đã dùng ba tháng, chưa hỏng lần nào.';
/** In letters a worker uses, so that 300 are as long in UTF-8 as a person's. */
const description = (chars: number): string =>
  `${STORY} `.repeat(Math.ceil(chars / STORY.length)).slice(0, chars - 1) + '.';
const DESCRIPTION = description(300);

/** Filler of the floor's messages, in letters of the same size in UTF-8. */
const words = (length: number): string => 'Bước này hỏi anh/chị một điều. '.repeat(40).slice(0, length);
const says = (length: number, buttons: string[] = []): Said => ({
  text: words(length),
  ...(buttons.length > 0 && { quick_replies: buttons.map((title, i) => ({ title, payload: `b:${i}` })) }),
});
const YES_NO = ['Rồi', 'Chưa'];

/** The whole intake of `01-trieu-sang-kien` on Messenger, from Get Started to the receipt. */
export const TURNS: readonly Turn[] = [
  {
    act: () => ({ postback: { title: 'Bắt đầu', payload: 'GET_STARTED' } }),
    replies: [/^Xin chào/, /đồng ý chứ\?/],
    floor: says(330, ['Đồng ý', 'Xem chi tiết']),
  },
  { act: (_, said) => tap(said, 0), words: () => 'đồng ý', replies: [/^Bước 1\/8 · Họ và tên/], floor: says(85) },
  { act: (n) => text(pick(NAMES, n)), replies: [/Bước 2\/8 · Điện thoại/], floor: says(130) },
  {
    act: (n) => text(`09${String(n % 1e8).padStart(8, '0')}`),
    replies: [/^Bước 3\/8 · Nơi công tác\n.*ngành nào\?/],
    floor: says(150),
  },
  {
    act: (n) => text(pick(PLACES, n)),
    replies: [/^Bước 3\/8 · Nơi công tác\nĐơn vị trực thuộc nào của/],
    floor: says(330, ['1', '2', '3', '4', '5', '6', '7', '8', 'Xem thêm', 'Không có trong DS', 'Trực thuộc thẳng']),
  },
  {
    act: (n, said) => tap(said, n % 5),
    words: (n) => String((n % 5) + 1),
    replies: [/^Bước 4\/8 · Đối tượng/],
    floor: says(500, ['1. Cán bộ CĐ', '2. Công nhân DN', '3. Công chức', '4. Viên chức', '5. Nông nghiệp']),
  },
  {
    act: (n, said) => tap(said, n % 5),
    words: (n) => String((n % 5) + 1),
    replies: [/^Bước 5\/8 · Tên sáng kiến/],
    floor: says(110),
  },
  { act: (n) => text(pick(TITLES, n)), replies: [/^Bước 6\/8 · Mô tả/], floor: says(160) },
  {
    act: () => text(DESCRIPTION),
    replies: [/^Bước 6\/8 · Mô tả\nĐã nhận \d+\/2000 ký tự/],
    floor: says(80, ['Xong', 'Viết lại']),
  },
  {
    act: (_, said) => tap(said, 0),
    words: () => 'xong',
    replies: [/^Bước 7\/8 · Đã áp dụng/],
    floor: says(130, YES_NO),
  },
  {
    act: (_, said) => tap(said, 0),
    words: () => 'rồi',
    replies: [/^Bước 7\/8 · Được công nhận/],
    floor: says(130, YES_NO),
  },
  {
    act: (_, said) => tap(said, 0),
    words: () => 'rồi',
    replies: [/^Bước 7\/8 · Đang bảo hộ/],
    floor: says(140, ['Có', 'Không']),
  },
  {
    act: (_, said) => tap(said, 1),
    words: () => 'không',
    replies: [/^Bước 8\/8 · Minh chứng/],
    floor: says(260, ['Bỏ qua']),
  },
  {
    act: (_, said) => tap(said, 0),
    words: () => 'bỏ qua',
    replies: [/^Đủ 8\/8 bước\.[^]*Mô tả: [^]*Nhắn “nộp”/],
    floor: says(560, ['Nộp', 'Sửa', 'Để sau']),
  },
  {
    act: (_, said) => tap(said, 0),
    words: () => 'nộp',
    replies: [/^✅ Đã nhận[^]*Mã hồ sơ: SK-[\w]{4}-[\w]{4}/],
    floor: says(220, ['Xem trạng thái', 'Nộp thêm', 'Sửa hồ sơ']),
  },
];

const UNIT_TURN = 5;
const DESCRIPTION_TURN = 8;

/** The intake with a description of so many characters; `typesUnit`: the second workplace is typed by name, not tapped. */
export function intake(descriptionChars: number, typesUnit: boolean): readonly Turn[] {
  return TURNS.map((turn, i) => {
    if (i === DESCRIPTION_TURN) return { ...turn, act: () => text(description(descriptionChars)) };
    if (i !== UNIT_TURN || !typesUnit) return turn;
    return { ...turn, act: (n, said) => text(lineOf(said, (n % 5) + 1)) };
  });
}

/** What stands behind `2. ` in a numbered list. */
function lineOf(said: Said | undefined, number: number): string {
  const line = new RegExp(`^${number}\\. (.+)$`, 'm').exec(said?.text ?? '')?.[1];
  if (line === undefined) throw new Error(`no line ${number} in "${said?.text?.slice(0, 60) ?? ''}"`);
  return line;
}

/** Told in words, by who does not wait for the answer. */
const inWords = (turn: Turn): Turn => ({
  ...turn,
  act: (n) => (turn.words ? text(turn.words(n)) : turn.act(n, undefined)),
});

/** Whole intakes in words: by someone new, and by someone who left off before the description (see `prefill`). */
export const NEWCOMER: readonly Turn[] = TURNS.map(inWords);
export const RETURNING: readonly Turn[] = NEWCOMER.slice(DESCRIPTION_TURN);
/** Up to the summary, then all over: leaves one session and no entry, however often it is done. */
export const STARTS_OVER: readonly Turn[] = [
  ...NEWCOMER.slice(2, -1),
  { act: () => text('làm lại từ đầu'), replies: [/làm lại từ đầu\?/], floor: says(80) },
  { act: () => text('có'), replies: [/^Đã xóa bản nháp/], floor: says(80) },
];
/** What is said before the description, as texts. */
export const leftOff = (n: number): string[] =>
  NEWCOMER.slice(1, DESCRIPTION_TURN).map((turn) => {
    const act = turn.act(n, undefined);
    return 'message' in act ? act.message.text : act.postback.title;
  });

/** Null when the message is the one that belongs there, else what is wrong with it. */
export function faultOf(said: Said, expected: RegExp): string | null {
  if (expected.test(said.text ?? '')) return null;
  return `expected ${String(expected)}, heard "${(said.text ?? '').slice(0, 80)}"`;
}

/** Platform ids of people who are there before the bench begins, see `prefill`. */
export const prefilledUser = (n: number): string => String(6_000_000_000_000_000 + n);

export const PAGE_ID = '108000000000001';
export const APP_SECRET = 'bench-app-secret';
export const VERIFY_TOKEN = 'bench-verify-token';

let sent = 0;

/** The webhook's body with every other than ASCII character escaped, as Facebook signs it. */
export function webhookOf(user: string, act: Act, now: number): string {
  const mid = `m_bench_${process.pid}_${(sent++).toString(36)}`;
  const part = 'message' in act ? { message: { mid, ...act.message } } : { postback: { mid, ...act.postback } };
  const item = { sender: { id: user }, recipient: { id: PAGE_ID }, timestamp: now, ...part };
  const json = JSON.stringify({ object: 'page', entry: [{ id: PAGE_ID, time: now, messaging: [item] }] });
  return json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function headersOf(body: string): string[] {
  const signature = createHmac('sha256', APP_SECRET).update(body).digest('hex');
  return ['content-type', 'application/json', 'x-hub-signature-256', `sha256=${signature}`];
}
