import type { ProofFile } from '../../core/answers.ts';
import type { Attachment, FileOutcome, InboundEvent } from '../../core/event.ts';
import type { HandoverDoc } from '../../stores/mongo/handovers.ts';
import type { Stretch } from '../../stores/mongo/lines.ts';
import type { TranscriptDoc } from '../../stores/mongo/transcripts.ts';
import type { Line, LineFile, Speaker } from './types.ts';

type Message = Extract<Line, { type: 'message' }>;

/** What Zalo gives back as text for a tapped button. */
const PAYLOAD = /^#[0-9a-z]{1,8}:.{1,180}$/;

export function speakerOf(line: TranscriptDoc): Speaker {
  if (line.direction === 'in') return { type: 'person' };
  if (line.by !== 'staff') return { type: line.by };
  return { type: 'staff', staff: line.staff ?? '', name: line.name ?? '' };
}

/** The words of a line; of a tapped button its label, where the platform tells it. */
export function wordsOf(line: TranscriptDoc): string {
  if (line.direction === 'out') return line.text;
  const { event } = line;
  switch (event.type) {
    case 'text':
      return PAYLOAD.test(event.text) ? '' : event.text;
    case 'quickReply':
    case 'postback':
      return event.title;
    case 'attachments':
      return event.text || event.items.map(({ name }) => name ?? '').join(' ');
    default:
      return '';
  }
}

/** Lines and changes of hands in one order, with what the person has got and read of them. */
export function toLines({ lines, handovers, receipts }: Stretch, contact: string): Line[] {
  const delivery = deliveryIn(receipts);
  const all = [...lines.map((line) => toLine(line, contact, delivery)), ...handovers.map(toHandover)];
  return all.toSorted((one, other) => one.at - other.at);
}

const toHandover = ({ _id, from, to, at }: HandoverDoc): Line => ({
  type: 'handover',
  id: `handover/${_id}`,
  at: at.getTime(),
  from,
  to,
});

function toLine(line: TranscriptDoc, contact: string, delivery: Delivery): Line {
  const base = { id: line._id, at: line.at.getTime() };
  if (line.direction === 'in') {
    const { event } = line;
    if (event.type === 'opened' || event.type === 'reaction' || event.type === 'left' || event.type === 'erase') {
      return { type: 'happened', ...base, what: event.type };
    }
    const files = event.type === 'attachments' ? filesOf(event.items, line.files, contact) : [];
    const text = event.type === 'attachments' ? event.text : wordsOf(line);
    return message(line, { ...base, text, files, isTap: isTap(event), state: null });
  }
  if (!('state' in line)) {
    return message(line, {
      ...base,
      text: line.text,
      files: filesOf(line.items ?? [], undefined, contact),
      state: null,
    });
  }
  return message(line, {
    ...base,
    text: line.text,
    files: line.file ? [storedFile(line.file, contact)] : [],
    state: line.state === 'sent' ? delivery(line.messageIds, line.at.getTime()) : line.state,
    code: line.code ?? null,
    repeats: line.repeats ?? 0,
    paid: line.paid ?? '',
  });
}

const message = (
  line: TranscriptDoc,
  fields: Pick<Message, 'id' | 'at' | 'text' | 'files' | 'state'> & Partial<Message>,
): Message => ({ type: 'message', by: speakerOf(line), isTap: false, code: null, repeats: 0, paid: '', ...fields });

const isTap = (event: InboundEvent): boolean =>
  event.type === 'quickReply' || event.type === 'postback' || (event.type === 'text' && PAYLOAD.test(event.text));

type Delivery = (messageIds: readonly string[], at: number) => 'sent' | 'delivered' | 'seen';

/** A receipt names messages, or the instant up to which all were got or read. */
function deliveryIn(receipts: readonly TranscriptDoc[]): Delivery {
  const ids = { delivered: new Set<string>(), seen: new Set<string>() };
  const until = { delivered: 0, seen: 0 };
  for (const line of receipts) {
    if (line.direction !== 'in' || line.event.type !== 'receipt') continue;
    const { kind, messageIds, watermark = 0 } = line.event;
    for (const id of messageIds) ids[kind].add(id);
    until[kind] = Math.max(until[kind], watermark);
  }
  return (messageIds, at) => {
    const has = (kind: 'delivered' | 'seen') => at <= until[kind] || messageIds.some((id) => ids[kind].has(id));
    return has('seen') ? 'seen' : has('delivered') ? 'delivered' : 'sent';
  };
}

/** Which of the attachments a turn asked for: see `fetchItems`, and `hearSilently` while staff own the conversation. */
const FETCHED: ReadonlySet<Attachment['kind']> = new Set(['image', 'file']);
const FETCHED_BY_STAFF: ReadonlySet<Attachment['kind']> = new Set(['image', 'file', 'audio', 'video']);

function filesOf(items: readonly Attachment[], outcomes: readonly FileOutcome[] | undefined, contact: string) {
  const fetchable = (kinds: ReadonlySet<Attachment['kind']>) =>
    items.filter((item) => kinds.has(item.kind) && item.url !== undefined);
  const whole = fetchable(FETCHED_BY_STAFF);
  const asked = outcomes && whole.length === outcomes.length ? whole : fetchable(FETCHED);
  return items.map((item) => toFile(item, outcomes?.[asked.indexOf(item)], contact));
}

function toFile(item: Attachment, outcome: FileOutcome | undefined, contact: string): LineFile {
  const { kind, name = '', size = null } = item;
  if (outcome?.type === 'stored') return { ...storedFile(outcome, contact), kind };
  const href = kind === 'link' || kind === 'location' ? linkIn(item.url) : null;
  const blank = { name, kind, reason: null, fileId: null, url: null, mime: '', size, href };
  if (!outcome) return { ...blank, state: 'pending' };
  const reason = outcome.type === 'refused' ? outcome.reason : null;
  return { ...blank, name: outcome.name || name, reason, state: outcome.type };
}

function storedFile({ fileId, name, mime, size }: Omit<ProofFile, 'sha256'>, contact: string): LineFile {
  const kind = mime.startsWith('image/') ? 'image' : 'file';
  const url = `/console/api/files/${encodeURIComponent(contact)}/${encodeURIComponent(fileId)}`;
  return { name, kind, state: 'stored', reason: null, fileId, url, mime, size, href: null };
}

const linkIn = (url = ''): string | null => (/^https?:\/\//i.test(url) ? url : null);
