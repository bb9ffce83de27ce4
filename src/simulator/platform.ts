import type { Clock } from '../base/clock.ts';
import type { Answer, Delivery, Webhook } from './delivery.ts';
import type { ActFile } from './acts.ts';
import type { Feed } from './feed.ts';
import { md5, type Files, type SentFile } from './files.ts';
import { holderOf, type People, type Person } from './people.ts';
import type { PlatformLimits } from './limits.ts';
import type { Shown } from './shown.ts';

/** What both stand-in platforms work with. */
export type Platform = {
  clock: Clock;
  people: People;
  feed: Feed;
  delivery: Delivery;
  /** Hex word of 20 characters that never comes twice. */
  newId(): string;
  /** Whether an echo goes out before the send is answered, as happens in life. */
  echoFirst: boolean;
  /** Public address of the sticker everybody uses. */
  stickerUrl: string;
  files: Files;
  /** Public address of a file. */
  fileUrl(file: { id: string; name: string }): string;
  limits: PlatformLimits;
  /** How long a template is looked at before it is approved or refused, in ms. */
  reviewAfterMs: number;
};

/** A file as events tell it and phones show it. */
export function toActFile(platform: Pick<Platform, 'fileUrl'>, file: SentFile): ActFile {
  const [major] = file.mime.split('/');
  const kind = major === 'image' || major === 'audio' || major === 'video' ? major : 'file';
  const { name, mime, bytes } = file;
  return { kind, mime, name, url: platform.fileUrl(file), size: bytes.length, md5: md5(bytes) };
}

/** An answer of a platform's API. */
export type ApiAnswer = { status: number; body: unknown; headers?: Readonly<Record<string, string>> };

export function show(platform: Platform, person: Person, item: Shown): void {
  platform.feed.push(person.session, person.channel, item);
}

/** Posts a webhook of this person's and shows it in the inspector. */
export async function postFor(
  platform: Platform,
  person: Person,
  webhook: Webhook,
  onAnswer: (answer: Answer) => void = () => {},
): Promise<void> {
  await platform.delivery.post(`${person.channel}:${person.id}`, webhook, (answer) => {
    const { status, ms, attempt } = answer;
    show(platform, person, {
      type: 'wire',
      way: 'webhook',
      name: webhook.name,
      status,
      ms,
      attempt,
      body: readable(webhook.body),
    });
    onAnswer(answer);
  });
}

/** Shows one call of the API in the inspector of whom it was for. */
export function showCall(platform: Platform, person: Person, name: string, answer: ApiAnswer, request: unknown): void {
  const body = readable(Buffer.from(JSON.stringify({ request, answer: answer.body })));
  show(platform, person, { type: 'wire', way: 'api', name, status: answer.status, ms: 0, attempt: 0, body });
}

const MAX_SHOWN = 4000;

const readable = (body: Buffer): string => {
  const text = JSON.stringify(JSON.parse(body.toString('utf8')), null, 2);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}\n…` : text;
};

/** Where a person stands, for the page's buttons. */
export function showStanding(platform: Platform, person: Person): void {
  const { following, blocked, started, ref, routing, autoReply } = person;
  const holder = holderOf(person, platform.clock.now());
  show(platform, person, { type: 'standing', following, blocked, started, ref, routing, holder, autoReply });
}
