import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { type Environment, publicUrlAt, readConfig } from '../../src/config/config.ts';

const ZALO = {
  ZALO_APP_ID: '1234567890123456789',
  ZALO_OA_ID: '9876543210987654321',
  ZALO_OA_SECRET: 'oa-secret-word',
  ZALO_APP_SECRET: 'app-secret-word',
  ZALO_REFRESH_TOKEN: 'refresh-token-word',
  ZALO_ACCESS_TOKEN: 'access-token-word',
};
const MESSENGER = {
  MESSENGER_PAGE_ID: '112233445566',
  MESSENGER_APP_ID: '665544332211',
  MESSENGER_APP_SECRET: 'meta-secret-word',
  MESSENGER_VERIFY_TOKEN: 'verify-token-word',
  MESSENGER_PAGE_TOKEN: 'page-token-word',
};
const ADMIN = { ADMIN_EMAIL: 'admin@example.vn', ADMIN_PASSWORD: 'admin-password-word' };
const SERVERS = { REDIS_URL: 'redis://redis:6379', MONGODB_URI: 'mongodb://mongo:27017/bot?replicaSet=rs0' };
const PRODUCTION = { NODE_ENV: 'production', ...ZALO, ...MESSENGER, ...ADMIN, ...SERVERS };

function mistakes(env: Environment): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).toBe('config.invalid');
    return error.message.split('\n  - ').slice(1);
  }
  return [];
}

describe('with nothing configured', () => {
  const config = readConfig({ PATH: '/usr/bin' });

  it('everything runs at home, with the simulator and the demonstration clock', () => {
    expect(config).toMatchObject({
      production: false,
      port: 3000,
      host: '127.0.0.1',
      publicUrl: null,
      trustProxy: 0,
      drainMs: 0,
      dataDir: '.data',
      embedded: true,
      redis: { type: 'embedded', fsync: 'always' },
      mongo: { type: 'embedded' },
      partitions: 16,
      campaign: null,
      flowsDir: 'flows',
      localesDir: 'locales',
      simulator: true,
      clockAt: Date.parse('2022-05-28T08:00:00+07:00'),
      admin: 'generate',
      logLevel: 'info',
      warnings: [],
    });
    expect([...config.roles]).toEqual(['web', 'worker', 'sender', 'jobs']);
    expect(publicUrlAt(config, 3000)).toBe('http://localhost:3000');
  });

  it('both channels are played by the simulator with invented ids and the simulator as their address', () => {
    expect(config.zalo).toMatchObject({
      appId: expect.stringMatching(/^\d+$/),
      apiUrl: null,
      oauthUrl: null,
      businessUrl: null,
      buttons: true,
    });
    expect(config.messenger).toMatchObject({ graphUrl: null, graphVersion: '25.0' });
    expect(config.zalo?.oaSecret.reveal()).not.toBe('');
    expect(config.messenger?.appSecret.reveal()).not.toBe('');
  });
});

describe('with everything configured for production', () => {
  const config = readConfig({
    ...PRODUCTION,
    PUBLIC_URL: 'https://bot.example.vn/',
    GRAPH_API_VERSION: 'v26.0',
    TRUST_PROXY: '1',
    DRAIN_SECONDS: '5',
  });

  it('the real platforms are spoken to and nothing is invented', () => {
    expect(config).toMatchObject({
      production: true,
      host: '0.0.0.0',
      publicUrl: 'https://bot.example.vn',
      trustProxy: 1,
      drainMs: 5000,
      embedded: false,
      simulator: false,
      clockAt: null,
      warnings: [],
      zalo: { oaId: '9876543210987654321', apiUrl: 'https://openapi.zalo.me', oauthUrl: 'https://oauth.zaloapp.com' },
      messenger: { pageId: '112233445566', graphUrl: 'https://graph.facebook.com', graphVersion: '26.0' },
      admin: { email: 'admin@example.vn' },
    });
    expect(config.zalo?.oaSecret.reveal()).toBe('oa-secret-word');
  });

  it('no secret shows when the whole configuration is printed', () => {
    const printed = [
      JSON.stringify(config),
      inspect(config, { depth: 9, showHidden: true }),
      String(config.zalo?.oaSecret),
    ];
    for (const text of printed) expect(text).not.toMatch(/-word|redis:6379|mongo:27017/);
  });
});

describe('choices', () => {
  const rows: [string, Environment, object][] = [
    [
      'one channel alone switches the simulator and the other channel off',
      ZALO,
      { simulator: false, messenger: null, clockAt: null },
    ],
    [
      'the simulator may be asked for beside real channel variables',
      { ...ZALO, SIMULATOR: 'on' },
      { simulator: true, zalo: { oaId: ZALO.ZALO_OA_ID, apiUrl: null } },
    ],
    [
      'a channel can be off and the simulator too',
      { SIMULATOR: 'off' },
      { simulator: false, zalo: null, messenger: null, clockAt: null },
    ],
    [
      'an own platform address is kept with the simulator',
      { ZALO_API_URL: 'http://127.0.0.1:9000/' },
      { zalo: { apiUrl: 'http://127.0.0.1:9000' } },
    ],
    [
      'a clock may start anywhere',
      { CLOCK_AT: '2022-05-31T23:59:00+07:00' },
      { clockAt: Date.parse('2022-05-31T16:59:00Z') },
    ],
    ['the real time can be asked for', { CLOCK_AT: 'now' }, { clockAt: null }],
    [
      'a server of one kind alone leaves the other at home',
      { REDIS_URL: 'redis://r:6379' },
      { embedded: true, host: '127.0.0.1', mongo: { type: 'embedded' }, clockAt: null },
    ],
    [
      'the embedded Redis may be faster and forget the last seconds when the power fails',
      { REDIS_FSYNC: 'everysec' },
      { redis: { type: 'embedded', fsync: 'everysec' }, warnings: [] },
    ],
    [
      'a Redis of its own is not told when to flush',
      { ...SERVERS, ...ADMIN, REDIS_FSYNC: 'everysec' },
      { warnings: expect.arrayContaining([expect.stringContaining('REDIS_FSYNC changes nothing')]) as string[] },
    ],
    ['buttons of Zalo can be switched off', { ZALO_BUTTONS: 'off' }, { zalo: { buttons: false } }],
    [
      'spaces around a value are of no matter',
      { PORT: ' 8080 ', LOG_LEVEL: 'debug ' },
      { port: 8080, logLevel: 'debug' },
    ],
    ['any free port', { PORT: '0' }, { port: 0 }],
    ['an empty NODE_ENV is no production', { NODE_ENV: '' }, { production: false }],
  ];
  it.each(rows)('%s', (_, env, expected) => {
    expect(readConfig(env)).toMatchObject(expected);
  });

  it('several Redis nodes are a cluster', () => {
    const { redis } = readConfig({ REDIS_URL: 'redis://a:7000, redis://b:7001' });
    expect(redis.type === 'server' && redis.urls.map((url) => url.reveal())).toEqual([
      'redis://a:7000',
      'redis://b:7001',
    ]);
  });

  it('roles are a set, in any order', () => {
    expect([...readConfig({ ...SERVERS, ...ADMIN, ROLES: 'sender, web,web' }).roles]).toEqual(['sender', 'web']);
  });
});

describe('mistakes', () => {
  const rows: [string, Environment, string[]][] = [
    ['PORT', { PORT: '70000' }, ['PORT: must be a whole number from 0 to 65535']],
    ['PORT as words', { PORT: 'http' }, ['PORT: must be a whole number from 0 to 65535']],
    ['PARTITIONS of none', { PARTITIONS: '0' }, ['PARTITIONS: must be a whole number from 1 to 1024']],
    ['PARTITIONS too many', { PARTITIONS: '1025' }, ['PARTITIONS: must be a whole number from 1 to 1024']],
    ['ROLES', { ROLES: 'web,wroker' }, ['ROLES: must be one or more of web,worker,sender,jobs, parted by commas']],
    ['REDIS_FSYNC', { REDIS_FSYNC: 'never' }, ['REDIS_FSYNC: must be always or everysec']],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }, ['LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent']],
    ['CAMPAIGN outside its folder', { CAMPAIGN: '../etc' }, ['CAMPAIGN: must be the name of a folder under FLOWS_DIR']],
    ['SIMULATOR', { SIMULATOR: 'maybe' }, ['SIMULATOR: must be on or off']],
    [
      'CLOCK_AT without an offset',
      { CLOCK_AT: '2022-05-28T08:00:00' },
      [expect.stringMatching(/^CLOCK_AT: must be an instant/)],
    ],
    ['PUBLIC_URL', { PUBLIC_URL: 'bot.example.vn' }, [expect.stringMatching(/^PUBLIC_URL: must be an http/)]],
    [
      'PUBLIC_URL with a sign-in',
      { PUBLIC_URL: 'https://a:b@bot.example.vn' },
      [expect.stringMatching(/^PUBLIC_URL: /)],
    ],
    ['REDIS_URL', { REDIS_URL: 'localhost:6379' }, [expect.stringMatching(/^REDIS_URL: must be redis:\/\//)]],
    ['MONGODB_URI', { MONGODB_URI: 'localhost/bot' }, [expect.stringMatching(/^MONGODB_URI: must begin with mongodb/)]],
    ['GRAPH_API_VERSION', { GRAPH_API_VERSION: 'latest' }, [expect.stringMatching(/^GRAPH_API_VERSION: /)]],
    ['an empty value', { PORT: '' }, ['PORT: is empty; give it a value or remove it']],
    ['an empty secret', { ...ZALO, ZALO_OA_SECRET: '' }, ['ZALO_OA_SECRET: is empty; give it a value or remove it']],
    [
      'a secret of spaces',
      { ...ZALO, ZALO_OA_SECRET: '  ' },
      ['ZALO_OA_SECRET: is empty; give it a value or remove it'],
    ],
    [
      'a secret with a line break inside',
      { ...ZALO, ZALO_OA_SECRET: 'ab\ncd' },
      ['ZALO_OA_SECRET: must be one word without spaces or line breaks'],
    ],
    [
      'SIMULATOR in production',
      { ...PRODUCTION, SIMULATOR: 'on' },
      [expect.stringMatching(/^SIMULATOR: not with NODE_ENV=production/)],
    ],
    [
      'CLOCK_AT in production',
      { ...PRODUCTION, CLOCK_AT: '2022-05-28T08:00:00Z' },
      [expect.stringMatching(/^CLOCK_AT: not with/)],
    ],
    [
      'production without a channel',
      { NODE_ENV: 'production', ...SERVERS, ...ADMIN },
      [expect.stringMatching(/^no channel is configured/)],
    ],
    [
      'an administrator by half',
      { ADMIN_EMAIL: 'admin@example.vn' },
      [expect.stringMatching(/^ADMIN_PASSWORD: is missing/)],
    ],
    [
      'sign-in by OpenID Connect by half',
      { OIDC_ISSUER: 'https://sso.example.vn', OIDC_CLIENT_ID: 'console' },
      [expect.stringMatching(/^OIDC_CLIENT_SECRET: is missing/)],
    ],
    [
      'an issuer that everyone on the way can read',
      { OIDC_ISSUER: 'http://sso.example.vn', OIDC_CLIENT_ID: 'console', OIDC_CLIENT_SECRET: 'invented' },
      [expect.stringMatching(/^OIDC_ISSUER: must be the https/)],
    ],
    [
      'servers without an administrator',
      SERVERS,
      [expect.stringMatching(/^ADMIN_EMAIL/), expect.stringMatching(/^ADMIN_PASSWORD/)],
    ],
  ];
  it.each(rows)('%s is refused, saying what to do', (_, env, expected) => {
    expect(mistakes(env)).toEqual(expected);
  });

  const whole: [string, Record<string, string>][] = [
    ...Object.keys(ZALO).map((name): [string, Record<string, string>] => [name, ZALO]),
    ...Object.keys(MESSENGER).map((name): [string, Record<string, string>] => [name, MESSENGER]),
  ];
  it.each(whole)('a channel without %s is refused', (name, channel) => {
    const { [name]: _, ...rest } = channel;
    expect(mistakes(rest)).toEqual([expect.stringMatching(new RegExp(`^${name}: is missing`))]);
  });

  it('every mistake is told at once, and no value with it', () => {
    const env = {
      ...ZALO,
      PORT: 'port-word',
      ZALO_OA_SECRET: 'two secret-word',
      REDIS_URL: 'user:password-word@host',
      MESSENGER_PAGE_ID: '1',
      ADMIN_EMAIL: 'mail-word',
      ADMIN_PASSWORD: 'short',
    };
    const told = mistakes(env);
    expect(told.map((line) => line.split(':')[0])).toEqual([
      'PORT',
      'REDIS_URL',
      'ZALO_OA_SECRET',
      'ADMIN_EMAIL',
      'ADMIN_PASSWORD',
      'MESSENGER_APP_ID',
      'MESSENGER_APP_SECRET',
      'MESSENGER_VERIFY_TOKEN',
      'MESSENGER_PAGE_TOKEN',
    ]);
    expect(told.join('\n')).not.toMatch(/-word|short/);
  });
});

describe('oddities are told and do not stop the start', () => {
  const rows: [string, Environment, RegExp][] = [
    ['a misspelt variable', { ZALO_OA_SECERT: 'x' }, /^ZALO_OA_SECERT is not a variable of ours/],
    ['parts left out with stores that nobody else reaches', { ROLES: 'web' }, /^ROLES leaves parts out/],
    ['a simulator open to the network', { HOST: '0.0.0.0' }, /^the simulator is open to the network/],
    ['QR codes that lead to localhost', PRODUCTION, /^PUBLIC_URL is not set/],
  ];
  it.each(rows)('%s', (_, env, expected) => {
    expect(readConfig(env).warnings).toEqual([expect.stringMatching(expected)]);
  });
});
