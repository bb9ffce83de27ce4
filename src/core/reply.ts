import type { ProofFile } from './answers.ts';
import type { TemplateUse } from './broadcast.ts';

/**
 * What the bot says, as data; a channel decides how it looks.
 * `options` are the answers offered: `choice`s are numbered lines a person may also answer by number, `action`s are plain buttons.
 */
export type Reply = {
  text: string;
  options: readonly Option[];
  /**
   * Whose words these are; the bot's where it is missing, and those are withdrawn when staff take the conversation over before
   * they are sent. `notice`: the change of speaker itself, and what was done in the person's place.
   */
  from?:
    | { type: 'staff'; staff: string; name: string }
    | { type: 'notice' }
    /** Said unasked; withdrawn like the bot's own, and where it is still not sent at `until` (epoch ms): too late, or it would cost. */
    | { type: 'broadcast'; run: string; delivery: string; until: number };
  /** An approved template instead of a plain message; `text` is then what it says, for the transcript. `phone`: E.164. */
  template?: TemplateUse & { phone: string };
  /** Sent after the text, or alone where that is empty. Staff only. */
  file?: ProofFile;
  /** Written by a person after the window for automatic messages has closed. Source: messenger.md §4.2, `HUMAN_AGENT`. */
  isLate?: boolean;
};

/** Not to be sent while staff hold the conversation. */
export const isOfBot = ({ from }: Reply): boolean => from === undefined || from.type === 'broadcast';

export type Option = {
  kind: 'choice' | 'action';
  /** Full label; for a choice it stands as a numbered line in `text` already, unless the channel can show it whole on a button. */
  label: string;
  /** Short label for a button, at most 20 characters. */
  short: string;
  /** What comes back on a tap, at most 200 characters, begins with `#`. */
  payload: string;
};

/** A reply saved in the outbox. Rows of one contact are sent in order. */
export type OutboxRow = {
  /** `<event id hash>-<n>`: the same turn played again makes the same row. */
  id: string;
  contact: string;
  reply: Reply;
  /** Epoch ms of the turn. */
  at: number;
};
