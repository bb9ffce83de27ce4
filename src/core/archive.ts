import type { Answers, ProofFile } from './answers.ts';
import type { NudgeResult } from './broadcast.ts';
import type { Attachment, FileOutcome, InboundEvent } from './event.ts';
import type { ActResult, Owner, StaffAct } from './handover.ts';
import type { Reply } from './reply.ts';
import type { Session } from './session.ts';

/** What an archived contact keeps of its session, for staff and reports; the session itself stays in Redis. */
export type ContactSnapshot = {
  lang: Session['lang'];
  owner: Owner;
  /** Epoch ms. */
  consentAt: number | null;
  remindersOff: boolean;
  /** Epoch ms. */
  remindYesAt: number | null;
  /** Every open draft, of other campaigns too. `group`: code of the choice that tells the target group, '' before it is answered. */
  drafts: readonly { campaign: string; step: string; group: string; isBegun: boolean; updatedAt: number }[];
  campaign: string | null;
  /** Id of the open step, null without a draft. */
  step: string | null;
  profile: Answers;
  /** See `Person`. */
  name: string;
  phone: string;
  units: readonly string[];
  entries: Session['entries'];
  arrivals: Session['arrivals'];
  /** Epoch ms. */
  humanAskedAt: number | null;
  humanReason: Session['humanReason'];
  handledAt: number | null;
  lastSeenAt: number;
};

/**
 * What is written to MongoDB behind the conversation, in bulk. Archiving an item again changes nothing. Instants are epoch ms.
 * - `inbound`: what a person sent, by event id.
 * - `outbound`: what became of an outbox row; a later item of the same row replaces an earlier one.
 * - `native`: a message that went out of our account past the bot: typed by staff in the platform's own inbox, or another app's.
 * - `handover`: the conversation changed hands, by the event of this id.
 * - `act`: what staff did in the console, and what became of it.
 * - `nudge`: what became of a message of a broadcast when its turn came; what was said has one `outbound` of its own, whose `from`
 *   names the delivery: withdrawn with `late` (it waited past its `until`) or `handover`. One given up by a fault is a `dead`.
 * - `files`: what a fetch of the attachments of event `of` came to.
 * - `contact`: where a contact stood at `at`; an older item never overwrites a newer one.
 * - `unreadable`: part of a signed webhook that could not be understood, raw.
 * - `dead`: an event whose turn was given up; `code` is the AppError's.
 */
export type ArchiveItem =
  | { type: 'inbound'; event: InboundEvent; receivedAt: number }
  | {
      type: 'outbound';
      row: string;
      contact: string;
      /** As the person saw it: text lines and `[Button]`s. */
      text: string;
      state: 'sent' | 'failed' | 'withdrawn';
      messageIds: string[];
      /** How often a part was sent again although an earlier try may have arrived: the person may have read it so often more. */
      repeats?: number;
      /** Whose words; the bot's where it is missing. */
      from?: Reply['from'];
      file?: ProofFile;
      /** What the platform charged it to, where it says so. */
      paid?: string;
      /** Why it failed. */
      code?: string;
      /** The row's own `at`: when its turn was, which is told by the same clock as a deletion. */
      turnAt: number;
      /** When it was settled, by the sender's clock. */
      at: number;
    }
  | {
      type: 'native';
      /** Event id of the echo. */
      id: string;
      contact: string;
      messageId: string;
      text: string;
      origin: 'staff' | 'otherApp';
      /** The platform's id of the member of staff, where it tells. */
      staff?: string;
      items?: Attachment[];
      at: number;
    }
  | { type: 'handover'; id: string; contact: string; from: Owner; to: Owner; at: number }
  | {
      type: 'act';
      id: string;
      contact: string;
      staff: string;
      name: string;
      act: StaffAct;
      result: ActResult;
      at: number;
    }
  | {
      type: 'nudge';
      /** See `Nudge`. */
      delivery: string;
      run: string;
      contact: string;
      result: NudgeResult;
      at: number;
    }
  | { type: 'files'; of: string; contact: string; outcomes: FileOutcome[]; at: number }
  | { type: 'contact'; contact: string; at: number; snapshot: ContactSnapshot }
  | { type: 'unreadable'; channel: string; receivedAt: number; reason: string; raw: string }
  | { type: 'dead'; id: string; contact: string; event: InboundEvent; code: string; at: number };
