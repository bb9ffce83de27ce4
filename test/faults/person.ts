import type { ChannelName } from '../../src/core/contact.ts';
import type { Act } from './ledger.ts';
import { below, pick, type Random } from './random.ts';

/** What one person means to say; all of it invented. */
export type Wishes = {
  channel: ChannelName;
  user: string;
  name: string;
  /** As typed, and as it is kept. */
  phone: string;
  e164: string;
  province: string;
  group: number;
  title: string;
  /** A description in one message or in several at once. */
  description: readonly string[];
  /** Before answering question n (1 to 8) they say this first. */
  interrupts: ReadonlyMap<number, Act>;
  /** Corrected at the review, before it is submitted. */
  titleAtReview: string | null;
  /** After the receipt: asks, corrects, both or neither. */
  afterwards: ('status' | 'correct')[];
  /** Everything of theirs reaches us so much later. */
  behindMs: number;
};

const NAMES = ['Nguyễn Văn An', 'Trần Thị Bình', 'Lê Hoàng Cường', 'Phạm Thu Dung', 'Vũ Minh Đức', 'Đỗ Thị Hạnh'];
const PROVINCES = ['tra vinh', 'Hà Giang', 'Nghệ An', 'dong nai', 'Cần Thơ', 'bac ninh'];
const TITLES = ['Giá đỡ xoay cho máy may', 'Xe đẩy rập hai tầng', 'Hộp đèn soi lỗi vải', 'Gá kẹp nhanh cho máy khoan'];
const PARTS = [
  'Làm giá đỡ xoay bằng thép vụn của xưởng, có chốt hãm bốn góc.',
  'Trước đây hai người cùng nhấc, mỗi lần mất sáu phút.',
  'Nay còn một phút, mỗi ca bớt được hai mươi phút chờ.',
];
/** None of them answers a question or leaves it. */
const INTERRUPTS = ['trạng thái', 'hạn nộp', 'trợ giúp', 'gặp nhân viên', 'cảm ơn'];

export function wish(n: number, random: Random, zaloShare: number): Wishes {
  const channel: ChannelName = random() < zaloShare ? 'zalo' : 'messenger';
  const digits = String(n % 1e7).padStart(7, '0');
  const interrupts = new Map<number, Act>();
  while (random() < 0.35) interrupts.set(1 + below(random, 8), { type: 'text', text: pick(random, INTERRUPTS) });
  if (random() < 0.06) interrupts.set(8, { type: 'picture' });
  const afterwards: Wishes['afterwards'] = [];
  if (random() < 0.4) afterwards.push('status');
  if (random() < 0.25) afterwards.push('correct');
  if (random() < 0.1) afterwards.push('status');
  const parts = 1 + (random() < 0.4 ? 1 + below(random, 2) : 0);
  return {
    channel,
    user: String((channel === 'zalo' ? 81e14 : 24e14) + n),
    name: pick(random, NAMES),
    phone: `091 ${digits.slice(0, 3)} ${digits.slice(3)}`,
    e164: `+8491${digits}`,
    province: pick(random, PROVINCES),
    group: 1 + below(random, 5),
    title: `${pick(random, TITLES)} số ${n}`,
    description: PARTS.slice(0, parts).map((part) => `${part} (${n})`),
    interrupts,
    titleAtReview: random() < 0.2 ? `Bản sửa khi xem lại, số ${n}` : null,
    afterwards,
    behindMs: random() < 0.05 ? 2 * 3_600_000 : 0,
  };
}

/** Where a person is with what they mean to say. */
export type Progress = {
  /** Questions that were interrupted already. */
  interrupted: Set<number>;
  editedAtReview: boolean;
  corrected: boolean;
  /** What is left to be done after the receipt. */
  left: Wishes['afterwards'];
  codes: string[];
  /** The title as it was last typed. */
  title: string;
  finished: boolean;
};

export const begin = (wishes: Wishes): Progress => ({
  interrupted: new Set(),
  editedAtReview: false,
  corrected: false,
  left: [...wishes.afterwards],
  codes: [],
  title: wishes.title,
  finished: false,
});

const RECEIPT = /^✅ Đã nhận sáng kiến[^]*?Mã hồ sơ: (SK-\w{4}-\w{4})/;
const says = (...texts: string[]): Act[] => texts.map((text) => ({ type: 'text', text }));

/** What is said to the newest message, null = nothing: more is to come, or all is done. Moves `progress` on. */
export function respond(wishes: Wishes, progress: Progress, heard: string): Act[] | null {
  const receipt = RECEIPT.exec(heard);
  if (receipt?.[1] && !progress.codes.includes(receipt[1])) progress.codes.push(receipt[1]);
  if (progress.codes.length > 0 && !/Bước \d\/8|8\/8 bước/.test(heard)) {
    const next = progress.left.shift();
    if (next === 'status') return says('trạng thái');
    if (next === 'correct') return says('sửa hồ sơ');
    progress.finished = true;
    return null;
  }
  const question = Number(/Bước (\d)\/8/.exec(heard)?.[1] ?? 0);
  const interrupt = wishes.interrupts.get(question);
  if (interrupt && !progress.interrupted.has(question)) {
    progress.interrupted.add(question);
    return [interrupt];
  }
  return answer(wishes, progress, heard, question);
}

function answer(wishes: Wishes, progress: Progress, heard: string, question: number): Act[] | null {
  switch (question) {
    case 1:
      return says(wishes.name);
    case 2:
      return says(wishes.phone);
    case 3:
      return says(/Đơn vị trực thuộc nào/.test(heard) ? '2' : wishes.province);
    case 4:
      return says(String(wishes.group));
    case 5:
      progress.title = titleNow(wishes, progress);
      return says(progress.title);
    case 6:
      return /Đã nhận \d+\/\d+ ký tự/.test(heard) ? describedOrWaiting(wishes, heard) : says(...wishes.description);
    case 7:
      return says(/Đang bảo hộ/.test(heard) ? 'không' : 'rồi');
    case 8:
      return says('bỏ qua');
    default:
      return atReview(wishes, progress, heard);
  }
}

function titleNow(wishes: Wishes, progress: Progress): string {
  if (progress.codes.length > 0) return `${wishes.title}, bản hai`;
  return progress.editedAtReview && wishes.titleAtReview ? wishes.titleAtReview : wishes.title;
}

/** Parts of a description each bring a reply: `xong` is said to the one that counts them all. */
function describedOrWaiting(wishes: Wishes, heard: string): Act[] | null {
  const counted = Number(/Đã nhận (\d+)\//.exec(heard)?.[1] ?? 0);
  const typed = wishes.description.reduce((sum, part) => sum + [...part].length, 0);
  return counted >= typed ? says('xong') : null;
}

function atReview(wishes: Wishes, progress: Progress, heard: string): Act[] | null {
  if (/đồng ý chứ\?/.test(heard)) return says('đồng ý');
  if (!/8\/8 bước/.test(heard)) return null;
  if (progress.codes.length > 0) {
    if (progress.corrected) return says('nộp');
    progress.corrected = true;
    return says('sửa 5');
  }
  if (wishes.titleAtReview === null || progress.editedAtReview) return says('nộp');
  progress.editedAtReview = true;
  return says('sửa 5');
}
