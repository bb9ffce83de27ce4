import type { Channel, OutMessage, SendResult } from '../../src/channels/channel.ts';
import { AppError } from '../../src/base/errors.ts';
import type { ContactId } from '../../src/core/contact.ts';
import { contactId } from '../../src/core/contact.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import type { Request } from '../../src/core/request.ts';
import type { Session } from '../../src/core/session.ts';
import type { Engine, TurnResult } from '../../src/core/turn.ts';
import { newSession } from '../../src/engine/drafts.ts';

export const person = (n: number): ContactId => contactId('messenger', 'page', `u${n}`);

export const says = (contact: ContactId, text: string, sentAt: number, key = `${contact}-${text}`): InboundEvent => ({
  type: 'text',
  id: eventId('messenger', key),
  contact,
  sentAt,
  text,
});

export const blank = (contact: string, at: number): Session => ({ ...newSession(contact, at), greetedAt: at });

/** Counts turns and says the count and the text: `3 hello`. `ask …` asks the outside, `fault` throws, `fetch` leaves a task. */
export const countingEngine: Engine = {
  turn(before, event, at): TurnResult {
    const session = { ...(before ?? blank(event.contact, at)), lastSeenAt: at };
    const text = event.type === 'text' ? event.text : event.type;
    if (text === 'fault') throw new Error('a fault of the program');
    session.turns++;
    const request: Request | null = text.startsWith('ask')
      ? { type: 'findEntries', contact: event.contact, code: text }
      : null;
    const replies = request ? [] : [{ text: `${session.turns} ${text}`, options: [] }];
    const tasks = text.startsWith('fetch')
      ? [{ type: 'callHuman' as const, request: event.id, contact: event.contact, at, reason: 'asked' as const }]
      : [];
    return { session, replies, tasks, request };
  },
  resume: (session, event, _at, request) => ({
    session,
    replies: [{ text: `${session.turns} answered ${'code' in request ? request.code : event.type}`, options: [] }],
    tasks: [],
    request: null,
  }),
  person: () => ({ name: '', phone: '', units: [] }),
  drafts: () => [],
  keepFor: () => 3_600_000,
  failedReply: () => ({ text: 'failed', options: [] }),
  busyReply: () => ({ text: 'busy', options: [] }),
};

export type Sent = { contact: string; text: string; row: string };

/** A platform that keeps what it was sent; `next` decides what a send comes to. */
export function standInChannel(
  options: { limits?: Partial<Channel['limits']>; echoText?: boolean } = {},
): Channel & { sent: Sent[]; next: (send: Sent) => Promise<SendResult> | SendResult; took(send: Sent): SendResult } {
  const sent: Sent[] = [];
  let ids = 0;
  const channel = {
    name: 'messenger' as const,
    sent,
    took(send: Sent): SendResult {
      sent.push(send);
      return { type: 'sent', messageId: `m${++ids}` };
    },
    next: (send: Sent): Promise<SendResult> | SendResult => channel.took(send),
    verify(webhook: { headers: Readonly<Record<string, unknown>> }) {
      if (webhook.headers['x-sign'] !== 'good') throw new AppError('webhook.badSignature', 'wrong signature');
    },
    parse(webhook: { body: Buffer }) {
      try {
        const events = JSON.parse(webhook.body.toString()) as InboundEvent[];
        return { events, ignored: [], unreadable: [], notices: [] };
      } catch {
        return {
          events: [],
          ignored: [],
          unreadable: [{ reason: 'not JSON', raw: webhook.body.toString() }],
          notices: [],
        };
      }
    },
    // `|` in a text stands for the platform's limit: a new message
    render: (reply: { text: string }): OutMessage[] => reply.text.split('|').map((text) => ({ text })),
    send: async (contact: ContactId, message: OutMessage, row: string) =>
      channel.next({ contact, text: String(message['text']), row }),
    describe: (message: OutMessage) => String(message['text']),
    ...(options.echoText ? { echoText: (message: OutMessage) => String(message['text']) } : {}),
    limits: { concurrency: 32, perSecond: 100_000, echoWaitMs: 600, ...options.limits },
  };
  return channel;
}

/** Resolves when `holds` gives true; looks often, and gives up when the test does. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
