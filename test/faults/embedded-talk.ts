import { setTimeout as delay } from 'node:timers/promises';
import type { Product } from '../support/product.ts';

/** A whole entry on Messenger, as one person types it: the line, and how many replies follow it. */
const LINES: readonly (readonly [text: string, replies: number])[] = [
  ['xin chào', 2],
  ['đồng ý', 1],
  ['Tran Thi Binh', 1],
  ['0912 345 678', 1],
  ['tra vinh', 1],
  ['cang long', 1],
  ['2', 1],
  ['Giá đỡ xoay cho máy may', 1],
  ['Đổi rập nhanh hơn, mỗi ca bớt 20 phút.', 1],
  ['xong', 1],
  ['rồi', 1],
  ['rồi', 1],
  ['không', 1],
  ['bỏ qua', 1],
  ['nộp', 1],
  ['trạng thái', 1],
];
/** Longer than the 60 s for which a send whose answer was lost with Redis waits for its echo. */
const PATIENCE_MS = 150_000;
/** Between two deliveries of what was not answered 200; platforms wait longer. */
const AGAIN_MS = 50;

export const LINE_COUNT = LINES.length;

/** What the platform saw of one person's conversation. */
export type Told = {
  /** Deliveries that were not answered 200, by status; 0 = no answer at all. */
  refused: Map<number, number>;
  /** All replies, with the code of the entry made the same for everyone. */
  replies: string[];
};

/**
 * Plays the lines `from` (inclusive) up to `to` (exclusive) of the conversation: each is delivered until it is answered 200, and the next is
 * said when the replies to it are there. Throws when they do not come.
 */
export async function talk(
  product: Pick<Product, 'messenger' | 'heard'>,
  user: string,
  options: { from?: number; to?: number; sentAt?: number; onRefused?(status: number): void } = {},
): Promise<Told> {
  const { from = 0, to = LINES.length } = options;
  const refused = new Map<number, number>();
  let expected = LINES.slice(0, from).reduce((sum, [, replies]) => sum + replies, 0);
  for (const [at, [, replies]] of LINES.slice(0, to).entries()) {
    if (at < from) continue;
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const status = await say(product, user, at, options.sentAt).catch(() => 0);
      if (status === 200) break;
      refused.set(status, (refused.get(status) ?? 0) + 1);
      options.onRefused?.(status);
      if (performance.now() > deadline) throw new Error(`${user}: line ${at} is refused with ${status}`);
      await delay(AGAIN_MS);
    }
    expected += replies;
    while (product.heard(user).length < expected) {
      if (performance.now() > deadline) throw new Error(`${user}: no reply to line ${at}`);
      await delay(10);
    }
  }
  return { refused, replies: repliesOf(product, user) };
}

/** Delivers one line of the conversation, for the first time or again; `sentAt` is the platform's time (epoch ms). */
export function say(product: Pick<Product, 'messenger'>, user: string, at: number, sentAt?: number): Promise<number> {
  const message = { mid: `${user}-${at}`, text: LINES[at]?.[0] };
  return product.messenger(user, { message, ...(sentAt === undefined ? {} : { timestamp: sentAt }) });
}

/** All that a person was sent so far. Codes of entries and the times of day in a reply differ between people. */
export const repliesOf = (product: Pick<Product, 'heard'>, user: string): string[] =>
  product
    .heard(user)
    .map(({ text }) => text.replace(/SK-[0-9A-Z]{4}-[0-9A-Z]{4}/g, 'SK-CODE').replace(/\d+h\d\d/g, 'HOUR'));

/**
 * Delivers the echoes of all messages so far, as Messenger does: word that they arrived, for a process that was killed
 * before it could write that down. Delivering them again does no harm.
 */
export async function deliverEchoes(product: Pick<Product, 'messenger' | 'platform'>): Promise<void> {
  for (const [at, call] of product.platform.calls.entries()) {
    const { recipient, message } = call.body as { recipient?: { id?: string }; message?: Record<string, unknown> };
    if (recipient?.id === undefined || message === undefined) continue;
    const page = /\/(\d+)\/messages$/.exec(call.path)?.[1] ?? '';
    const echo = { is_echo: true, mid: `m_${at + 1}`, metadata: message['metadata'], text: message['text'] };
    await product.messenger(page, { sender: { id: page }, recipient, message: echo }).catch(() => 0);
  }
}
