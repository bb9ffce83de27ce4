/** What the routes of templates give and take, as JSON. Types only: the page imports them too. Instants are epoch ms. */
import type { ChannelName } from '../../core/contact.ts';
import type { RunKind } from '../../core/run.ts';
import type { TemplateStatus } from '../../core/template.ts';

/** What the clock sends by itself, and may use a template for. */
export type TemplateKind = Exclude<RunKind, 'broadcast' | 'test'>;

/** GET /templates → `TemplatesView`, POST /templates/refresh likewise, after asking the platforms. */
export type TemplatesView = {
  templates: TemplateView[];
  /** Where they can be managed here: those that have an account. */
  channels: { channel: ChannelName; canCreate: boolean }[];
};

export type TemplateView = {
  id: string;
  channel: ChannelName;
  /** What a send names: Zalo's id, Messenger's name. */
  key: string;
  /** As people call it. */
  name: string;
  /** '' where a platform has none. */
  lang: string;
  status: TemplateStatus;
  /** Why it was refused, in the platform's words; '' where it gave none. */
  reason: string;
  /** With its places as the platform writes them; '' where it does not tell. */
  body: string;
  parameters: string[];
  buttons: { type: 'postback' | 'url'; title: string }[];
  /** Of one message by user id and by phone, in VND; null = not known, or it cannot be sent so. */
  userVnd: number | null;
  phoneVnd: number | null;
  kinds: TemplateKind[];
  /** Its places are all filled in by their very names, so that the clock may use it. */
  isOwn: boolean;
  updatedAt: number;
};

/** POST /templates → 201 `{ template: TemplateView }`; 409 `{ why, text }`, `text` in the platform's words, '' without any. */
export type TemplateBody =
  /** Sent for review. `examples` by place; `button`: opens the conversation again, '' = none. */
  | {
      channel: 'messenger';
      name: string;
      lang: string;
      body: string;
      examples: Readonly<Record<string, string>>;
      button: string;
    }
  /** Made in the platform's own portal: looked up there. `body` for the preview, as nothing tells it. */
  | { channel: 'zalo'; key: string; body: string };

/** PATCH /templates/:id with `{ kinds: TemplateKind[] }` → `{ template: TemplateView }` */
