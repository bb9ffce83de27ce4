import { z } from 'zod';
import { randomUUID } from 'node:crypto';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Channel } from './channels/channel.ts';
import { messengerChannel } from './channels/messenger/channel.ts';
import type { ReadFile } from './channels/uploads.ts';
import { zaloChannel } from './channels/zalo/channel.ts';
import type { Token, TokenAlarm } from './channels/zalo/token.ts';
import type { Config } from './config/config.ts';
import type { ChannelName } from './core/contact.ts';
import type { Mongo } from './stores/mongo/connect.ts';
import { fileStore } from './stores/mongo/files.ts';
import { tokenStore } from './stores/mongo/tokens.ts';

const storedToken = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  accessExpiresAt: z.number(),
  refreshIssuedAt: z.number(),
});
/** Longer than one renewal with its saving may take. */
const TOKEN_LOCK_MS = 30_000;

/** For operators; docs/operations.md says more. */
const TOKEN_ALARMS: Readonly<Record<TokenAlarm['type'], string>> = {
  needsReauth:
    'Zalo takes neither our access token nor our refresh token: replies wait until an admin grants a new pair, it is set as ZALO_ACCESS_TOKEN and ZALO_REFRESH_TOKEN, and this process is started again',
  conflict: 'Zalo tokens were changed by somebody else while they were renewed here: the stored pair is used',
  refreshTokenOld: 'the Zalo refresh token is older than 60 days and ends after 3 months: nothing seems to renew it',
};

/** The channels that are configured. `selfUrl`: our own origin, where the simulator plays the platforms. */
export function makeChannels(
  config: Config,
  mongo: Mongo,
  selfUrl: string,
  clock: Clock,
  log: Log,
): Map<ChannelName, Channel> {
  const channels = new Map<ChannelName, Channel>();
  const { zalo, messenger } = config;
  const readFile = fileReader(mongo, clock);
  if (zalo) {
    channels.set(
      'zalo',
      zaloChannel({
        appId: zalo.appId,
        oaId: zalo.oaId,
        oaSecret: zalo.oaSecret.reveal(),
        appSecret: zalo.appSecret.reveal(),
        apiUrl: zalo.apiUrl ?? selfUrl,
        oauthUrl: zalo.oauthUrl ?? selfUrl,
        businessUrl: zalo.businessUrl ?? selfUrl,
        buttons: zalo.buttons ? 'on' : 'off',
        limits: limitsOf(zalo.sendsPerSecond),
        clock,
        readFile,
        tokens: {
          ...zaloTokenKeeper(mongo, zalo.oaId),
          first: { refreshToken: zalo.refreshToken.reveal(), accessToken: zalo.accessToken.reveal() },
          onAlarm: (alarm) => log.error({ channel: 'zalo', ...alarm, alarm: alarm.type }, TOKEN_ALARMS[alarm.type]),
        },
      }),
    );
  }
  if (messenger) {
    channels.set(
      'messenger',
      messengerChannel({
        pageId: messenger.pageId,
        appId: messenger.appId,
        appSecret: messenger.appSecret.reveal(),
        verifyToken: messenger.verifyToken.reveal(),
        pageToken: messenger.pageToken.reveal(),
        limits: limitsOf(messenger.sendsPerSecond),
        version: messenger.graphVersion,
        graphUrl: messenger.graphUrl ?? selfUrl,
        readFile,
      }),
    );
  }
  return channels;
}

/** Files that staff send, whole: what the platforms take fits into memory. */
function fileReader(mongo: Mongo, clock: Clock): ReadFile {
  const files = fileStore(mongo.connection, clock);
  return async (fileId) => {
    const info = await files.info(fileId);
    if (info === null) return null;
    const chunks: Buffer[] = [];
    for await (const chunk of files.open(fileId) as AsyncIterable<Buffer>) chunks.push(chunk);
    return { bytes: Buffer.concat(chunks), name: info.name, mime: info.mime };
  };
}

const limitsOf = (perSecond: number | null): { perSecond?: number } => (perSecond === null ? {} : { perSecond });

/** Zalo's rotating pair in MongoDB, and the lock that lets one process renew it. */
function zaloTokenKeeper(mongo: Mongo, oaId: string) {
  const kept = tokenStore(mongo.connection, `zalo:${oaId}`, (stored) => storedToken.parse(stored));
  const owner = randomUUID();
  return {
    store: {
      async read(): Promise<Token | null> {
        const found = await kept.read();
        return found && { ...found.token, version: found.version };
      },
      async write({ version: _ours, ...token }: Token, expectedVersion: number): Promise<boolean> {
        return (await kept.write(token, expectedVersion)) !== null;
      },
    },
    lock: {
      async run<T>(work: () => Promise<T>): Promise<T | null> {
        if (!(await kept.lock(owner, TOKEN_LOCK_MS))) return null;
        try {
          return await work();
        } finally {
          await kept.unlock(owner).catch(() => {}); // runs out by itself
        }
      },
    },
  };
}
