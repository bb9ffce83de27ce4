import type { Clock } from './base/clock.ts';
import type { Channel, Notice } from './channels/channel.ts';
import type { ChannelName } from './core/contact.ts';
import type { Templates } from './core/template.ts';
import type { TemplateStore } from './stores/mongo/templates.ts';

/** Of the channels that have approved templates. */
export const templatesOf = (channels: ReadonlyMap<ChannelName, Channel>): ReadonlyMap<ChannelName, Templates> =>
  new Map([...channels].flatMap(([name, { templates }]) => (templates ? [[name, templates] as const] : [])));

/** Keeps what a platform says of one of our templates; of others nothing is known, and nothing is kept. */
export function templateNotices(
  templates: Pick<TemplateStore, 'find' | 'setStatus'>,
  channel: ChannelName,
  clock: Clock,
): (notice: Notice) => Promise<void> {
  return async ({ template }) => {
    if (!template) return;
    const { key, lang, status, reason } = template;
    for (const one of await templates.find(channel, key)) {
      // not every notice tells the language
      if (lang === '' || one.lang === lang) await templates.setStatus(one._id, status, reason, clock.now());
    }
  };
}
