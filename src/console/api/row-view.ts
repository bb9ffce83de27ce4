import type { Lang } from '../../core/campaign.ts';
import type { ChannelName } from '../../core/contact.ts';
import { cutChars } from '../../engine/readers/fold.ts';
import type { World } from '../../engine/flow.ts';
import type { ContactDoc } from '../../stores/mongo/contacts.ts';
import type { TranscriptDoc } from '../../stores/mongo/transcripts.ts';
import { stepLabel, unitName } from './labels.ts';
import { speakerOf, wordsOf } from './line-view.ts';
import type { Row } from './types.ts';

/** Characters of the last line. */
const MAX_LAST = 140;

export function toRow(world: World, contact: ContactDoc, last: TranscriptDoc | undefined, at: number, lang: Lang): Row {
  const { campaign, step, owner, name, phone, units } = contact;
  return {
    contact: contact._id,
    channel: contact.channel as ChannelName, // written from a contact id
    name,
    phone,
    units,
    unitName: unitName(world, campaign, units),
    campaign,
    step,
    stepLabel: stepLabel(world, campaign, step, lang),
    owner,
    humanAskedAt: contact.humanAskedAt?.getTime() ?? null,
    humanReason: contact.humanReason,
    handledAt: contact.handledAt?.getTime() ?? null,
    lastSeenAt: contact.lastSeenAt.getTime(),
    last: last ? { at: last.at.getTime(), by: speakerOf(last).type, text: cut(wordsOf(last)) } : null,
    overdue: isOverdue(world, contact, at),
  };
}

/** Staff own it, and what the person did last is newer than what staff did, for longer than the campaign allows. */
export function isOverdue(
  world: World,
  { owner, lastSeenAt, campaign }: Pick<ContactDoc, 'owner' | 'lastSeenAt' | 'campaign'>,
  at: number,
): boolean {
  if (owner.type !== 'staff' || owner.how === 'unsure') return false;
  const seenAt = lastSeenAt.getTime();
  const flow = (campaign === null ? undefined : world.flows.get(campaign)) ?? world.defaultFlow(at);
  return seenAt > owner.lastAt && at - seenAt > flow.campaign.support.remindStaffAfterMs;
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const short = cutChars(line, MAX_LAST);
  return short.length < line.length ? `${short}…` : line;
}
