/** What a platform says of a template: only an approved one may be sent. */
export type TemplateStatus = 'pending' | 'approved' | 'rejected' | 'paused' | 'disabled' | 'unknown';

/** A template as a platform keeps it. */
export type ChannelTemplate = {
  /** What a send names: Zalo's id, Messenger's name. */
  key: string;
  /** The template's own language code; '' where a platform has none (Zalo). */
  lang: string;
  /** As people of the platform's own tools call it. */
  name: string;
  status: TemplateStatus;
  /** Why it was refused, in the platform's words; '' where it gave none. */
  reason: string;
  /** With its places as the platform writes them; '' where it does not tell. */
  body: string;
  /** Names of its places, in order. */
  parameters: readonly string[];
  buttons: readonly { type: 'postback' | 'url'; title: string }[];
  /** Of one message by user id and by phone, in VND; null = not told, or it cannot be sent so. */
  userVnd: number | null;
  phoneVnd: number | null;
};

/** One to be handed in for review. Places are `{{name}}`, small letters, digits and `_`. */
export type NewTemplate = {
  /** Small letters, digits and `_`; unique together with `lang`. */
  name: string;
  lang: string;
  /** Neither begins nor ends with a place. */
  body: string;
  /** A value for every place, for those who review it. */
  examples: Readonly<Record<string, string>>;
  /** Brings back the payload given when it is sent; null = none. */
  button: string | null;
};

/** A change of state, told by a webhook. `lang` as above. */
export type TemplateNotice = Pick<ChannelTemplate, 'key' | 'lang' | 'status' | 'reason'>;

/** `refused.text`: in the platform's words. */
export type TemplateAnswer = { type: 'done'; status: TemplateStatus } | { type: 'refused'; text: string };

/**
 * Templates of one channel. Every call throws what a send would fail with (`send.*`, `token.needsReauth`), `retryable` where
 * the same call may work later. `create` is missing where only the platform's own portal can (Zalo wants a logo uploaded there).
 */
export type Templates = {
  list(): Promise<readonly ChannelTemplate[]>;
  /** Null when the platform has none of this key (and language). */
  read(key: string, lang: string): Promise<ChannelTemplate | null>;
  create?(template: NewTemplate): Promise<TemplateAnswer>;
  remove?(key: string, lang: string): Promise<TemplateAnswer>;
};
