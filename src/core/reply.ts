/**
 * What the bot says, as data; a channel decides how it looks.
 * `options` are the answers offered: `choice`s are numbered lines a person may also answer by number, `action`s are plain buttons.
 */
export type Reply = {
  text: string;
  options: readonly Option[];
};

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
