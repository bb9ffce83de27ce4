import type { Channel } from '../../src/channels/channel.ts';
import { messengerChannel } from '../../src/channels/messenger/channel.ts';
import { zaloChannel, type ZaloOptions } from '../../src/channels/zalo/channel.ts';
import { freeLock, memoryTokens } from '../channels/subjects.ts';
import { ACCOUNTS } from './platforms-accounts.ts';
import type { Platforms } from './platforms.ts';

export type StubOptions = {
  timeoutMs?: number;
  limits?: Partial<Channel['limits']>;
  clock?: ZaloOptions['clock'];
  tokens?: Partial<ZaloOptions['tokens']>;
};

/** The product's own adapters, pointed at the stub platforms. */
export function stubChannels(
  platforms: Pick<Platforms, 'url' | 'env'>,
  options: StubOptions = {},
): { zalo: Channel; messenger: Channel } {
  const { url } = platforms;
  const env = platforms.env();
  const first = { accessToken: env['ZALO_ACCESS_TOKEN'] ?? '', refreshToken: env['ZALO_REFRESH_TOKEN'] ?? '' };
  const tokens = { store: memoryTokens(), lock: freeLock, first, onAlarm() {}, saveWaitMs: 5, ...options.tokens };
  const shared = { timeoutMs: options.timeoutMs ?? 2_000, limits: options.limits ?? {} };
  const clock = options.clock ? { clock: options.clock } : {};
  return {
    zalo: zaloChannel({ ...ACCOUNTS.zalo, ...shared, ...clock, tokens, apiUrl: url, oauthUrl: url }),
    messenger: messengerChannel({ ...ACCOUNTS.messenger, ...shared, graphUrl: url }),
  };
}
