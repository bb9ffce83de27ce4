import type { Channel } from './channels/channel.ts';
import type { Stats } from './metrics.ts';

/** A channel whose sends are counted by what they came to, for `Stats`. */
export type CountedChannel = {
  /** The same channel; use it in place of the one given. */
  channel: Channel;
  sends(): Stats['sends'];
  paid(): Stats['paid'];
};

export function countSends(channel: Channel): CountedChannel {
  const { name } = channel;
  const results = new Map<string, number>();
  const quotas = new Map<string, number>();
  const add = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  return {
    channel: {
      ...channel,
      async send(...args) {
        const result = await channel.send(...args);
        add(results, result.type === 'sent' ? 'sent' : result.code);
        if (result.type === 'sent' && result.paid) add(quotas, result.paid);
        return result;
      },
    },
    sends: () => [...results].map(([result, count]) => ({ channel: name, result, count })),
    paid: () => [...quotas].map(([quota, count]) => ({ channel: name, quota, count })),
  };
}
