/** What the routes of templates give and take, as JSON. Types only: the page imports them too. Instants are epoch ms. */
import type { ChannelName } from '../../core/contact.ts';

/** GET /templates → `{ templates: TemplateView[], channels }`: what a run may use once it is approved. */
export type TemplateView = {
  id: string;
  channel: ChannelName;
  /** What a send names: Zalo's id, Messenger's name. */
  key: string;
  /** As people of the console call it; '' = by its key. */
  name: string;
  lang: string;
  status: 'pending' | 'approved' | 'rejected' | 'paused' | 'disabled' | 'unknown';
  /** In the platform's words, '' where it gave none. */
  reason: string;
  /** With its own places as the platform writes them. */
  body: string;
  parameters: string[];
  buttons: { type: 'postback' | 'url'; title: string }[];
  /** Each, in VND, where it is known. */
  priceVnd: number | null;
  updatedAt: number;
};

/** POST /templates → `{ template: TemplateView }`; 409 `{ why, text? }` where the platform does not take it. */
export type TemplateBody =
  /** Sent to Meta for review. `examples` by place. */
  | {
      channel: 'messenger';
      name: string;
      lang: string;
      body: string;
      examples: Readonly<Record<string, string>>;
      /** Title of a button that opens the conversation again, '' = none. */
      button: string;
    }
  /** Made in Zalo's own portal, and named here. */
  | {
      channel: 'zalo';
      key: string;
      name: string;
      lang: string;
      body: string;
      parameters: string[];
      priceVnd: number | null;
    };
