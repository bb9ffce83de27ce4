import type { ContactId, ChannelName } from '../core/contact.ts';
import type { Attachment, InboundEvent } from '../core/event.ts';
import type { Reply } from '../core/reply.ts';
import type { TemplateNotice, Templates } from '../core/template.ts';
import type { ErrorCode } from '../base/errors.ts';

/** A webhook as it came in: header names in lower case, body bytes untouched. */
export type RawWebhook = { headers: Readonly<Record<string, string | string[] | undefined>>; body: Buffer };

/** What an adapter made of one webhook body. */
export type ParsedWebhook = {
  events: InboundEvent[];
  /** Understood and of no use to us (receipts of other products, group chats): why, by platform event name. */
  ignored: string[];
  /** Parts that should have been readable and were not; kept raw by the caller. */
  unreadable: { reason: string; raw: string }[];
  /** Things operators must see, without a contact. */
  notices: Notice[];
};

/** Policy warnings, allowances, states of templates. `detail` is for the log, `template` for whoever keeps templates. */
export type Notice = { kind: string; detail: string; template?: TemplateNotice };

/** One platform message made of a reply, ready to send. */
export type OutMessage = Readonly<Record<string, unknown>>;

/**
 * What a send came to.
 * `failed.retry`: `later` = same call may work after `afterMs`; `ambiguous` = it may have arrived, look for its echo first;
 * `never` = give up. `scope` says how far the trouble reaches: this message, this person, or the whole channel.
 */
export type SendResult =
  | { type: 'sent'; messageId: string; paid?: string }
  | {
      type: 'failed';
      code: ErrorCode;
      retry: 'later' | 'ambiguous' | 'never';
      scope: 'message' | 'contact' | 'channel';
      /** Tries in all for this kind of failure, the first one included. */
      maxTries: number;
      afterMs?: number;
      /** Platform error code and subcode, for the log: never a message text. */
      platformCode: string;
    };

/** One platform. Knows no store and no conversation. */
export type Channel = {
  name: ChannelName;
  /** The text to answer a verification GET with, or null for 403; only where the platform has such a handshake. */
  handshake?(query: URLSearchParams): string | null;
  /** Throws AppError `webhook.badSignature`. Constant time, on the raw bytes. */
  verify(webhook: RawWebhook): void;
  /** Never throws. `receivedAt`: epoch ms, for events whose platform time cannot be read. */
  parse(webhook: RawWebhook, receivedAt: number): ParsedWebhook;
  /** Splits and dresses a reply within the platform's limits; pure. */
  render(reply: Reply): OutMessage[];
  /** Sends one message. `row` is the outbox row id, given back by the platform's echo where it can. Never throws. */
  send(contact: ContactId, message: OutMessage, row: string): Promise<SendResult>;
  /** Shows that an answer is coming, where the platform can; failures are of no matter. */
  typing?(contact: ContactId): Promise<void>;
  /** Tells a picture of the message for transcripts and golden files: text lines and `[Button]`s. */
  describe(message: OutMessage): string;
  /** The text that the platform's echo of this message carries; only where the echo gives no row back. */
  echoText?(message: OutMessage): string;
  /** The kinds of things that this echo shows beside its text; none when it is missing. */
  echoKinds?(message: OutMessage): readonly Attachment['kind'][];
  /** Where the platform has approved templates. */
  templates?: Templates;
  /** Ends kept-open connections; sends still running are finished first. */
  close?(): Promise<void>;
  limits: {
    /** Sends at a time and per second for the whole account. */
    concurrency: number;
    perSecond: number;
    /** How long to look for the echo of a send whose answer was lost, in ms. */
    echoWaitMs: number;
  };
};
